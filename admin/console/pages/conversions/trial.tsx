import { Alert, Button, Card, List, Stack, Text, Textarea, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { paths } from '../../../client/index.ts';
import { api, dataOf } from '../../api/client.ts';
import { ErrorPanel } from '../../parts/error-panel.tsx';
import { formatTime } from '../../parts/format.ts';

type Outcome =
  paths['/api/v1/conversions/test']['post']['responses'][200]['content']['application/json'];

const EXAMPLE = 'click_id=fb_123abc&event=purchase&value=99.99&currency=USD&order_id=ORD-1';
const COLORS = { accepted: 'trellis', duplicate: 'yellow', invalid: 'red' } as const;

/** Says what the engine would answer to a postback. Nothing is stored. */
export function Trial() {
  const [text, setText] = useState(EXAMPLE);
  const trial = useMutation({
    mutationFn: (body: Record<string, unknown>) =>
      dataOf(api.POST('/api/v1/conversions/test', { body })),
  });
  const [unreadable, setUnreadable] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const fields = readFields(text);
    setUnreadable(typeof fields === 'string' ? fields : '');
    if (typeof fields !== 'string') {
      trial.mutate(fields);
    }
  };
  return (
    <Card component="section" aria-labelledby="postback-test">
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Title order={2} size="h4" id="postback-test">
            Try a postback
          </Title>
          <Textarea
            label="Fields"
            description="As a query, a whole URL, or JSON. Nothing is stored."
            autosize
            minRows={3}
            value={text}
            error={unreadable === '' ? undefined : unreadable}
            onChange={(event) => setText(event.currentTarget.value)}
            classNames={{ input: 'literal' }}
          />
          <Button
            type="submit"
            variant="light"
            loading={trial.isPending}
            style={{ alignSelf: 'flex-start' }}
          >
            What would happen?
          </Button>
          {trial.error !== null && <ErrorPanel error={trial.error} />}
          {trial.data !== undefined && <OutcomePanel outcome={trial.data} />}
        </Stack>
      </form>
    </Card>
  );
}

function OutcomePanel({ outcome }: { outcome: Outcome }) {
  const { status, http_status, reason, errors, warnings, click } = outcome;
  return (
    <Alert color={COLORS[status]} title={`${http_status} ${status}`} role="status">
      <Stack gap={4}>
        <Text size="sm">{reason}</Text>
        <Faults faults={[...errors, ...warnings]} />
        {click !== null && (
          <Text size="sm">
            Its click came {formatTime(click.event_time)} from {click.source} to{' '}
            {click.campaign_id === null ? (
              'no campaign'
            ) : (
              <span className="literal">{click.campaign_id}</span>
            )}
            {click.is_blocked ? ', and was blocked' : ''}.
          </Text>
        )}
      </Stack>
    </Alert>
  );
}

function Faults({ faults }: { faults: ReadonlyArray<{ path: string; message: string }> }) {
  return faults.length === 0 ? null : (
    <List size="sm">
      {faults.map(({ path, message }) => (
        <List.Item key={path + message}>
          <span className="literal">{path}</span> {message}
        </List.Item>
      ))}
    </List>
  );
}

/** @returns the fields, or why they cannot be read */
function readFields(text: string): Record<string, unknown> | string {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) {
    try {
      return JSON.parse(trimmed) as Record<string, unknown>;
    } catch (error) {
      return `This is no JSON: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  const query = trimmed.includes('?') ? trimmed.slice(trimmed.indexOf('?') + 1) : trimmed;
  const fields = Object.fromEntries(new URLSearchParams(query));
  const { token: _, ...rest } = fields;
  return Object.keys(rest).length === 0 ? 'Write at least click_id=…' : rest;
}
