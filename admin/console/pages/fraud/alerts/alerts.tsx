import { SegmentedControl, Stack } from '@mantine/core';
import { Answered } from '../../../parts/answered.tsx';
import { Empty } from '../../../parts/empty.tsx';
import { useUrlState } from '../../../parts/url-state.ts';
import { useBlocks } from '../lists/lists.ts';
import { asQuery, ShowMore } from '../pages.tsx';
import { AlertCard } from './alert-card.tsx';
import { groupAlerts } from './groups.ts';
import { type AlertFilter, useAlerts } from './queries.ts';

const FILTERS: ReadonlyArray<{ value: AlertFilter; label: string }> = [
  { value: 'open', label: 'Open' },
  { value: 'resolved', label: 'Resolved' },
  { value: 'all', label: 'All' },
];

/** What was detected that somebody should look at, newest first. */
export function Alerts() {
  const [status, setStatus] = useUrlState('status', 'open');
  const filter = FILTERS.find(({ value }) => value === status)?.value ?? 'open';
  const list = useAlerts(filter);
  const blocks = useBlocks();
  const blocked = new Set(blocks.data?.map(({ network }) => network.replace(/\/32$/, '')));
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label="Which alerts"
        data={[...FILTERS]}
        value={filter}
        onChange={setStatus}
        style={{ alignSelf: 'flex-start' }}
      />
      <Answered
        query={asQuery(list)}
        isEmpty={(alerts) => alerts.length === 0}
        empty={
          filter === 'open' ? (
            <Empty
              title="No open alerts"
              hint="An alert is raised when an address clicks like a machine. Webhooks can bring them to you."
            />
          ) : (
            <Empty title="No alerts" hint="None has been raised, or none resolved so far." />
          )
        }
      >
        {(alerts) =>
          groupAlerts(alerts).map((group) => (
            <AlertCard key={group.key} group={group} isBlocked={blocked.has(group.address)} />
          ))
        }
      </Answered>
      <ShowMore list={list} />
    </Stack>
  );
}
