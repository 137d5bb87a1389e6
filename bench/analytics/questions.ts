import type { ClickHouseClient } from '@clickhouse/client';

/** One kind of request, as different clients ask it. */
export type Question = {
  name: string;
  /** Median that must not be exceeded, in ms. */
  goalMs: number;
  clients: number;
  /** Requests of each client. */
  requests: number;
  /** The request number `index`; neighbours differ, so that no answer is another's. */
  ask(index: number): { method: 'GET' | 'POST'; path: string; body?: unknown };
};

const DAY_MS = 86_400_000;
const SUBJECTS_MAX = 500;

/** What the requests are about, taken from the data so that they have something to find. */
export type Subjects = { campaignIds: string[]; userIds: string[]; startMs: number; endMs: number };

/** @throws Error when there are no events with campaigns or no conversions */
export async function findSubjects(
  client: ClickHouseClient,
  organizationId: string,
): Promise<Subjects> {
  const list = async (query: string) => {
    const result = await client.query({
      query,
      query_params: { organization: organizationId },
      format: 'JSONEachRow',
    });
    return (await result.json<{ value: string }>()).map(({ value }) => value);
  };
  const from = 'FROM events WHERE organization_id = {organization:String}';
  const campaignIds = await list(
    `SELECT toString(campaign_id) AS value ${from} AND campaign_id IS NOT NULL
      GROUP BY value ORDER BY count() DESC LIMIT 30`,
  );
  const userIds = await list(
    `SELECT user_id AS value ${from} AND conversion_event != ''
      GROUP BY value ORDER BY cityHash64(value) LIMIT ${SUBJECTS_MAX}`,
  );
  const [start = '', end = ''] = await list(
    `SELECT arrayJoin([min(event_time), max(event_time)]) AS value ${from}`,
  );
  if (campaignIds.length === 0 || userIds.length === 0) {
    throw new Error('the demo history has no campaigns or no conversions');
  }
  return { campaignIds, userIds, startMs: Date.parse(`${start}Z`), endMs: Date.parse(`${end}Z`) };
}

/** The five questions of design.md and of the issue that named their goals. */
export function questionsAbout(subjects: Subjects, organizationId: string): Question[] {
  const { campaignIds, userIds, startMs, endMs } = subjects;
  const pick = (list: readonly string[], index: number) => list[index % list.length] ?? '';
  const time = (timeMs: number) => new Date(timeMs).toISOString();
  /** The whole history, but for some minutes that make each request another one. */
  const wholeRange = (index: number) => ({
    start: time(startMs),
    end: time(endMs + DAY_MS - index * 60_000),
  });
  return [
    {
      ...{ name: 'campaign report, 4 months', goalMs: 300, clients: 4, requests: 15 },
      ask: (index) => ({
        method: 'GET',
        path: `/api/v1/analytics/campaigns?${new URLSearchParams({
          campaign_id: pick(campaignIds, index),
          ...wholeRange(index),
        })}`,
      }),
    },
    {
      ...{ name: 'realtime', goalMs: 50, clients: 4, requests: 40 },
      ask: () => ({ method: 'GET', path: `/api/v1/analytics/realtime?org_id=${organizationId}` }),
    },
    {
      ...{ name: "one user's attribution", goalMs: 50, clients: 4, requests: 40 },
      ask: (index) => ({
        method: 'GET',
        path: `/api/v1/analytics/attribution?${new URLSearchParams({
          user_id: pick(userIds, index),
          model: 'time_decay',
        })}`,
      }),
    },
    {
      ...{ name: 'report by 3 dimensions, 4 months', goalMs: 1_000, clients: 4, requests: 8 },
      ask: (index) => ({
        method: 'POST',
        path: '/api/v1/analytics/report',
        body: {
          range: wholeRange(index),
          grouping: ['country', 'device_type', 'source'],
          metrics: ['clicks', 'conversions', 'revenue'],
          filters: [],
          limit: 100,
        },
      }),
    },
    {
      // The service runs few searches at once and refuses the others.
      ...{ name: 'pattern discovery, 4 months', goalMs: 3_000, clients: 1, requests: 3 },
      ask: (index) => ({
        method: 'POST',
        path: '/api/v1/patterns/discover',
        body: { time_range: wholeRange(index) },
      }),
    },
  ];
}
