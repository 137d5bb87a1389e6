import type pg from 'pg';

export type ConversionCounts = {
  conversions: number;
  matched: number;
  unmatched: number;
  /** ClickHouse does not take them. */
  refused: number;
};

export type ConversionSummary = {
  last_24_hours: ConversionCounts;
  last_7_days: ConversionCounts;
  /** Of all time. */
  unmatched: number;
  oldest_unmatched: { event_id: string; click_id: string; created_at: Date } | null;
};

const HOUR_MS = 3_600_000;

/** Scans a week of the organisation's conversions. */
const COUNT = `
  SELECT created_at >= $3 AS is_today,
    count(*)::int AS conversions,
    count(matched_at)::int AS matched,
    count(publish_error)::int AS refused
  FROM conversions WHERE organization_id = $1 AND created_at >= $2
  GROUP BY 1`;

const OLDEST_UNMATCHED = `
  SELECT event_id, click_id, created_at FROM conversions
  WHERE organization_id = $1 AND matched_at IS NULL ORDER BY created_at LIMIT 1`;

const COUNT_UNMATCHED = `
  SELECT count(*)::int AS unmatched FROM conversions
  WHERE organization_id = $1 AND matched_at IS NULL`;

/** How many conversions found their click lately. */
export async function summarizeConversions(
  pool: pg.Pool,
  organizationId: string,
  nowMs: number,
): Promise<ConversionSummary> {
  const agoOf = (hours: number) => new Date(nowMs - hours * HOUR_MS).toISOString();
  const [counts, unmatched, oldest] = await Promise.all([
    pool.query<Omit<ConversionCounts, 'unmatched'> & { is_today: boolean }>(COUNT, [
      organizationId,
      agoOf(7 * 24),
      agoOf(24),
    ]),
    pool.query<{ unmatched: number }>(COUNT_UNMATCHED, [organizationId]),
    pool.query<{ event_id: string; click_id: string; created_at: Date }>(OLDEST_UNMATCHED, [
      organizationId,
    ]),
  ]);
  return {
    last_24_hours: sumOf(counts.rows.filter((row) => row.is_today)),
    last_7_days: sumOf(counts.rows),
    unmatched: unmatched.rows[0]?.unmatched ?? 0,
    oldest_unmatched: oldest.rows[0] ?? null,
  };
}

function sumOf(rows: readonly Omit<ConversionCounts, 'unmatched'>[]): ConversionCounts {
  const sum = (name: 'conversions' | 'matched' | 'refused') =>
    rows.reduce((total, row) => total + row[name], 0);
  const conversions = sum('conversions');
  const matched = sum('matched');
  return { conversions, matched, unmatched: conversions - matched, refused: sum('refused') };
}
