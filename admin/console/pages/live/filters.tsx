import { Group, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client.ts';
import { dayOf, TIMEZONE } from '../../parts/period.tsx';
import { useUrlFilters } from '../../parts/url-state.ts';
import { useMay } from '../../shell/session.ts';
import type { EventsQuery } from './arrivals.ts';

const CAMPAIGNS_PAGE = 200;
const CAMPAIGNS_MAX = 1_000;
const CHOICES_FRESH_MS = 5 * 60_000;
const DAY_MS = 86_400_000;
/** What the address says for events without a campaign; the API understands the same word. */
const NO_CAMPAIGN = 'none';

const VISITORS: Record<string, EventsQuery> = {
  people: { is_bot: 'false', is_blocked: 'false' },
  robots: { is_bot: 'true' },
  blocked: { is_blocked: 'true' },
};

/** Which events the address asks for, as members of the API's query. */
export function useEventFilter() {
  const [values, set] = useUrlFilters(['campaign', 'type', 'visitors']);
  const filter: EventsQuery = {
    ...(values.campaign === '' ? {} : { campaign_id: values.campaign }),
    ...(values.type === '' ? {} : { event_type: values.type }),
    ...VISITORS[values.visitors],
  };
  return { values, set, filter, isAny: Object.keys(filter).length > 0 };
}

/** Lets the reader choose whose events and which. */
export function EventFilters({ state }: { state: ReturnType<typeof useEventFilter> }) {
  const { values, set } = state;
  const campaigns = useCampaigns();
  const types = useEventTypes();
  return (
    <Group gap="xs">
      <Select
        aria-label="Campaign"
        placeholder="All campaigns"
        w={200}
        searchable
        clearable
        limit={200}
        nothingFoundMessage="No such campaign"
        clearButtonProps={{ 'aria-label': 'All campaigns' }}
        data={withChosen(campaigns.data ?? [], values.campaign)}
        value={values.campaign === '' ? null : values.campaign}
        onChange={(campaign) => set({ campaign: campaign ?? '' })}
      />
      <Select
        aria-label="Type"
        placeholder="All types"
        w={150}
        clearable
        clearButtonProps={{ 'aria-label': 'All types' }}
        data={withChosen(types.data ?? [{ value: 'click', label: 'click' }], values.type)}
        value={values.type === '' ? null : values.type}
        onChange={(type) => set({ type: type ?? '' })}
      />
      <Select
        aria-label="Visitors"
        placeholder="All visitors"
        w={150}
        clearable
        clearButtonProps={{ 'aria-label': 'All visitors' }}
        data={[
          { value: 'people', label: 'People' },
          { value: 'robots', label: 'Robots' },
          { value: 'blocked', label: 'Blocked' },
        ]}
        value={values.visitors in VISITORS ? values.visitors : null}
        onChange={(visitors) => set({ visitors: visitors ?? '' })}
      />
    </Group>
  );
}

type Choice = { value: string; label: string };

/** An address may name what the list does not have. */
function withChosen(choices: Choice[], chosen: string): Choice[] {
  return chosen === '' || choices.some(({ value }) => value === chosen)
    ? choices
    : [...choices, { value: chosen, label: chosen }];
}

function useCampaigns() {
  const isAllowed = useMay('campaigns:read');
  return useQuery({
    queryKey: ['live', 'campaigns'],
    enabled: isAllowed,
    staleTime: CHOICES_FRESH_MS,
    queryFn: async () => {
      const found: Choice[] = [{ value: NO_CAMPAIGN, label: 'Without campaign' }];
      let cursor: string | null | undefined;
      do {
        const page = await dataOf(
          api.GET('/api/v1/campaigns', {
            params: { query: { limit: CAMPAIGNS_PAGE, ...(cursor ? { cursor } : {}) } },
          }),
        );
        found.push(
          ...page.campaigns.map(({ campaign_id, name }) => ({ value: campaign_id, label: name })),
        );
        cursor = page.next_cursor;
      } while (cursor !== null && found.length < CAMPAIGNS_MAX);
      return found;
    },
  });
}

/** Clicks, visits and conversions have names of their own: those of the last week. */
function useEventTypes() {
  return useQuery({
    queryKey: ['live', 'types'],
    staleTime: CHOICES_FRESH_MS,
    queryFn: async () => {
      const { rows } = await dataOf(
        api.POST('/api/v1/analytics/report', {
          body: {
            range: {
              start: dayOf(Date.now() - 7 * DAY_MS),
              end: dayOf(Date.now() + DAY_MS),
              timezone: TIMEZONE,
            },
            grouping: ['event_type'],
            metrics: ['events'],
            limit: 100,
          },
        }),
      );
      const names = new Set(['click', ...rows.map((row) => String(row.event_type))]);
      return [...names].map((name) => ({ value: name, label: name }));
    },
  });
}
