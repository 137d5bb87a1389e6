import { readFile } from 'node:fs/promises';
import type pg from 'pg';
import { z } from 'zod';
import type { Config } from '../../core/config.ts';
import { SCOPES } from '../../core/configuration.ts';
import { dataPaths } from '../../core/data-dir.ts';
import { TrellisError } from '../../core/errors.ts';
import { hashKey } from '../../core/keys.ts';
import { withTransaction } from '../../stores/postgres/client.ts';
import { createCampaign } from '../../stores/postgres/configuration/campaigns.ts';
import { addDomain } from '../../stores/postgres/configuration/domains.ts';
import { createApiKey, findUsableApiKey } from '../../stores/postgres/configuration/keys.ts';
import { createOrganization } from '../../stores/postgres/configuration/organizations.ts';
import { addressesOf } from '../addresses.ts';
import { writeFileAtomically } from './write-file.ts';

const ORGANIZATION_ID = 'org_acmecorp';
const HOSTNAMES = ['track.acmecorp.com', 'localhost', '127.0.0.1'];

const schema = z.object({ api_key: z.string(), admin_api_key: z.string() });

type DemoKeys = z.infer<typeof schema>;

/**
 * Creates the demo organisation where there is none, and sees to it that the credentials file holds
 * two keys that work. An organisation that exists is left as it is.
 *
 * @returns the path of the credentials file
 */
export async function prepareDemo(pool: pg.Pool, config: Config): Promise<string> {
  await createDemoOrganization(pool);
  const file = dataPaths(config.TRELLIS_DATA_DIR).demoCredentials;
  const written = await readKeys(file);
  const keys = written !== undefined && (await areUsable(pool, written)) ? written : undefined;
  const { engine, admin, clickhouse } = addressesOf(config);
  const credentials = {
    organization_id: ORGANIZATION_ID,
    ...(keys ?? (await createDemoKeys(pool))),
    engine_url: engine,
    admin_url: admin,
    clickhouse_url: clickhouse,
  };
  // Written at each start: the addresses follow the settings.
  await writeFileAtomically(file, `${JSON.stringify(credentials, null, 2)}\n`, 0o600);
  return file;
}

async function createDemoOrganization(pool: pg.Pool): Promise<void> {
  try {
    await withTransaction(pool, async (client) => {
      await createOrganization(client, { organization_id: ORGANIZATION_ID, name: 'Acme Corp' });
      for (const hostname of HOSTNAMES) {
        await addDomain(client, ORGANIZATION_ID, hostname);
      }
      await createCampaign(client, {
        organization_id: ORGANIZATION_ID,
        campaign_id: 'summer_sale',
        name: 'Summer Sale',
        default_action: {
          type: 'redirect',
          destination: 'https://shop.acmecorp.com/summer-sale',
          passthrough: ['click_id', 'source'],
          tags: [],
        },
      });
    });
  } catch (error) {
    if (!(error instanceof TrellisError && error.code === 'organization_exists')) {
      throw error;
    }
  }
}

/** @returns undefined when there is no file, or one that somebody has broken */
async function readKeys(file: string): Promise<DemoKeys | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

async function areUsable(pool: pg.Pool, keys: DemoKeys): Promise<boolean> {
  const found = await Promise.all([
    findUsableApiKey(pool, hashKey(keys.api_key)),
    findUsableApiKey(pool, hashKey(keys.admin_api_key)),
  ]);
  return found.every((key) => key?.organization_id === ORGANIZATION_ID);
}

async function createDemoKeys(pool: pg.Pool): Promise<DemoKeys> {
  const organization = { organization_id: ORGANIZATION_ID };
  const everyday = SCOPES.filter((scope) => scope !== 'admin');
  const [api, admin] = [
    await createApiKey(pool, { ...organization, name: 'demo', scopes: everyday }),
    await createApiKey(pool, { ...organization, name: 'demo admin', scopes: SCOPES }),
  ];
  return { api_key: api.key, admin_api_key: admin.key };
}
