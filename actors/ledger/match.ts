import type { ClickHouseClient } from '@clickhouse/client';
import type pg from 'pg';
import type { Clock } from '../../core/clock.ts';
import type { FraudSettings } from '../../core/fraud/settings.ts';
import { withTransaction } from '../../stores/postgres/client.ts';
import { type FoundClick, findClicks } from './find-clicks.ts';
import {
  isQuickConversion,
  quickConversionColumns,
  readFraudSettings,
} from './quick-conversion.ts';

/** At most so many conversions are looked up in one round. */
export const MATCH_ROUND_MAX = 1_000;

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How often to look for a click, by the conversion's age: most clicks are late by seconds. */
const SCHEDULE = [
  { ageMsMax: MINUTE_MS, everyMs: 2 * SECOND_MS },
  { ageMsMax: 10 * MINUTE_MS, everyMs: 10 * SECOND_MS },
  { ageMsMax: DAY_MS, everyMs: MINUTE_MS },
  { ageMsMax: 90 * DAY_MS, everyMs: HOUR_MS },
];

/**
 * When to look again for the click of a conversion that has none.
 *
 * @returns ms since the epoch; undefined when it is too old to be looked for
 */
export function nextMatchAtMs(createdAtMs: number, nowMs: number): number | undefined {
  const step = SCHEDULE.find(({ ageMsMax }) => nowMs - createdAtMs < ageMsMax);
  return step === undefined ? undefined : nowMs + step.everyMs;
}

type DueRow = { id: string; organization_id: string; click_id: string; created_at: Date };

const SELECT_DUE = `
  SELECT id, organization_id, click_id, created_at FROM conversions
  WHERE next_match_at <= $1 ORDER BY next_match_at LIMIT $2
  FOR UPDATE SKIP LOCKED`;

/** A conversion that was given to a batch before is noted for correction in the same step. */
const UPDATE_MATCHED = `
  UPDATE conversions AS c SET
    click_event_id = found.click_event_id,
    click = found.click,
    user_id = coalesce(c.user_id, found.click ->> 'user_id'),
    campaign_id = coalesce(c.campaign_id, found.click ->> 'campaign_id'),
    matched_at = $4,
    match_attempts = c.match_attempts + 1,
    next_match_at = NULL,
    correction_pending = c.batch_id IS NOT NULL
  FROM unnest($1::bigint[], $2::text[], $3::jsonb[]) AS found (id, click_event_id, click)
  WHERE c.id = found.id`;

const UPDATE_UNMATCHED = `
  UPDATE conversions AS c SET
    match_attempts = c.match_attempts + 1,
    next_match_at = later.next_match_at
  FROM unnest($1::bigint[], $2::timestamptz[]) AS later (id, next_match_at)
  WHERE c.id = later.id`;

/**
 * Looks for the clicks of conversions that are due, and notes in the ledger what was found. Rows stay
 * locked meanwhile, so that engines share the work; if ClickHouse fails, nothing has changed.
 *
 * @returns how many were looked for and how many were found
 */
export async function matchDue(
  pool: pg.Pool,
  client: ClickHouseClient,
  clock: Clock,
): Promise<{ due: number; matched: number }> {
  return withTransaction(pool, async (db) => {
    const nowMs = clock.nowMs();
    const now = new Date(nowMs).toISOString();
    const { rows } = await db.query<DueRow>(SELECT_DUE, [now, MATCH_ROUND_MAX]);
    if (rows.length === 0) return { due: 0, matched: 0 };
    const searches = rows.map(({ organization_id, click_id, created_at }) => ({
      organization_id,
      click_id,
      convertedAtMs: created_at.getTime(),
    }));
    const clicks = await findClicks(client, searches);
    const settingsOf = await readFraudSettings(
      db,
      rows.map((row) => row.organization_id),
    );
    const matched: Array<{ id: string; click: FoundClick }> = [];
    const unmatched: Array<{ id: string; nextAtMs: number | undefined }> = [];
    for (const [index, row] of rows.entries()) {
      const click = clicks[index];
      if (click !== undefined) {
        const settings = settingsOf(row.organization_id);
        matched.push({ id: row.id, click: judged(click, row.created_at, settings) });
      } else {
        unmatched.push({ id: row.id, nextAtMs: nextMatchAtMs(row.created_at.getTime(), nowMs) });
      }
    }
    await db.query(UPDATE_MATCHED, [
      matched.map(({ id }) => id),
      matched.map(({ click }) => click.event_id),
      matched.map(({ click }) => storableJson(click.columns)),
      now,
    ]);
    await db.query(UPDATE_UNMATCHED, [
      unmatched.map(({ id }) => id),
      unmatched.map(({ nextAtMs }) =>
        nextAtMs === undefined ? null : new Date(nextAtMs).toISOString(),
      ),
    ]);
    return { due: rows.length, matched: matched.length };
  });
}

/** The click as its conversion is to copy it: one that came too quickly says so. */
function judged(click: FoundClick, convertedAt: Date, settings: FraudSettings): FoundClick {
  const elapsedMs = convertedAt.getTime() - click.clickedAtMs;
  if (!isQuickConversion(elapsedMs, settings)) return click;
  const columns = { ...click.columns, ...quickConversionColumns(click.columns, settings) };
  return { ...click, columns };
}

/** A click's texts may hold NUL, which ClickHouse stores and PostgreSQL's jsonb refuses. */
function storableJson(columns: Record<string, unknown>): string {
  return JSON.stringify(columns).replaceAll('\\u0000', '\\ufffd');
}
