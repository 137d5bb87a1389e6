import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../core/config.ts';
import { hashKey } from '../../core/keys.ts';
import {
  findUsableApiKey,
  listApiKeys,
  revokeApiKey,
} from '../../stores/postgres/configuration/keys.ts';
import { readChanges, readVersion } from '../../stores/postgres/configuration/read-changes.ts';
import { createTestDatabase, type TestDatabase } from '../../test/stores.ts';
import { prepareDemo } from './demo.ts';

let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'trellis-demo-'));
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function prepare(env: Record<string, string> = {}) {
  const config = readConfig({ TRELLIS_DATA_DIR: folder, ...env });
  const file = await prepareDemo(database.pool, config);
  return { file, credentials: JSON.parse(await readFile(file, 'utf8')) };
}

describe('the demo organisation', () => {
  it('has its domains, its campaign and two keys, written down for its owner alone', async () => {
    const { file, credentials } = await prepare({ TRELLIS_ENGINE_PORT: '9000' });
    expect(file).toBe(join(folder, 'demo-credentials.json'));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(credentials).toEqual({
      organization_id: 'org_acmecorp',
      api_key: expect.stringMatching(/^wdn_sk_live_/),
      admin_api_key: expect.stringMatching(/^wdn_sk_live_/),
      engine_url: 'http://127.0.0.1:9000',
      admin_url: 'http://127.0.0.1:8081',
      clickhouse_url: 'http://127.0.0.1:8123',
    });
    const everyday = await findUsableApiKey(database.pool, hashKey(credentials.api_key));
    expect(everyday?.scopes).toContain('traffic:write');
    expect(everyday?.scopes).not.toContain('admin');
    const admin = await findUsableApiKey(database.pool, hashKey(credentials.admin_api_key));
    expect(admin?.scopes).toContain('admin');
    const { organizations, domains, campaigns } = await readChanges(database.pool, 0);
    expect(organizations).toMatchObject([{ organization_id: 'org_acmecorp', fallback_url: null }]);
    expect(domains.map((domain) => domain.hostname).sort()).toEqual([
      '127.0.0.1',
      'localhost',
      'track.acmecorp.com',
    ]);
    expect(campaigns).toMatchObject([
      {
        campaign_id: 'summer_sale',
        status: 'active',
        default_action: {
          destination: 'https://shop.acmecorp.com/summer-sale',
          passthrough: ['click_id', 'source'],
        },
      },
    ]);
  });

  it('is left as it is at later starts, but for the addresses in the file', async () => {
    const before = await prepare();
    const version = await readVersion(database.pool);
    const after = await prepare({ TRELLIS_ADMIN_PORT: '9001' });
    expect(after.credentials).toEqual({
      ...before.credentials,
      admin_url: 'http://127.0.0.1:9001',
    });
    expect((await readChanges(database.pool, version)).campaigns).toEqual([]);
    expect((await listApiKeys(database.pool)).length).toBe(2);
  });

  it('gets new keys when the file is gone, or when one of its keys no longer works', async () => {
    const first = await prepare();
    await rm(first.file);
    const second = await prepare();
    expect(second.credentials.api_key).not.toBe(first.credentials.api_key);
    const key = await findUsableApiKey(database.pool, hashKey(second.credentials.admin_api_key));
    await revokeApiKey(database.pool, key?.key_id ?? '');
    const third = await prepare();
    expect(third.credentials.admin_api_key).not.toBe(second.credentials.admin_api_key);
    const works = await findUsableApiKey(database.pool, hashKey(third.credentials.admin_api_key));
    expect(works).toBeDefined();
  });
});
