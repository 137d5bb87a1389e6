import { request as httpRequest } from 'node:http';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { ClickHouseClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestClickHouse, type TestClickHouse } from '../../../test/stores.ts';

let store: TestClickHouse;
let client: ClickHouseClient;

beforeAll(async () => {
  store = await createTestClickHouse({ migrated: false });
  client = store.client;
  await client.command({
    query: `CREATE TABLE t (a UInt32, b String DEFAULT concat('b', toString(a)), c LowCardinality(String))
      ENGINE = MergeTree ORDER BY a SETTINGS non_replicated_deduplication_window = 100`,
  });
});
afterAll(() => store.drop());

type Answer = { status: number; text: string; code: string | null; headers: Headers };

async function ask(
  parameters: Record<string, string>,
  init: RequestInit = {},
  database = store.database,
): Promise<Answer> {
  const query = new URLSearchParams({ database, ...parameters });
  const response = await fetch(`${store.url}/?${query}`, init);
  return {
    status: response.status,
    text: await response.text(),
    code: response.headers.get('x-clickhouse-exception-code'),
    headers: response.headers,
  };
}
const post = (parameters: Record<string, string>, body: string | Buffer, headers = {}) =>
  ask(parameters, { method: 'POST', body, headers });
const rows = async (query: string, query_params: Record<string, unknown> = {}) =>
  (await client.query({ query, query_params, format: 'JSONCompactEachRow' })).json();

describe('the HTTP interface', () => {
  test('answers /ping and / like a server, and 404 elsewhere', async () => {
    for (const path of ['/ping', '/', '/replicas_status']) {
      expect(await (await fetch(store.url + path)).text()).toBe('Ok.\n');
    }
    const other = await fetch(`${store.url}/nope`);
    expect([other.status, await other.text()]).toEqual([
      404,
      'There is no handle /nope\nUse / or /ping for health checks.\n',
    ]);
  });

  test('takes the query from the parameter, the body, or both one after the other', async () => {
    expect((await ask({ query: 'SELECT 1' })).text).toBe('1\n');
    expect((await post({}, 'SELECT 2')).text).toBe('2\n');
    expect((await post({ query: 'SELECT 3 +' }, '4')).text).toBe('7\n');
  });

  test('writes the format of the FORMAT clause, else the default one', async () => {
    expect((await ask({ query: 'SELECT 1 AS x', default_format: 'JSONEachRow' })).text).toBe(
      '{"x":1}\n',
    );
    const csv = await ask({ query: 'SELECT 1, 2 FORMAT CSV', default_format: 'JSON' });
    expect([csv.text, csv.headers.get('x-clickhouse-format')]).toEqual(['1,2\n', 'CSV']);
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=UTF-8; header=absent');
    expect(await ask({ query: 'SELECT 1', default_format: 'Nope' })).toMatchObject({
      status: 404,
      code: '73',
    });
  });

  test('names the query and sums up what it did', async () => {
    const { headers } = await ask({ query: 'SELECT * FROM numbers(5)', query_id: 'my-query' });
    expect(headers.get('x-clickhouse-query-id')).toBe('my-query');
    expect(JSON.parse(headers.get('x-clickhouse-summary') ?? '')).toMatchObject({ read_rows: '5' });
    expect(headers.get('x-clickhouse-server-display-name')).not.toBeNull();
    const insert = await post({ query: 'INSERT INTO t (a) FORMAT CSV' }, '1000\n1001\n');
    expect(JSON.parse(insert.headers.get('x-clickhouse-summary') ?? '')).toMatchObject({
      written_rows: '2',
    });
  });

  test('compresses an answer only if asked in both ways, and reads a compressed request', async () => {
    const raw = (path: string, encoding: string) =>
      new Promise<{ encoding: string | undefined; body: Buffer }>((resolve, reject) => {
        const headers = { 'accept-encoding': encoding };
        httpRequest(store.url + path, { headers }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () =>
            resolve({
              encoding: response.headers['content-encoding'],
              body: Buffer.concat(chunks),
            }),
          );
        })
          .on('error', reject)
          .end();
      });
    const query = 'query=SELECT+number+FROM+numbers(100000)';
    const plain = await raw(`/?${query}`, 'gzip');
    expect(plain.encoding).toBeUndefined();
    const packed = await raw(`/?${query}&enable_http_compression=1`, 'gzip');
    expect(packed.encoding).toBe('gzip');
    expect(gunzipSync(packed.body).equals(plain.body)).toBe(true);
    const unpacked = await post({}, gzipSync('SELECT 42'), { 'content-encoding': 'gzip' });
    expect(unpacked.text).toBe('42\n');
    const broken = await post({}, 'SELECT 42', { 'content-encoding': 'gzip' });
    expect(broken.status).toBe(400);
    expect(await post({}, 'SELECT 1', { 'content-encoding': 'zz' })).toMatchObject({ code: '89' });
  });

  test('reports errors with the server’s text, number and status', async () => {
    expect(await ask({ query: 'SELECT * FROM nope' })).toMatchObject({
      status: 404,
      code: '60',
      text: expect.stringMatching(/^Code: 60\. DB::Exception: .*\(UNKNOWN_TABLE\) \(version 26/s),
    });
    expect(await ask({ query: 'SELEC 1' })).toMatchObject({ status: 400, code: '62' });
    expect(await ask({ query: 'SELECT nope()' })).toMatchObject({ status: 404, code: '46' });
    expect(await ask({ query: 'SELECT 1', max_threads: 'x' })).toMatchObject({ status: 400 });
    expect(await ask({ query: 'SELECT 1', nope: '1' })).toMatchObject({ status: 404, code: '115' });
    expect(await ask({ query: 'SELECT 1' }, {}, 'nope')).toMatchObject({ status: 404, code: '81' });
    expect(await ask({ query: 'SELECT {x:UInt8}' })).toMatchObject({ code: '456' });
    const slow = 'SELECT sleepEachRow(0.5) FROM numbers(4) SETTINGS max_block_size = 1';
    const late = await ask({ query: slow, max_execution_time: '1' });
    expect(late).toMatchObject({ status: 408, code: '159' });
  });

  test('an answer that fails half-way is an error, and nothing of it reaches the next one', async () => {
    const query =
      'SELECT number, throwIf(number = 50000) FROM numbers(100000) SETTINGS max_block_size = 1000';
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        index % 2 === 0 ? ask({ query, max_threads: '1' }) : ask({ query: `SELECT ${index}` }),
      ),
    );
    for (const [index, answer] of answers.entries()) {
      if (index % 2 === 0) {
        expect(answer).toMatchObject({ status: 500, code: '395' });
      } else {
        expect(answer.text).toBe(`${index}\n`);
      }
    }
  });

  test('GET and readonly change nothing', async () => {
    for (const query of ['DROP TABLE t', 'INSERT INTO t VALUES (1)', 'CREATE TABLE x (a Int8)']) {
      expect(await ask({ query })).toMatchObject({ code: '164' });
      expect(await post({ readonly: '1' }, query)).toMatchObject({ code: '164' });
    }
    expect((await post({ readonly: '2' }, 'SELECT 1')).text).toBe('1\n');
  });

  test('web pages, and names that lead here from elsewhere, are refused', async () => {
    for (const headers of [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
    ]) {
      expect((await post({}, 'SELECT 1', headers)).status).toBe(403);
    }
    const status = await new Promise((resolve, reject) => {
      const headers = { host: 'rebound.evil.example' };
      httpRequest(`${store.url}/?query=SELECT+1`, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
    const page = { origin: 'http://localhost:3000' };
    expect((await post({}, 'SELECT 1', page)).status).toBe(200);
  });

  test('a query text over the limit is refused, and a higher limit can be asked for', async () => {
    const query = `SELECT '${'x'.repeat(300_000)}'`;
    expect(await post({}, query)).toMatchObject({ status: 400, code: '62' });
    expect((await post({ max_query_size: '400000' }, query)).text).toHaveLength(300_001);
  });

  test('gives Native blocks of the revision that Go’s client asks for', async () => {
    const hex = async (parameters: Record<string, string>) => {
      const query = "SELECT toUInt8(1) AS a, 'x' AS b FORMAT Native";
      const response = await fetch(
        `${store.url}/?${new URLSearchParams({ query, ...parameters })}`,
      );
      return Buffer.from(await response.arrayBuffer()).toString('hex');
    };
    const [a, b] = [Buffer.from('\x01a\x05UInt8'), Buffer.from('\x01b\x06String')].map((name) =>
      name.toString('hex'),
    );
    expect(await hex({})).toBe(`0201${a}01${b}0178`);
    expect(await hex({ client_protocol_version: '54460' })).toBe(
      `010002ffffffff000201${a}0001${b}000178`,
    );
  });
});

describe('inserts', () => {
  test('data may look like SQL, contain blank lines and semicolons, and stay data', async () => {
    await client.command({ query: 'CREATE TABLE trap (b String) ENGINE = Memory' });
    const csv = '"a\n\nDROP TABLE trap;\n\nSELECT 1"\n';
    expect((await post({ query: 'INSERT INTO trap FORMAT CSV' }, csv)).status).toBe(200);
    const values = "INSERT INTO trap VALUES ('x;\n\nDROP TABLE trap'), (concat('y', 'z'));";
    expect((await post({}, values)).status).toBe(200);
    expect(await rows('SELECT b FROM trap ORDER BY b')).toEqual([
      ['a\n\nDROP TABLE trap;\n\nSELECT 1'],
      ['x;\n\nDROP TABLE trap'],
      ['yz'],
    ]);
  });

  test('columns that rows leave out get the table’s defaults', async () => {
    await client.insert({
      table: 't',
      values: [{ a: 1 }, { a: 2, b: 'x' }],
      format: 'JSONEachRow',
    });
    await post({ query: 'INSERT INTO t (a)' }, 'FORMAT TSV\n3\n');
    expect(await rows('SELECT a, b FROM t WHERE a < 10 ORDER BY a')).toEqual([
      [1, 'b1'],
      [2, 'x'],
      [3, 'b3'],
    ]);
    await client.insert({
      table: 't',
      columns: { except: ['b'] },
      values: [[4, 'c4']],
      format: 'JSONCompactEachRow',
    });
    expect(await rows('SELECT b, c FROM t WHERE a = 4')).toEqual([['b4', 'c4']]);
  });

  test('a changed table is noticed by the next insert', async () => {
    await client.command({ query: 'CREATE TABLE changing (a UInt8) ENGINE = Memory' });
    await client.insert({ table: 'changing', values: [{ a: 1 }], format: 'JSONEachRow' });
    await client.command({ query: 'DROP TABLE changing' });
    await client.command({ query: 'CREATE TABLE changing (s String) ENGINE = Memory' });
    await client.insert({ table: 'changing', values: [{ s: 'x' }], format: 'JSONEachRow' });
    expect(await rows('SELECT s FROM changing')).toEqual([['x']]);
  });

  test('INSERT with parameters, in the text and in VALUES', async () => {
    const parameters = { param_t: 't', param_a: '77', param_b: "it's" };
    const sql = 'INSERT INTO {t:Identifier} (a, b) VALUES ({a:UInt32}, {b:String})';
    expect((await post(parameters, sql)).status).toBe(200);
    expect(await rows('SELECT b FROM t WHERE a = 77')).toEqual([["it's"]]);
  });

  test('the row at which data are broken is named, the adapter’s file is not', async () => {
    const answer = await post(
      { query: 'INSERT INTO t (a) FORMAT JSONEachRow' },
      '{"a":1}\n{"a":"x"}',
    );
    expect(answer.text).toContain('(at row 2)');
    expect(answer.text).not.toContain('scratch');
  });

  test('INSERT … SELECT works and says how many rows it wrote', async () => {
    const { summary } = await client.command({
      query: 'INSERT INTO t (a) SELECT number + 500 FROM numbers(3)',
    });
    expect(summary?.written_rows).toBe('3');
  });
});

describe('requests at once', () => {
  test('parameters, settings and databases of different requests do not mix', async () => {
    const other = await createTestClickHouse({ migrated: false });
    try {
      await Promise.all(
        Array.from({ length: 60 }, async (_, index) => {
          const from = index % 2 === 0 ? store : other;
          const query = `SELECT {n:UInt32}, {s:String}, currentDatabase(), getSetting('max_block_size'),
            sleep(0.01)`;
          const result = await from.client.query({
            query,
            query_params: { n: index, s: `s${index}` },
            format: 'JSONCompactEachRow',
            clickhouse_settings: index % 3 === 0 ? { max_block_size: String(1000 + index) } : {},
          });
          const [row] = await result.json<unknown[]>();
          const blockSize = index % 3 === 0 ? 1000 + index : 65_409;
          expect(row?.map(String)).toEqual(
            [index, `s${index}`, from.database, blockSize, 0].map(String),
          );
        }),
      );
    } finally {
      await other.drop();
    }
  });

  test('what a request sets, uses or selects is gone with the next one', async () => {
    expect((await post({}, 'SET max_threads = 1')).status).toBe(200);
    expect((await post({}, 'USE system')).status).toBe(200);
    const query = "SELECT currentDatabase(), getSetting('max_result_rows'), getSetting('readonly')";
    for (let turn = 0; turn < 8; turn += 1) {
      // The second kind changes other settings as well, and is undone in another way.
      const contagious = turn % 2 === 0 ? {} : { compatibility: '22.1' };
      await ask({ query, max_result_rows: '10', ...contagious }, {}, 'default');
      expect((await ask({ query })).text).toBe(`${store.database}\t0\t0\n`);
    }
  });

  test('an insert gets through while reports keep every place for reading busy', async () => {
    const slow = 'SELECT sleepEachRow(0.2) FROM numbers(10) SETTINGS max_block_size = 1';
    let finished = 0;
    const reports = Array.from({ length: 10 }, async () => {
      await ask({ query: slow });
      finished += 1;
    });
    await post({ query: 'INSERT INTO t (a) FORMAT CSV' }, '900\n');
    // Reading, it would wait for a place until five of them have ended.
    expect(finished).toBeLessThan(5);
    await Promise.all(reports);
  });

  test('a client that goes away ends its query', async () => {
    const gone = new AbortController();
    const query = "SELECT sleepEachRow(1), 'leaver' FROM numbers(60) SETTINGS max_block_size = 1";
    const left = ask({ query }, { signal: gone.signal }).catch(() => 'left');
    const running = async () => Number((await ask({ query: RUNNING }, {}, 'default')).text);
    await expect.poll(running).toBe(1);
    gone.abort();
    expect(await left).toBe('left');
    await expect.poll(running, { timeout: 10_000 }).toBe(0);
  });
});

const RUNNING =
  "SELECT count() FROM system.processes WHERE query LIKE '%leaver%' AND query NOT LIKE '%processes%'";

describe('parameters', () => {
  const NASTY = "'; DROP TABLE t; -- \\' \\\\ ` \" {a:String} \t\n\r\0 ü /* $$";

  test('no value of any type can become SQL', async () => {
    expect(await rows('SELECT {v:String} AS v', { v: NASTY })).toEqual([[NASTY]]);
    expect(await rows('SELECT {v:Array(String)} AS v', { v: [NASTY, "x'"] })).toEqual([
      [[NASTY, "x'"]],
    ]);
    expect(await rows('SELECT {v:Map(String, String)} AS v', { v: { [NASTY]: NASTY } })).toEqual([
      [{ [NASTY]: NASTY }],
    ]);
    expect(await rows('SELECT {v:Nullable(String)} AS v', { v: null })).toEqual([[null]]);
    for (const type of ['UInt32', 'Float64', 'DateTime64(3)', 'UUID', 'Decimal(18, 4)', 'Bool']) {
      await expect(rows(`SELECT {v:${type}}`, { v: '1) OR sleep(1' })).rejects.toThrow();
    }
    await expect(rows('SELECT * FROM {v:Identifier}', { v: 't` WHERE 1' })).rejects.toThrow(
      /t` WHERE 1/,
    );
    expect((await rows('EXISTS TABLE t'))[0]).toEqual([1]);
  });

  test('numbers, dates, decimals and lists keep their exact values', async () => {
    const when = new Date('2024-06-15T10:30:45.123Z');
    const query = `SELECT {n:UInt64} = 18446744073709551615, {d:Decimal(18, 4)} = toDecimal64('99.99', 4),
      toUnixTimestamp64Milli({t:DateTime64(3, 'UTC')}), {l:Array(UInt8)}, {b:Bool}`;
    const query_params = { n: '18446744073709551615', d: '99.99', t: when, l: [1, 2], b: true };
    expect(await rows(query, query_params)).toEqual([[1, 1, when.getTime(), [1, 2], true]]);
  });
});

describe('@clickhouse/client', () => {
  test('pings, queries, runs commands and statements with a stream', async () => {
    expect(await client.ping()).toEqual({ success: true });
    expect(await client.ping({ select: true })).toEqual({ success: true });
    const json = await (await client.query({ query: 'SELECT 1 AS x', format: 'JSON' })).json();
    expect(json).toMatchObject({ data: [{ x: 1 }], rows: 1, meta: [{ name: 'x', type: 'UInt8' }] });
    const { stream } = await client.exec({ query: 'SELECT 5 FORMAT CSV' });
    const chunks: Buffer[] = [];
    for await (const chunk of stream) {
      chunks.push(chunk as Buffer);
    }
    expect(Buffer.concat(chunks).toString()).toBe('5\n');
  });

  test('streams a larger result row by row', async () => {
    const result = await client.query({
      query: 'SELECT number FROM numbers(300000)',
      format: 'JSONEachRow',
    });
    let sum = 0;
    for await (const batch of result.stream<{ number: number }>()) {
      for (const row of batch) {
        sum += row.json().number;
      }
    }
    expect(sum).toBe((299_999 * 300_000) / 2);
  });

  test('knows the error by its number and name', async () => {
    await expect(client.command({ query: 'DROP TABLE nope' })).rejects.toMatchObject({
      code: '60',
      type: 'UNKNOWN_TABLE',
    });
  });
});
