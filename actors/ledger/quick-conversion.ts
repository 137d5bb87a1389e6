import type pg from 'pg';
import { eventScore, FRAUD_DEFINITION_VERSION } from '../../core/fraud/definition.ts';
import {
  DEFAULT_FRAUD_SETTINGS,
  type FraudSettings,
  fraudSettings,
} from '../../core/fraud/settings.ts';

/** Clocks of two nodes differ by so much at most; a conversion may then seem older than its click. */
const CLOCKS_APART_MS_MAX = 1_000;

/**
 * Whether nobody could have come to the goal in that time: apps that listen for installations inject
 * a click just before (click injection), and scripts convert at once.
 *
 * @param elapsedMs from the click to the conversion; negative when the click came later
 */
export function isQuickConversion(elapsedMs: number, settings: FraudSettings): boolean {
  const { enabled, quick_conversion_ms } = settings;
  const isAfterClick = elapsedMs >= -CLOCKS_APART_MS_MAX;
  return enabled && isAfterClick && elapsedMs < quick_conversion_ms && quick_conversion_ms > 0;
}

/**
 * The fraud columns of a conversion that came too quickly: those of its click, and this reason.
 *
 * @param click the click's columns as ClickHouse gives them
 */
export function quickConversionColumns(
  click: Record<string, unknown>,
  settings: FraudSettings,
): Record<string, unknown> {
  const { fraud_score: score, fraud_reasons: reasons } = click;
  const ofClick = typeof score === 'number' ? score : 0;
  return {
    fraud_score: eventScore(ofClick, ['quick_conversion'], settings.block_above),
    fraud_reasons: [...(Array.isArray(reasons) ? reasons : []), 'quick_conversion'],
    fraud_version: FRAUD_DEFINITION_VERSION,
  };
}

/** Settings of some organisations; the defaults for those that PostgreSQL does not know. */
export async function readFraudSettings(
  db: pg.PoolClient,
  organizationIds: readonly string[],
): Promise<(organizationId: string) => FraudSettings> {
  const { rows } = await db.query<{ organization_id: string; fraud: Partial<FraudSettings> }>(
    'SELECT organization_id, fraud FROM organizations WHERE organization_id = ANY ($1::text[])',
    [[...new Set(organizationIds)]],
  );
  const settings = new Map(rows.map((row) => [row.organization_id, fraudSettings(row.fraud)]));
  return (organizationId) => settings.get(organizationId) ?? DEFAULT_FRAUD_SETTINGS;
}
