import { createServer } from 'node:net';
import type { Config } from '../../core/config.ts';
import { messageOf, TrellisError } from '../../core/errors.ts';

type NeededPort = { setting: string; host: string; port: number };

/** The embedded stores listen on loopback, whatever TRELLIS_HOST says. */
const LOOPBACK = '127.0.0.1';

export type PortOptions = {
  /** False where the store is somebody else's. */
  isClickHouseOurs: boolean;
  isPostgresOurs: boolean;
};

/**
 * Makes sure that every port that we are about to bind is free.
 *
 * @throws TrellisError `ports_unusable`, naming all of them at once, each with its setting
 */
export async function requireFreePorts(config: Config, options: PortOptions): Promise<void> {
  const needed = neededPorts(config, options);
  const faults = sharedPorts(needed);
  for (const each of needed) {
    const fault = await findFault(each);
    if (fault !== undefined && !faults.includes(fault)) {
      faults.push(fault);
    }
  }
  if (faults.length > 0) {
    throw new TrellisError(
      'ports_unusable',
      `Trellis cannot start:\n  ${faults.join('\n  ')}\nEnd what uses these ports, or set the settings to others.`,
    );
  }
}

function neededPorts(config: Config, options: PortOptions): NeededPort[] {
  const host = config.TRELLIS_HOST;
  const metricsPort = config.TRELLIS_METRICS_PORT;
  const needed = [
    { setting: 'TRELLIS_ENGINE_PORT', host, port: config.TRELLIS_ENGINE_PORT },
    { setting: 'TRELLIS_ADMIN_PORT', host, port: config.TRELLIS_ADMIN_PORT },
    { setting: 'TRELLIS_METRICS_PORT', host, port: metricsPort },
    { setting: 'TRELLIS_METRICS_PORT plus 1', host, port: metricsPort + 1 },
  ];
  if (options.isClickHouseOurs) {
    const port = config.TRELLIS_CLICKHOUSE_PORT;
    needed.push({ setting: 'TRELLIS_CLICKHOUSE_PORT', host: LOOPBACK, port });
  }
  if (options.isPostgresOurs) {
    const port = config.TRELLIS_POSTGRES_PORT;
    needed.push({ setting: 'TRELLIS_POSTGRES_PORT', host: LOOPBACK, port });
  }
  return needed;
}

function sharedPorts(needed: NeededPort[]): string[] {
  const settingsByPort = new Map<number, string[]>();
  for (const { port, setting } of needed) {
    settingsByPort.set(port, [...(settingsByPort.get(port) ?? []), setting]);
  }
  return [...settingsByPort]
    .filter(([, settings]) => settings.length > 1)
    .map(([port, settings]) => `port ${port} is wanted more than once: ${settings.join(', ')}`);
}

/** @returns undefined when the port can be bound */
async function findFault({ setting, host, port }: NeededPort): Promise<string | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const faults: Record<string, string> = {
        EADDRINUSE: `port ${port} on ${host} is in use (${setting})`,
        EACCES: `port ${port} needs privileges that this user lacks (${setting})`,
        EADDRNOTAVAIL: `${host} is no address of this machine (TRELLIS_HOST)`,
      };
      resolve(
        faults[error.code ?? ''] ??
          `port ${port} on ${host} cannot be used: ${messageOf(error)} (${setting})`,
      );
    });
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
