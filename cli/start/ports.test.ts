import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../core/config.ts';
import { freePort } from '../../test/free-port.ts';
import { requireFreePorts } from './ports.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
  }
});

async function takenPort(): Promise<number> {
  const port = await freePort();
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return port;
}

async function settings() {
  const names = ['ENGINE', 'ADMIN', 'CLICKHOUSE', 'POSTGRES'];
  const ports = await Promise.all(names.map(freePort));
  const entries = names.map((name, index) => [`TRELLIS_${name}_PORT`, String(ports[index])]);
  return {
    ...Object.fromEntries(entries),
    TRELLIS_METRICS_PORT: String(await freePort()),
  } as Record<string, string>;
}

const all = { isClickHouseOurs: true, isPostgresOurs: true };

describe('the ports that Trellis needs', () => {
  it('are all right when they are free', async () => {
    await expect(requireFreePorts(readConfig(await settings()), all)).resolves.toBeUndefined();
  });

  it('are reported all at once when they are taken, each with its setting', async () => {
    const env = await settings();
    env.TRELLIS_ADMIN_PORT = String(await takenPort());
    env.TRELLIS_POSTGRES_PORT = String(await takenPort());
    const problem = await requireFreePorts(readConfig(env), all).catch((error: Error) => error);
    expect(problem).toMatchObject({ code: 'ports_unusable' });
    expect(String(problem)).toContain(
      `port ${env.TRELLIS_ADMIN_PORT} on 127.0.0.1 is in use (TRELLIS_ADMIN_PORT)\n` +
        `  port ${env.TRELLIS_POSTGRES_PORT} on 127.0.0.1 is in use (TRELLIS_POSTGRES_PORT)`,
    );
    expect(String(problem)).not.toContain('TRELLIS_ENGINE_PORT');
  });

  it('of a store that is not ours do not matter', async () => {
    const env = await settings();
    env.TRELLIS_POSTGRES_PORT = String(await takenPort());
    const options = { ...all, isPostgresOurs: false };
    await expect(requireFreePorts(readConfig(env), options)).resolves.toBeUndefined();
  });

  it('must differ from each other, the second port of the metrics included', async () => {
    const env = await settings();
    env.TRELLIS_ENGINE_PORT = String(Number(env.TRELLIS_METRICS_PORT) + 1);
    await expect(requireFreePorts(readConfig(env), all)).rejects.toThrow(
      `port ${env.TRELLIS_ENGINE_PORT} is wanted more than once: TRELLIS_ENGINE_PORT, TRELLIS_METRICS_PORT plus 1`,
    );
  });

  it('need an address of this machine', async () => {
    const env = { ...(await settings()), TRELLIS_HOST: '192.0.2.1' };
    await expect(requireFreePorts(readConfig(env), all)).rejects.toThrow(
      '192.0.2.1 is no address of this machine (TRELLIS_HOST)',
    );
  });
});
