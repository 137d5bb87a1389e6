import { setTimeout as delay } from 'node:timers/promises';
import type { FraudSettings } from '../../core/fraud/settings.ts';
import { createPostgres } from '../../stores/postgres/client.ts';
import { saveSettings } from '../../stores/postgres/fraud/settings.ts';
import type { Product } from './product.ts';

/** Every engine has a change within a second. */
const KNOWN_AFTER_MS = 1_500;

/** Changes the fraud settings of a product's demo organisation, and waits until its engine has them. */
export async function changeFraudSettings(
  product: Product,
  changes: Partial<FraudSettings>,
): Promise<void> {
  const pool = createPostgres({
    url: product.postgresUrl,
    maxConnections: 1,
    applicationName: 'trellis-bench',
  });
  try {
    await saveSettings(pool, product.credentials.organization_id, changes, 'bench');
  } finally {
    await pool.end();
  }
  await delay(KNOWN_AFTER_MS);
}
