import type pg from 'pg';
import type { Detection } from '../../../core/fraud/detection.ts';

/** How long a score counts after its detection. */
export const SCORE_MS_MAX = 24 * 3_600_000;

/** The newest confidence of one address. */
export type Score = Pick<Detection, 'country' | 'confidence' | 'patterns' | 'window'> & {
  organization_id: string;
  /** As in Detection. */
  address: string;
  updated_at: Date;
  expires_at: Date;
};

const COLUMNS =
  'organization_id, address, country, confidence, patterns, "window", updated_at, expires_at';

/**
 * Keeps the newest confidence of each address for a day. Of two detections of an address the later one
 * counts, whichever is saved first.
 *
 * @param detections each address of an organisation at most once
 */
export async function saveScores(
  client: pg.ClientBase | pg.Pool,
  detections: readonly Detection[],
): Promise<void> {
  if (detections.length === 0) {
    return;
  }
  const rows = detections.map((detection) => ({
    organization_id: detection.organizationId,
    ...{ address: detection.address, country: detection.country },
    ...{ confidence: detection.confidence, patterns: detection.patterns },
    ...{ window: detection.window, updated_at: new Date(detection.detectedAtMs) },
    expires_at: new Date(detection.detectedAtMs + SCORE_MS_MAX),
  }));
  // In one order for all writers, so that they queue instead of deadlocking.
  await client.query(
    `INSERT INTO fraud_scores (${COLUMNS})
      SELECT ${COLUMNS} FROM jsonb_to_recordset($1::jsonb) AS score (organization_id text,
          address text, country text, confidence real, patterns jsonb, "window" jsonb,
          updated_at timestamptz, expires_at timestamptz)
        ORDER BY organization_id, address
      ON CONFLICT (organization_id, address) DO UPDATE SET country = excluded.country,
          confidence = excluded.confidence, patterns = excluded.patterns,
          "window" = excluded."window", updated_at = excluded.updated_at,
          expires_at = excluded.expires_at
        WHERE fraud_scores.updated_at <= excluded.updated_at`,
    [JSON.stringify(rows)],
  );
}

/** @returns undefined when the address was not detected within a day */
export async function getScore(
  pool: pg.Pool,
  organizationId: string,
  address: string,
): Promise<Score | undefined> {
  const { rows } = await pool.query<Score>(
    `SELECT ${COLUMNS} FROM fraud_scores
      WHERE organization_id = $1 AND address = $2 AND expires_at > now()`,
    [organizationId, address],
  );
  return rows[0];
}

/**
 * @param after the address of the last score of the page before; '' for the first page
 * @param confidenceMin only scores of at least this, 0 to 1
 * @returns the organisation's scores that count now, by address
 */
export async function listScores(
  pool: pg.Pool,
  organizationId: string,
  options: { after?: string; limit?: number; confidenceMin?: number } = {},
): Promise<Score[]> {
  const { after = '', limit = 1_000, confidenceMin = 0 } = options;
  const { rows } = await pool.query<Score>(
    `SELECT ${COLUMNS} FROM fraud_scores
      WHERE organization_id = $1 AND address > $2 AND confidence >= $3::real AND expires_at > now()
      ORDER BY address LIMIT $4`,
    [organizationId, after, confidenceMin, limit],
  );
  return rows;
}
