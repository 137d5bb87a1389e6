import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entryFile } from '../core/entry-file.ts';
import { hashKey } from '../core/keys.ts';
import { findUsableApiKey } from '../stores/postgres/configuration/keys.ts';
import { freePort } from '../test/free-port.ts';
import { createTestDatabase, type TestDatabase } from '../test/stores.ts';

let database: TestDatabase;
let folder: string;
let closedPort: number;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'trellis-cli-'));
  closedPort = await freePort();
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

type Outcome = { code: number | null; stdout: string; stderr: string };

/** Runs the built command line as a user would, with the test's database. */
async function trellis(args: string[], env: Record<string, string> = {}): Promise<Outcome> {
  const child = spawn(process.execPath, [entryFile('cli/trellis'), ...args], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: database.url,
      CLICKHOUSE_URL: `http://127.0.0.1:${closedPort}`,
      TRELLIS_DATA_DIR: folder,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout, stderr };
}

const COMMANDS = [
  ...['start', 'engine', 'admin', 'migrate', 'org create', 'keys create', 'keys list'],
  ...['keys revoke', 'dead-letters list', 'dead-letters replay', 'status'],
];

describe('the help', () => {
  it('lists all commands', async () => {
    const { code, stdout } = await trellis(['--help']);
    expect(code).toBe(0);
    for (const name of ['start', 'engine', 'admin', 'migrate', 'org', 'keys', 'status']) {
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
  });

  it('of each command has examples, even while a setting is faulty', async () => {
    const helps = COMMANDS.map(async (command) => {
      const words = command.split(' ');
      return trellis([...words, '--help'], { TRELLIS_ENGINE_PORT: 'eighty' });
    });
    for (const [index, { code, stdout }] of (await Promise.all(helps)).entries()) {
      expect(code).toBe(0);
      expect(stdout).toContain(`Usage: trellis ${COMMANDS[index]}`);
      expect(stdout).toMatch(/Examples:\n {2}\$ /);
    }
  }, 60_000);
});

describe('a command that is called wrongly', () => {
  it('says so and ends with 2', async () => {
    const wrong: [string[], string][] = [
      [[], 'Usage: trellis'],
      [['kyes'], "unknown command 'kyes'\n(Did you mean keys?)"],
      [['keys', 'create', '--name', 'x'], "required option '--organization <id>' not specified"],
      [['keys', 'create', '--scopes', 'all'], 'No such scope: all. Scopes are traffic:write'],
      [['keys', 'create', '--expires', '2020-01-01'], 'That is in the past.'],
      [['keys', 'create', '--expires', '2030-02-30'], 'Give 90d, 12h or 30m, or a date'],
      [['dead-letters', 'replay'], 'name the letters to be replayed, or give --all'],
      [['dead-letters', 'list', '--limit', '0'], 'Give a whole number from 1 to 10000.'],
    ];
    const outcomes = await Promise.all(wrong.map(([args]) => trellis(args)));
    for (const [index, { code, stderr }] of outcomes.entries()) {
      expect(stderr).toContain(wrong[index]?.[1]);
      expect(code).toBe(2);
    }
  }, 60_000);

  it('names all faulty settings at once and ends with 2', async () => {
    const env = { TRELLIS_ENGINE_PORT: 'eighty', TRELLIS_ENGIN_PORT: '80' };
    const { code, stderr } = await trellis(['keys', 'list'], env);
    expect(code).toBe(2);
    expect(stderr).toContain('TRELLIS_ENGINE_PORT');
    expect(stderr).toContain('TRELLIS_ENGIN_PORT: no such setting');
    expect(stderr).not.toContain('    at ');
  });
});

describe('a command without PostgreSQL', () => {
  const env = () => ({ DATABASE_URL: `postgres://trellis@127.0.0.1:${closedPort}/trellis` });

  it('says what does not answer, without a stack, and ends with 1', async () => {
    const { code, stderr } = await trellis(['keys', 'list'], env());
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^trellis: PostgreSQL does not answer \(.*ECONNREFUSED.*\)\. Is Trellis running, and is DATABASE_URL right\?\n$/,
    );
  });

  it('shows the stack when the log level is debug', async () => {
    const { stderr } = await trellis(['keys', 'list'], { ...env(), TRELLIS_LOG_LEVEL: 'debug' });
    expect(stderr).toContain('    at ');
  });
});

describe('organisations and keys', () => {
  it('can be created, listed and revoked', async () => {
    const create = ['org', 'create', '--name', 'Shop', '--id', 'org_shop', '--currency', 'eur'];
    const made = await trellis([...create, '--domain', 't.shop.example', '--json']);
    expect(JSON.parse(made.stdout)).toMatchObject({ organization_id: 'org_shop', currency: 'EUR' });
    const again = await trellis(create);
    expect(again).toMatchObject({
      code: 1,
      stderr: 'trellis: There is already an organisation org_shop\n',
    });

    const keyArgs = ['keys', 'create', '--organization', 'org_shop', '--name', 'shop'];
    const created = await trellis([...keyArgs, '--scopes', 'traffic:write', '--expires', '90d']);
    expect(created.code).toBe(0);
    const key = created.stdout.trim();
    const row = await findUsableApiKey(database.pool, hashKey(key));
    expect(row).toMatchObject({ organization_id: 'org_shop', scopes: ['traffic:write'] });
    const days = ((row?.expires_at?.getTime() ?? 0) - Date.now()) / 86_400_000;
    expect(days).toBeCloseTo(90, 1);

    const test = await trellis([...keyArgs, '--scopes', 'admin', '--test', '--quiet']);
    expect(test).toMatchObject({ code: 0, stderr: '' });
    expect(test.stdout).toMatch(/^wdn_sk_test_[0-9A-Za-z]{43}\n$/);

    const listed = await trellis(['keys', 'list', '--organization', 'org_shop', '--json']);
    const keys: { key_id: string }[] = JSON.parse(listed.stdout);
    expect(keys.length).toBe(2);
    expect(listed.stdout).not.toContain(key);

    const revoked = await trellis(['keys', 'revoke', row?.key_id ?? '']);
    expect(revoked.stdout).toBe(`Revoked ${row?.key_id} (shop) of org_shop\n`);
    expect(await findUsableApiKey(database.pool, hashKey(key))).toBeUndefined();
    const table = (await trellis(['keys', 'list'])).stdout;
    expect(table).toMatch(/^KEY_ID +ORGANIZATION +NAME +KEY +SCOPES +STATE$/m);
    expect(table).toMatch(new RegExp(`^${row?.key_id} .* revoked \\d{4}-`, 'm'));
  }, 60_000);

  it('that do not exist are named', async () => {
    const args = ['keys', 'create', '--organization', 'org_none', '--name', 'x'];
    expect(await trellis([...args, '--scopes', 'admin'])).toMatchObject({
      code: 1,
      stderr: 'trellis: There is no organisation org_none\n',
    });
    expect(await trellis(['keys', 'revoke', 'key_none'])).toMatchObject({
      code: 1,
      stderr: "trellis: There is no key key_none: see 'trellis keys list'\n",
    });
  });

  it('are not created at all when a domain is wrong', async () => {
    const args = ['org', 'create', '--name', 'Half', '--id', 'org_half', '--domain', 'no/domain'];
    expect((await trellis(args)).stderr).toBe('trellis: no/domain is no host name\n');
    const listed = await trellis(['org', 'list', '--json']);
    expect(listed.stdout).not.toContain('org_half');
  });
});

describe('the status', () => {
  it('names what is down and ends with 1', async () => {
    const env = { TRELLIS_ENGINE_PORT: String(closedPort), TRELLIS_ADMIN_PORT: String(closedPort) };
    const { code, stdout } = await trellis(['status', '--json'], env);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject([
      { part: 'engine', state: 'down', detail: 'ECONNREFUSED' },
      { part: 'admin', state: 'down', detail: 'ECONNREFUSED' },
      { part: 'clickhouse', state: 'down' },
      { part: 'postgres', state: 'ok', detail: '' },
    ]);
  });
});

describe('dead letters', () => {
  it('are an empty list where there are none', async () => {
    const { code, stdout } = await trellis(['dead-letters', 'list', '--json']);
    expect({ code, page: JSON.parse(stdout) }).toEqual({
      code: 0,
      page: { letters: [], cursor: null },
    });
  });
});
