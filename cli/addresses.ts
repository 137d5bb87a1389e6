import { isIPv6 } from 'node:net';
import { type Config, clickhouseUrl, databaseUrl } from '../core/config.ts';

/** Where the parts of one Trellis are reached from this machine. */
export type Addresses = {
  engine: string;
  admin: string;
  engineMetrics: string;
  adminMetrics: string;
  clickhouse: string;
  postgres: string;
};

/** @returns URLs without a slash at the end; those of the stores may contain passwords */
export function addressesOf(config: Config): Addresses {
  const host = reachableHost(config.TRELLIS_HOST);
  return {
    engine: `http://${host}:${config.TRELLIS_ENGINE_PORT}`,
    admin: `http://${host}:${config.TRELLIS_ADMIN_PORT}`,
    engineMetrics: `http://${host}:${config.TRELLIS_METRICS_PORT}/metrics`,
    adminMetrics: `http://${host}:${config.TRELLIS_METRICS_PORT + 1}/metrics`,
    clickhouse: clickhouseUrl(config),
    postgres: databaseUrl(config),
  };
}

/** Nobody can connect to "all addresses", but to loopback, which is one of them. */
function reachableHost(host: string): string {
  const isAll = host === '0.0.0.0' || /^[0:]+$/.test(host);
  if (isAll) {
    return '127.0.0.1';
  }
  return isIPv6(host) ? `[${host}]` : host;
}

/** The address for people to see: without its password. */
export function withoutPassword(url: string): string {
  const parsed = new URL(url);
  if (parsed.password === '') {
    return url;
  }
  parsed.password = '***';
  return parsed.href;
}
