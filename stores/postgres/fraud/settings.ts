import type pg from 'pg';
import { TrellisError } from '../../../core/errors.ts';
import { type FraudSettings, fraudSettings } from '../../../core/fraud/settings.ts';
import { withTransaction } from '../client.ts';
import { appendAudit } from './audit.ts';

/**
 * @returns the organisation's settings, complete
 * @throws TrellisError `organization_unknown`
 */
export async function readSettings(
  pool: pg.Pool | pg.ClientBase,
  organizationId: string,
): Promise<FraudSettings> {
  const { rows } = await pool.query<{ fraud: Partial<FraudSettings> }>(
    'SELECT fraud FROM organizations WHERE organization_id = $1',
    [organizationId],
  );
  const row = rows[0];
  if (row === undefined) {
    throw new TrellisError('organization_unknown', `There is no organisation ${organizationId}`);
  }
  return fraudSettings(row.fraud);
}

/**
 * Changes the members that are given; every engine has them within a second.
 *
 * @param changes checked by the caller
 * @param actor the id of the key that was used
 * @returns what then holds, complete
 * @throws TrellisError `organization_unknown`
 */
export async function saveSettings(
  pool: pg.Pool,
  organizationId: string,
  changes: Partial<FraudSettings>,
  actor: string,
): Promise<FraudSettings> {
  return withTransaction(pool, async (client) => {
    // All writers of the configuration take this lock before any other.
    await client.query('SELECT FROM configuration_version FOR UPDATE');
    const before = await readSettings(client, organizationId);
    await client.query(
      'UPDATE organizations SET fraud = fraud || $2::jsonb WHERE organization_id = $1',
      [organizationId, JSON.stringify(changes)],
    );
    const after = await readSettings(client, organizationId);
    const detail = differences(before, after);
    if (Object.keys(detail).length > 0) {
      await appendAudit(client, {
        ...{ organization_id: organizationId, actor, action: 'settings_changed', subject: '' },
        detail,
      });
    }
    return after;
  });
}

/** `{ name: { from, to } }` for each member that changed. */
function differences(before: FraudSettings, after: FraudSettings): Record<string, unknown> {
  const names = Object.keys(after) as (keyof FraudSettings)[];
  const changed = names.filter((name) => before[name] !== after[name]);
  return Object.fromEntries(changed.map((name) => [name, { from: before[name], to: after[name] }]));
}
