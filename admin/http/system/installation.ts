import type { Config } from '../../../core/config.ts';
import type { EngineAddresses } from './engine-status.ts';

/** What the service knows of the rest of the installation. */
export type Installation = {
  /** Undefined: nobody knows where the engine is. */
  engine?: EngineAddresses | undefined;
  /** As REDIS_URL. */
  redisUrl?: string | undefined;
};

/** The installation that the settings describe: its engine is on this machine. */
export function installationOf(config: Config): Installation {
  const host = loopbackOf(config.TRELLIS_HOST);
  return {
    engine: {
      metrics: `http://${host}:${config.TRELLIS_METRICS_PORT}/metrics`,
      ready: `http://${host}:${config.TRELLIS_ENGINE_PORT}/ready`,
    },
    redisUrl: config.REDIS_URL,
  };
}

/** Where a server that listens on an address can be asked on the same machine. */
function loopbackOf(host: string): string {
  if (host === '0.0.0.0') {
    return '127.0.0.1';
  }
  if (host === '::') {
    return '[::1]';
  }
  return host.includes(':') ? `[${host}]` : host;
}
