import type { ClickHouseClient } from '@clickhouse/client';

/** A click as tests of fraud need it; what is left out is as in `click`. */
export type TestClick = {
  /** Ms since the epoch. */
  atMs: number;
  ip: string;
  agent?: string;
  clickId?: string;
  country?: string;
  /** A robot by its own words. */
  isBot?: boolean;
};

/** Stores clicks of an organisation. */
export async function insertClicks(
  clickhouse: ClickHouseClient,
  organizationId: string,
  clicks: readonly TestClick[],
): Promise<void> {
  const values = clicks.map(
    ({ atMs, ip, agent = 'A', clickId, country = 'DE', isBot }, number) => ({
      event_id: `evt_${number}`,
      click_id: clickId ?? `evt_${number}`,
      event_time: new Date(atMs).toISOString().replace('T', ' ').replace('Z', ''),
      organization_id: organizationId,
      event_type: 'click',
      user_id: `usr_${ip}`,
      ip,
      country,
      user_agent: agent,
      is_bot: isBot === true,
      bot_reason: isBot === true ? 'user_agent' : '',
    }),
  );
  await clickhouse.insert({ table: 'events', values, format: 'JSONEachRow' });
}
