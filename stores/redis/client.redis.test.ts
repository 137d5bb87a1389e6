import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import pino from 'pino';
import { afterEach, expect, it } from 'vitest';
import { RedisClient } from './client.ts';
import { RedisErrors } from './redis-errors.ts';
import { startRedis, type TestRedis } from './testing/redis-server.ts';

const SOON = { timeout: 15_000, interval: 50 };
const logger = pino({ level: 'silent' });
const clients: RedisClient[] = [];
const servers: { stop(): Promise<void> }[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) {
    client.close();
  }
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function server(...args: string[]): Promise<TestRedis> {
  const started = await startRedis(args);
  servers.push(started);
  return started;
}

function clientOf(url: string): RedisClient {
  const client = new RedisClient({ url, name: 'test', errors: new RedisErrors(), logger });
  clients.push(client);
  return client;
}

const write = (client: RedisClient) => client.run((redis) => redis.set('key', 'value'));

/** An address behind which another server can be put; connections that exist stay where they are. */
class MovableAddress {
  readonly #target: { port: number };
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(target: { port: number }) {
    this.#target = target;
    this.#server = createServer((socket) => {
      const onward = connect(this.#target.port, '127.0.0.1');
      for (const [one, other] of [
        [socket, onward],
        [onward, socket],
      ] as const) {
        this.#sockets.add(one);
        one.on('error', () => other.destroy());
        one.on('close', () => this.#sockets.delete(one));
        one.pipe(other);
      }
    });
  }

  async url(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    return `redis://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    await closed;
  }
}

it('finds the new primary behind the same name, while the old one is there as a replica', async () => {
  const primary = await server();
  const replica = await server('--replicaof', '127.0.0.1', String(primary.port));
  const target = { port: replica.port };
  const address = new MovableAddress(target);
  servers.push(address);
  const client = clientOf(await address.url());
  await expect.poll(() => write(client), SOON).toEqual({ ok: false, kind: 'read_only' });
  target.port = primary.port;
  await expect.poll(() => write(client), SOON).toEqual({ ok: true, value: 'OK' });
});

it('does not leave a replica at every command that it refuses', async () => {
  const primary = await server();
  const replica = await server('--replicaof', '127.0.0.1', String(primary.port));
  const client = clientOf(replica.url);
  await expect.poll(() => write(client), SOON).toEqual({ ok: false, kind: 'read_only' });
  const connectionId = () => client.run((redis) => redis.client('ID'));
  await expect.poll(connectionId, SOON).toMatchObject({ ok: true });
  const before = await connectionId();
  for (let command = 0; command < 20; command++) {
    await write(client);
  }
  expect(await connectionId()).toEqual(before);
});

it('comes back where ioredis has given up', async () => {
  const client = clientOf((await server()).url);
  await expect.poll(() => write(client), SOON).toMatchObject({ ok: true });
  await client.run(async (redis) => redis.disconnect());
  await expect.poll(() => write(client), SOON).toMatchObject({ ok: false });
  await expect.poll(() => write(client), SOON).toMatchObject({ ok: true });
});

it('logs in with what a URL holds, and uses its database', async () => {
  const redis = await server('--user', 'trellis', 'on', '>p@ss/word', '~*', '&*', '+@all');
  const url = redis.url.replace('//', `//trellis:${encodeURIComponent('p@ss/word')}@`);
  const client = clientOf(`${url}/3`);
  await expect.poll(() => write(client), SOON).toMatchObject({ ok: true });
  const info = await client.run((connection) => connection.client('INFO'));
  expect(info).toMatchObject({ value: expect.stringMatching(/ db=3 .* user=trellis /) });
});
