import { createHmac } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../core/entry-file.ts';
import { createAddressCheck } from './addresses.ts';
import type { ResolveName } from './resolve.ts';
import { resolveByDns } from './resolve.ts';
import { type SendOutcome, sendWebhook } from './send.ts';
import { signatureOf } from './signature.ts';
import { type Receiver, startReceiver } from './testing/receiver.ts';

/** Sockets that this process has tried to connect, wherever to. */
let attempts = 0;
const countAttempt = () => {
  attempts++;
};
/** Listens at every address of this machine: whatever loopback is contacted by, it notices. */
let victim: Receiver;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  subscribe('net.client.socket', countAttempt);
  victim = await startReceiver(undefined, '::');
});
afterAll(async () => {
  unsubscribe('net.client.socket', countAttempt);
  await victim.close();
});
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function receiver(...options: Parameters<typeof startReceiver>): Promise<Receiver> {
  const started = await startReceiver(...options);
  closing.push(started.close);
  return started;
}

type Names = Readonly<Record<string, readonly string[]>>;

/** Resolves each name as listed; each question to the next answer, when there are several. */
function resolverOf(names: Names, asked: string[] = []): ResolveName {
  return async (name) => {
    asked.push(name);
    return [...(names[name] ?? [])];
  };
}

function send(
  url: string,
  options: { names?: Names; networks?: string[]; resolve?: ResolveName; totalMsMax?: number } = {},
): Promise<SendOutcome> {
  const { names = {}, networks = [], resolve = resolverOf(names), totalMsMax = 5_000 } = options;
  return sendWebhook(
    { url, headers: { 'Content-Type': 'application/json', 'X-Test': '1' }, body: '{"ä":1}' },
    { isAllowed: createAddressCheck(networks), resolve, totalMsMax },
  );
}

/** What was tried and what was reached while something ran. */
async function contactsOf(
  run: () => Promise<unknown>,
): Promise<{ tried: number; reached: number }> {
  const before = { tried: attempts, reached: victim.connections() };
  await run();
  return { tried: attempts - before.tried, reached: victim.connections() - before.reached };
}

const NONE = { tried: 0, reached: 0 };

const HOSTS = [
  ...['127.0.0.1', '127.0.0.2', '127.1', '2130706433', '0x7f000001', '0x7f.1', '0177.0.0.1'],
  ...['017700000001', '0', '0.0.0.0', '[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]'],
  ...['[::127.0.0.1]', '[64:ff9b::127.0.0.1]', '[2002:7f00:1::]', '10.0.0.1', '172.16.0.1'],
  ...['192.168.1.1', '169.254.169.254', '2852039166', '0xa9fea9fe', '[fd00:ec2::254]'],
  ...['[::ffff:169.254.169.254]', '[fe80::1]', '100.100.100.200', '224.0.0.1'],
];

const RESOLVED = [
  ...['127.0.0.1', '127.0.0.2', '::1', '::', '0.0.0.0', '::ffff:127.0.0.1', '::127.0.0.1'],
  ...['10.0.0.1', '172.31.0.1', '192.168.0.1', '169.254.169.254', '::ffff:a9fe:a9fe', 'fe80::1'],
  ...['64:ff9b::7f00:1', '2002:7f00:1::', 'fd00::1', '100.64.0.1', '2130706433', '0x7f.1'],
];

describe('what is not public is never contacted', () => {
  it('is noticed by the server when it is, at any of its addresses', async () => {
    const networks = ['127.0.0.0/8', '::1'];
    for (const host of ['127.0.0.1', '127.0.0.2', '[::1]', '2130706433']) {
      const contacts = await contactsOf(async () => {
        expect(await send(`http://${host}:${victim.port}/`, { networks })).toEqual({
          ...{ kind: 'answered', status: 204 },
        });
      });
      expect(contacts).toEqual({ tried: 1, reached: 1 });
    }
  });

  it.each(HOSTS)('when the address says so: %s', async (host) => {
    const contacts = await contactsOf(async () => {
      for (const scheme of ['http', 'https']) {
        const outcome = await send(`${scheme}://${host}:${victim.port}/`);
        expect(outcome.kind).toBe('refused');
      }
    });
    expect(contacts).toEqual(NONE);
  });

  it.each(RESOLVED)('when a name leads there: %s', async (address) => {
    const names = { 'hooks.example.com': [address] };
    const contacts = await contactsOf(async () => {
      for (const scheme of ['http', 'https']) {
        const url = `${scheme}://hooks.example.com:${victim.port}/`;
        expect(await send(url, { names })).toEqual({
          ...{ kind: 'refused', reason: 'the host has no public address' },
        });
      }
    });
    expect(contacts).toEqual(NONE);
  });

  it('when a name leads there and to a public address as well', async () => {
    const names = { 'hooks.example.com': ['8.8.8.8', '127.0.0.1'] };
    const url = `http://hooks.example.com:${victim.port}/`;
    expect(await contactsOf(() => send(url, { names }))).toEqual(NONE);
  });

  it('when it is localhost, by any name for it', async () => {
    for (const host of ['localhost', 'LOCALHOST', 'localhost.', 'a.localhost']) {
      const url = `http://${host}:${victim.port}/`;
      expect(await contactsOf(() => send(url, { resolve: resolveByDns }))).toEqual(NONE);
    }
  });

  it.each([301, 302, 303, 307, 308])('when a receiver redirects there with %i', async (status) => {
    for (const location of [
      `http://127.0.0.2:${victim.port}/`,
      `http://[::1]:${victim.port}/`,
      'http://169.254.169.254/latest/meta-data/',
      `//127.0.0.2:${victim.port}/`,
    ]) {
      const honest = await receiver((response) => {
        response.writeHead(status, { Location: location, Refresh: `0; url=${location}` }).end();
      });
      const contacts = await contactsOf(async () => {
        const url = `http://127.0.0.1:${honest.port}/`;
        expect(await send(url, { networks: ['127.0.0.1'] })).toEqual({ kind: 'answered', status });
      });
      expect(contacts).toEqual({ tried: 1, reached: 0 });
      expect(honest.connections()).toBe(1);
    }
  });

  it('when the name changes between check and connect', async () => {
    const honest = await receiver();
    // Allowed the first time it is asked for, and from then on not.
    const answers = [['127.0.0.1'], ['127.0.0.2']];
    const asked: string[] = [];
    const resolve: ResolveName = async (name) => {
      asked.push(name);
      return answers[Math.min(asked.length, answers.length) - 1] ?? [];
    };
    const networks = ['127.0.0.1'];
    const url = `http://rebind.example.com:${honest.port}/`;
    const contacts = await contactsOf(async () => {
      expect(await send(url, { resolve, networks })).toEqual({ kind: 'answered', status: 204 });
    });
    expect(contacts).toEqual({ tried: 1, reached: 0 });
    expect(asked).toEqual(['rebind.example.com']);
    expect(honest.received[0]?.headers.host).toBe(`rebind.example.com:${honest.port}`);
    const again = await contactsOf(async () => {
      expect((await send(url, { resolve, networks })).kind).toBe('refused');
    });
    expect(again).toEqual(NONE);
  });

  it('when the name cannot be resolved, or not in time', async () => {
    const failing: ResolveName = () => Promise.reject(new Error('ENOTFOUND'));
    const silent: ResolveName = () => new Promise(() => undefined);
    for (const resolve of [failing, silent]) {
      const contacts = await contactsOf(async () => {
        const outcome = await send('https://hooks.example.com/', { resolve, totalMsMax: 50 });
        expect(outcome).toEqual({ kind: 'refused', reason: 'the host has no public address' });
      });
      expect(contacts).toEqual(NONE);
    }
  });
});

describe('a request', () => {
  const networks = ['127.0.0.0/8', '::1'];

  it('has the body and headers that were given, and the name as its host', async () => {
    const receiving = await receiver();
    const names = { 'hooks.example.com': ['127.0.0.1'] };
    await send(`http://hooks.example.com:${receiving.port}/a?b=c`, { names, networks });
    expect(receiving.received).toEqual([
      {
        path: '/a?b=c',
        body: '{"ä":1}',
        headers: {
          'content-type': 'application/json',
          'content-length': '8',
          'x-test': '1',
          host: `hooks.example.com:${receiving.port}`,
          connection: 'close',
        },
      },
    ]);
  });

  it("goes on to the name's next address when nobody listens at the first", async () => {
    const receiving = await receiver();
    const names = { 'hooks.example.com': ['::1', '127.0.0.1'] };
    const url = `http://hooks.example.com:${receiving.port}/`;
    expect(await send(url, { names, networks })).toEqual({ kind: 'answered', status: 204 });
  });

  it.each([200, 204, 404, 410, 500])('is answered with %i', async (status) => {
    const { port } = await receiver((response) => response.writeHead(status).end());
    const url = `http://127.0.0.1:${port}/`;
    expect(await send(url, { networks })).toEqual({ kind: 'answered', status });
  });

  it('does not wait for a receiver that is silent, nor for one whose answer never ends', async () => {
    const silent = await receiver(() => undefined);
    const endless = await receiver((response) => {
      response.writeHead(200).write('x');
    });
    const options = { networks, totalMsMax: 200 };
    expect(await send(`http://127.0.0.1:${silent.port}/`, options)).toEqual({
      ...{ kind: 'failed', reason: 'no answer in time' },
    });
    expect(await send(`http://127.0.0.1:${endless.port}/`, options)).toEqual({
      ...{ kind: 'answered', status: 200 },
    });
  });

  it('reads no more than 64 KiB of an answer', async () => {
    let written = 0;
    const { port } = await receiver((response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(64 * 1024);
      const more = () => {
        if (!response.destroyed) {
          written += chunk.length;
          response.write(chunk, more);
        }
      };
      more();
    });
    const url = `http://127.0.0.1:${port}/`;
    expect(await send(url, { networks })).toEqual({ kind: 'answered', status: 200 });
    // What the sockets' buffers take, not an answer without end.
    expect(written).toBeLessThan(32 * 1024 * 1024);
  });

  it.each([
    ['that is no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['with headers without end', `HTTP/1.1 200 OK\r\nA: ${'x'.repeat(100_000)}\r\n\r\n`],
    ['that is nothing', ''],
  ])('survives an answer %s', async (_, answer) => {
    const port = await rawServer((socket) => socket.end(answer));
    expect((await send(`http://127.0.0.1:${port}/`, { networks })).kind).toBe('failed');
  });

  it('does not change to another protocol', async () => {
    const answer = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n';
    const port = await rawServer((socket) => socket.end(answer));
    const outcome = await send(`http://127.0.0.1:${port}/`, { networks });
    expect(outcome).toEqual({ kind: 'answered', status: 101 });
  });

  it('tells why there was no connection without telling of addresses', async () => {
    const receiving = await receiver();
    await receiving.close();
    expect(await send(`http://127.0.0.1:${receiving.port}/`, { networks })).toEqual({
      ...{ kind: 'failed', reason: 'connection failed: ECONNREFUSED' },
    });
  });

  it('by https names the host to the server, and fails when that cannot prove to be it', async () => {
    const asked: string[] = [];
    const server = createTlsServer({
      SNICallback: (name, callback) => {
        asked.push(name);
        callback(null, undefined);
      },
    });
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => server.close(() => resolve())));
    const { port } = server.address() as AddressInfo;
    const names = { 'hooks.example.com': ['127.0.0.1'] };
    const outcome = await send(`https://hooks.example.com:${port}/`, { names, networks });
    expect(outcome.kind).toBe('failed');
    expect(asked).toEqual(['hooks.example.com']);
  });
});

async function rawServer(answer: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => answer(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(() => resolve())));
  return (server.address() as AddressInfo).port;
}

describe('the signature', () => {
  it('is the HMAC of time and body with the secret', () => {
    const header = signatureOf('whsec_a', '{"ä":1}', 1_700_000_000_999);
    const v1 = createHmac('sha256', 'whsec_a').update('1700000000.{"ä":1}', 'utf8').digest('hex');
    expect(header).toBe(`t=1700000000,v1=${v1}`);
  });

  it('is accepted by the check that the documentation gives, and nothing else is', async () => {
    const page = await readFile(join(projectRoot, 'docs', 'webhooks.md'), 'utf8');
    const [, code = ''] = /```js\n(.*?)```/s.exec(page) ?? [];
    const { isFromTrellis } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
    const body = '{"ä":1}';
    const nowMs = Date.now();
    const header = signatureOf('whsec_a', body, nowMs);
    expect(isFromTrellis(header, body, 'whsec_a')).toBe(true);
    expect(isFromTrellis(header, Buffer.from(body), 'whsec_a')).toBe(true);
    expect(isFromTrellis(header, `${body} `, 'whsec_a')).toBe(false);
    expect(isFromTrellis(header, body, 'whsec_b')).toBe(false);
    expect(isFromTrellis(signatureOf('whsec_a', body, nowMs - 400_000), body, 'whsec_a')).toBe(
      false,
    );
    for (const nothing of [undefined, '', 't=1', `t=${nowMs},v1=zz`]) {
      expect(isFromTrellis(nothing, body, 'whsec_a')).toBe(false);
    }
  });
});
