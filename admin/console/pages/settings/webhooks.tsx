import { Badge, Button, Card, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, dataOf } from '../../api/client.ts';
import { ApiProblem } from '../../api/problem.ts';
import { Answered } from '../../parts/answered.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { CopyField } from '../../parts/copy-field.tsx';
import { Empty } from '../../parts/empty.tsx';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { formatAgo } from '../../parts/format.ts';
import { useMay } from '../../shell/session.ts';
import { Deliveries } from './deliveries.tsx';
import { useWebhooks, WEBHOOKS_KEY, type Webhook } from './webhook-queries.ts';

/** Addresses of the organisation that are told of alerts. */
export function Webhooks() {
  const mayChange = useMay('fraud:write');
  const webhooks = useWebhooks();
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed" maw={720}>
        Each alert is sent to these addresses as a signed POST and tried again for about a day.
        Check the signature with the secret before you believe one.
      </Text>
      {mayChange && <NewWebhook />}
      <Answered
        query={webhooks}
        isEmpty={(data) => data.webhooks.length === 0}
        empty={
          <Empty
            title="No webhook yet"
            hint="Add an address to be told of fraud the moment it is seen."
          />
        }
      >
        {(data) => (
          <Stack gap="md">
            {data.webhooks.map((webhook) => (
              <WebhookCard key={webhook.webhook_id} webhook={webhook} mayChange={mayChange} />
            ))}
          </Stack>
        )}
      </Answered>
    </Stack>
  );
}

function NewWebhook() {
  const queries = useQueryClient();
  const [url, setUrl] = useState('');
  const create = useMutation({
    mutationFn: (address: string) =>
      dataOf(api.POST('/api/v1/webhooks', { body: { url: address, events: ['fraud_detection'] } })),
    onSuccess: () => {
      setUrl('');
      return queries.invalidateQueries({ queryKey: WEBHOOKS_KEY });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(url.trim());
  };
  const fault = create.error instanceof ApiProblem ? create.error.errorAt('/body/url') : undefined;
  return (
    <>
      <form onSubmit={submit}>
        <Group align="flex-start" gap="xs">
          <TextInput
            label="New webhook"
            placeholder="https://hooks.example.com/trellis"
            w={{ base: '100%', xs: 380 }}
            value={url}
            error={fault ?? create.error?.message}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
          <Button
            type="submit"
            mt={{ base: 0, xs: 25 }}
            loading={create.isPending}
            disabled={url.trim() === ''}
          >
            Add
          </Button>
        </Group>
      </form>
      <Modal opened={create.data !== undefined} onClose={create.reset} title="The webhook’s secret">
        <Stack gap="sm">
          <Text size="sm">Copy it now. It signs what is sent and cannot be shown again.</Text>
          <CopyField label="secret" value={create.data?.secret ?? ''} />
          <Button onClick={create.reset}>I have it</Button>
        </Stack>
      </Modal>
    </>
  );
}

function WebhookCard({ webhook, mayChange }: { webhook: Webhook; mayChange: boolean }) {
  const { webhook_id, url, status, disabled_reason, failing_since } = webhook;
  const isFailing = failing_since !== null;
  return (
    <Card component="section" aria-label={`Webhook ${url}`}>
      <Stack gap="sm">
        <Group justify="space-between" gap="xs">
          <span className="literal">{url}</span>
          <Badge
            tt="none"
            variant="light"
            color={status === 'disabled' ? 'red' : isFailing ? 'orange' : 'trellis'}
          >
            {status === 'disabled' ? 'Disabled' : isFailing ? 'Failing' : 'Active'}
          </Badge>
        </Group>
        {status === 'disabled' && <Text size="sm">{disabled_reason}</Text>}
        {status === 'active' && failing_since !== null && (
          <Text size="sm">No attempt has succeeded since {formatAgo(failing_since)}.</Text>
        )}
        {mayChange && <WebhookActions webhook={webhook} />}
        <Deliveries webhookId={webhook_id} mayRetry={mayChange} />
      </Stack>
    </Card>
  );
}

function WebhookActions({ webhook: { webhook_id, url, status } }: { webhook: Webhook }) {
  const queries = useQueryClient();
  const [isLeaving, setLeaving] = useState(false);
  const params = { path: { webhook_id } };
  const refresh = () => queries.invalidateQueries({ queryKey: WEBHOOKS_KEY });
  const test = useMutation({
    mutationFn: () => dataOf(api.POST('/api/v1/webhooks/{webhook_id}/test', { params })),
    onSuccess: refresh,
  });
  const enable = useMutation({
    mutationFn: () => dataOf(api.POST('/api/v1/webhooks/{webhook_id}/enable', { params })),
    onSuccess: refresh,
  });
  const remove = useMutation({
    mutationFn: () => dataOf(api.DELETE('/api/v1/webhooks/{webhook_id}', { params })),
    onSuccess: refresh,
  });
  const error = test.error ?? enable.error ?? remove.error;
  return (
    <>
      <Group gap="xs">
        <Button size="xs" variant="light" loading={test.isPending} onClick={() => test.mutate()}>
          Send a test
        </Button>
        {status === 'disabled' && (
          <Button
            size="xs"
            variant="light"
            loading={enable.isPending}
            onClick={() => enable.mutate()}
          >
            Enable
          </Button>
        )}
        <Button size="xs" variant="subtle" color="red" onClick={() => setLeaving(true)}>
          Remove
        </Button>
      </Group>
      {error !== null && <ErrorPanel error={error} />}
      <Confirm
        title="Remove the webhook?"
        action="Remove"
        isOpen={isLeaving}
        isBusy={remove.isPending}
        onClose={() => setLeaving(false)}
        onConfirm={() => remove.mutate()}
      >
        <span className="literal">{url}</span> is told of nothing any more. What waits for it, and
        the list of what it was sent, go too.
      </Confirm>
    </>
  );
}
