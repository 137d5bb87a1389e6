import { useQuery } from '@tanstack/react-query';
import type { paths } from '../../../client/index.ts';
import { api, dataOf } from '../../api/client.ts';

export type Webhook =
  paths['/api/v1/webhooks']['get']['responses'][200]['content']['application/json']['webhooks'][number];
export type Delivery =
  paths['/api/v1/webhooks/{webhook_id}/deliveries']['get']['responses'][200]['content']['application/json']['deliveries'][number];

/** Everything about webhooks begins with it. */
export const WEBHOOKS_KEY = ['settings', 'webhooks'];
const REFRESH_MS = 5_000;
const SHOWN = 10;

export function useWebhooks() {
  return useQuery({
    queryKey: WEBHOOKS_KEY,
    queryFn: () => dataOf(api.GET('/api/v1/webhooks')),
  });
}

/** What was sent to a webhook last. */
export function useDeliveries(webhookId: string) {
  return useQuery({
    queryKey: [...WEBHOOKS_KEY, webhookId],
    refetchInterval: REFRESH_MS,
    queryFn: () =>
      dataOf(
        api.GET('/api/v1/webhooks/{webhook_id}/deliveries', {
          params: { path: { webhook_id: webhookId }, query: { limit: SHOWN } },
        }),
      ),
  });
}
