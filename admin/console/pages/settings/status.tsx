import { Alert, Badge, Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { paths } from '../../../client/index.ts';
import { api, dataOf } from '../../api/client.ts';
import { Answered } from '../../parts/answered.tsx';
import { Figure } from '../../parts/figure.tsx';
import { formatBytes, formatClock, formatCount } from '../../parts/format.ts';

type SystemStatus =
  paths['/api/v1/system/status']['get']['responses'][200]['content']['application/json'];
type Store = SystemStatus['stores']['postgres'];
type Engine = NonNullable<SystemStatus['engine']>;

const REFRESH_MS = 5_000;
/** Longer than an event usually takes to ClickHouse; see docs/operating.md. */
const LATE_SECONDS = 30;

/** How the installation is doing. */
export function Status() {
  const status = useQuery({
    queryKey: ['settings', 'status'],
    refetchInterval: REFRESH_MS,
    queryFn: () => dataOf(api.GET('/api/v1/system/status')),
  });
  return (
    <Answered query={status} height={320}>
      {({ stores, engine, engine_reason, versions, uptime_seconds, checked_at }) => (
        <Stack gap="md">
          {engine === null ? (
            <Alert color="red" title="The engine of this machine does not answer">
              The reason: {engine_reason}. Clicks that reach another engine are not affected.
            </Alert>
          ) : (
            <EngineFigures engine={engine} />
          )}
          <SimpleGrid cols={{ base: 1, sm: 3 }}>
            <StoreCard name="ClickHouse" store={stores.clickhouse} />
            <StoreCard name="PostgreSQL" store={stores.postgres} />
            <StoreCard name="Redis" store={stores.redis} />
          </SimpleGrid>
          <Text size="sm" c="dimmed">
            Trellis {versions.trellis} on Node {versions.node}, up for {duration(uptime_seconds)}.
            Checked at {formatClock(checked_at)}.
          </Text>
        </Stack>
      )}
    </Answered>
  );
}

function EngineFigures({ engine }: { engine: Engine }) {
  const faults = Object.entries(engine.parts).filter(([, state]) => state !== 'ok');
  const isLate = engine.oldest_unshipped_seconds > LATE_SECONDS;
  return (
    <>
      {faults.length > 0 && (
        <Alert
          color="orange"
          title={engine.ready ? 'Something is amiss' : 'Traffic is not recorded'}
        >
          {faults.map(([part, state]) => `${part}: ${state}`).join(' · ')}
        </Alert>
      )}
      <SimpleGrid cols={{ base: 2, md: 4 }}>
        <Figure
          label="Waiting in the log"
          value={formatBytes(engine.log_bytes)}
          hint="Recorded, and not in ClickHouse yet"
        />
        <Figure
          label="Oldest event not shipped"
          value={duration(engine.oldest_unshipped_seconds)}
          hint={isLate ? 'Late: is ClickHouse up?' : 'Some seconds are usual'}
        />
        <Figure
          label="Conversions waiting"
          value={formatCount(engine.conversions_waiting)}
          hint="For their click or for ClickHouse"
        />
        <Figure
          label="Requests at work"
          value={formatCount(engine.mailbox_depth)}
          hint={`Engine up for ${duration(engine.uptime_seconds)}`}
        />
        <Figure
          label="Events dropped"
          value={formatCount(engine.events_dropped)}
          hint="Since it started; should be 0"
        />
        <Figure
          label="Dead letters"
          value={formatCount(engine.dead_letters)}
          hint="npx trellis dead-letters list"
        />
        <Figure
          label="Actor restarts"
          value={formatCount(engine.actor_restarts)}
          hint="Since it started; should be 0"
        />
        <Figure
          label="Engine"
          value={engine.ready ? 'Ready' : 'Not ready'}
          hint="Whether traffic is recorded"
        />
      </SimpleGrid>
    </>
  );
}

function StoreCard({ name, store }: { name: string; store: Store | null }) {
  return (
    <Card>
      <Group justify="space-between">
        <Title order={2} size="h5">
          {name}
        </Title>
        <Badge
          variant="light"
          tt="none"
          color={store === null ? 'gray' : store.up ? 'trellis' : 'red'}
        >
          {store === null ? 'Not used' : store.up ? 'Up' : 'Down'}
        </Badge>
      </Group>
      <Text size="sm" c="dimmed">
        {store === null
          ? 'One node does without. Several share blocks and scores by it.'
          : store.up
            ? `Version ${store.version ?? 'unknown'}, answers in ${store.latency_ms?.toFixed(1) ?? '–'} ms`
            : (store.reason ?? 'It does not answer')}
      </Text>
    </Card>
  );
}

/** `3 h 5 min`. */
function duration(seconds: number): string {
  if (seconds < 60) {
    return `${Math.round(seconds)} s`;
  }
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 0) {
    return `${days} d ${hours % 24} h`;
  }
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}
