import { afterAll, beforeAll, expect, it } from 'vitest';
import { HttpConnection } from '../bench/support/http-connection.ts';
import { type Product, startProduct } from '../bench/support/product.ts';
import { createPostgres } from '../stores/postgres/client.ts';
import { saveSettings } from '../stores/postgres/fraud/settings.ts';

const ADDRESS = '203.0.113.5';
/** So many clicks are no pattern yet, some more are. */
const THRESHOLD = 20;
const AWAY = 0;

let product: Product;

beforeAll(async () => {
  product = await startProduct({ TRELLIS_TRUSTED_PROXIES: '127.0.0.0/8' });
  const pool = createPostgres({
    ...{ url: product.postgresUrl, maxConnections: 1, applicationName: 'trellis-test' },
  });
  await saveSettings(
    pool,
    'org_acmecorp',
    {
      ...{ click_flood_clicks: THRESHOLD, single_agent_clicks: THRESHOLD },
      ...{ rapid_fire_clicks: 1_000, block_above: 0.55 },
    },
    'key_1',
  );
  await pool.end();
}, 90_000);
afterAll(() => product?.dispose());

/** @returns the status; AWAY while nobody answers */
async function click(): Promise<number> {
  const connection = new HttpConnection('127.0.0.1', product.ports.engine);
  try {
    const { status } = await connection.request(
      `GET /in/summer_sale HTTP/1.1\r\nHost: track.acmecorp.com\r\nUser-Agent: Mozilla/5.0 (X11) Test\r\nX-Forwarded-For: ${ADDRESS}\r\n\r\n`,
    );
    return status;
  } catch {
    return AWAY;
  } finally {
    connection.close();
  }
}

it('an address goes on where it was when the engine is killed and started again', async () => {
  for (let number = 0; number < THRESHOLD; number++) {
    expect(await click()).toBe(302);
  }
  const killed = product.processIds().engine ?? 0;
  process.kill(killed, 'SIGKILL');
  // Clicks are so few that they would be no pattern by themselves.
  let clicks = 0;
  const status = async () => {
    const answer = await click();
    clicks += answer === AWAY ? 0 : 1;
    return answer;
  };
  await expect.poll(status, { timeout: 80_000, interval: 1_000 }).toBe(403);
  expect(clicks).toBeLessThan(THRESHOLD);
  expect(product.processIds().engine).not.toBe(killed);
}, 90_000);
