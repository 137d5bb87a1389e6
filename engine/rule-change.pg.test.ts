import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Rule } from '../core/configuration.ts';
import { entryFile } from '../core/entry-file.ts';
import { createCampaign, updateCampaign } from '../stores/postgres/configuration/campaigns.ts';
import { addDomain } from '../stores/postgres/configuration/domains.ts';
import { createOrganization } from '../stores/postgres/configuration/organizations.ts';
import { saveSettings } from '../stores/postgres/fraud/settings.ts';
import { freePort } from '../test/free-port.ts';
import { createTestDatabase, type TestDatabase } from '../test/stores.ts';

const ORGANIZATION = 'org_acmecorp';
const HOST = 'track.acmecorp.com';
const STARTED = { timeout: 50_000, interval: 50 };
/** Longer than is promised, so that a failure tells how late it was. */
const CHANGED = { timeout: 10_000, interval: 5 };

let database: TestDatabase;
let folder: string;
let engine: ChildProcess;
let port: number;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'trellis-engine-'));
  const { pool } = database;
  await createOrganization(pool, { organization_id: ORGANIZATION, name: 'Acme Corp' });
  await addDomain(pool, ORGANIZATION, HOST);
  // One address that asks every few milliseconds would be blocked.
  await saveSettings(pool, ORGANIZATION, { enabled: false }, 'key_1');
  await createCampaign(pool, {
    organization_id: ORGANIZATION,
    campaign_id: 'sale',
    name: 'Sale',
    default_action: null,
    definition: { rules: [ruleTo('start')] },
  });
  port = await freePort();
  engine = spawn(process.execPath, [entryFile('cli/trellis'), 'engine'], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: database.url,
      CLICKHOUSE_URL: `http://127.0.0.1:${await freePort()}`,
      TRELLIS_DATA_DIR: folder,
      TRELLIS_ENGINE_PORT: String(port),
      TRELLIS_METRICS_PORT: String(await freePort()),
      TRELLIS_ACTOR_THREADS: '2',
      TRELLIS_LOG_LEVEL: 'fatal',
    },
    stdio: 'ignore',
  });
  await vi.waitFor(async () => {
    expect(await location()).toBe('https://shop.example/start');
  }, STARTED);
});

afterAll(async () => {
  const ended = new Promise((resolve) => engine.once('exit', resolve));
  engine.kill('SIGTERM');
  await ended;
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

function ruleTo(name: string): Rule {
  return {
    rule_id: name,
    type: 'custom',
    priority: 1,
    conditions: [{ field: 'source', operator: 'equals', value: 'facebook' }],
    action: {
      type: 'redirect',
      destination: `https://shop.example/${name}`,
      passthrough: [],
      tags: [],
    },
  };
}

/** Where a click is sent; the status when it is sent nowhere; '' while nobody answers. */
function location(): Promise<string> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, path: '/in/sale?source=facebook' };
    const sent = request({ ...options, headers: { host: HOST } }, (response) => {
      response.resume();
      resolve(response.headers.location ?? String(response.statusCode));
    });
    sent.on('error', () => resolve(''));
    sent.end();
  });
}

/** @returns ms from the saved change to the first click that follows it; the middle one of five */
async function delayOfChangesMs(label: string): Promise<number> {
  const delays: number[] = [];
  for (let change = 0; change < 5; change++) {
    const name = `${label}_${change}`;
    const definition = { rules: [ruleTo(name)] };
    await updateCampaign(database.pool, ORGANIZATION, 'sale', { definition });
    const savedMs = performance.now();
    await expect.poll(location, CHANGED).toBe(`https://shop.example/${name}`);
    delays.push(performance.now() - savedMs);
  }
  return delays.sort((a, b) => a - b)[2] ?? Number.NaN;
}

it('a changed rule decides the redirects of a running engine within a second', async () => {
  expect(await delayOfChangesMs('told')).toBeLessThan(1_000);
});

it('it does so too when the notification is lost', async () => {
  const { rows } = await database.pool.query<{ source: string }>(
    "SELECT pg_get_functiondef('stamp_configuration_version'::regproc) AS source",
  );
  const source = rows[0]?.source ?? '';
  const silent = source.replace('pg_notify(', 'concat(');
  expect(silent).not.toBe(source);
  await database.pool.query(silent);
  expect(await delayOfChangesMs('untold')).toBeLessThan(1_000);
});
