import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { TrellisError } from './errors.ts';

/** The settings of a Trellis process, read once from the environment and frozen. */
export type Config = Readonly<z.infer<typeof schema>>;

const port = (fallback: number) => z.coerce.number().int().min(1).max(65_535).default(fallback);
const bytes = (fallback: number) => z.coerce.number().int().min(1_048_576).default(fallback);
const flag = z.enum(['0', '1']).transform((value) => value === '1');

/** One address or network, as in `10.0.0.0/8` or `::1`. */
const cidr = z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()]);

/** A list with commas. */
const networks = z
  .string()
  .default('')
  .transform((list) => list.split(',').map((entry) => entry.trim()))
  .transform((list) => list.filter((entry) => entry !== ''))
  .pipe(z.array(cidr));

/** Whether nothing in a URL would have to be ignored, as options after a `?` would. */
function isRedisUrl(text: string): boolean {
  // Asked also of what is no URL at all, whose fault has been named then.
  if (!URL.canParse(text)) {
    return true;
  }
  const { hostname, pathname, search, hash, username, password } = new URL(text);
  const isDecodable = !/%(?![0-9a-f]{2})/i.test(username + password);
  const isPlain = search === '' && hash === '' && /^(\/\d{0,4})?$/.test(pathname);
  return hostname !== '' && isPlain && isDecodable;
}

const schema = z.object({
  TRELLIS_DATA_DIR: z
    .string()
    .min(1)
    .default('./data')
    .transform((path) => resolve(path)),
  TRELLIS_HOST: z.union([z.ipv4(), z.ipv6()]).default('127.0.0.1'),
  TRELLIS_ENGINE_PORT: port(8080),
  TRELLIS_ADMIN_PORT: port(8081),
  TRELLIS_METRICS_PORT: z.coerce.number().int().min(1).max(65_534).default(9464),
  TRELLIS_CLICKHOUSE_PORT: port(8123),
  TRELLIS_POSTGRES_PORT: port(5433),
  TRELLIS_ACTOR_THREADS: z.coerce
    .number()
    .int()
    .min(1)
    .max(63)
    .default(Math.max(1, availableParallelism() - 1)),
  TRELLIS_TRUSTED_PROXIES: networks,
  /** Networks of your own that webhooks may reach although they are not public. */
  TRELLIS_WEBHOOK_NETWORKS: networks,
  TRELLIS_DEMO: flag.optional(),
  TRELLIS_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
  /** Cap on the event log of one engine, in bytes; beyond it clicks are redirected but dropped. */
  TRELLIS_EVENT_LOG_BYTES_MAX: bytes(20 * 1024 ** 3),
  /** Path of a city-level .mmdb of your own, used instead of the bundled one. */
  TRELLIS_GEO_DATABASE: z.string().min(1).optional(),
  /** 1: the engine answers SIGUSR2 by killing one of its actor threads. For failure tests only. */
  TRELLIS_FAULT_INJECTION: flag.default(false),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  CLICKHOUSE_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** One server, or a primary with replicas behind its name; not a cluster. */
  REDIS_URL: z
    .url({ protocol: /^rediss?$/ })
    .refine(isRedisUrl, 'expected redis://user:password@host:port/number-of-the-database')
    .optional(),
});

/**
 * Reads the settings.
 *
 * @param env usually `process.env`; an empty value counts as unset
 * @throws TrellisError `invalid_settings`, naming every faulty variable at once
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const known = Object.keys(schema.shape);
  const given = Object.fromEntries(
    known
      .filter((name) => env[name] !== undefined && env[name] !== '')
      .map((name) => [name, env[name]]),
  );
  const parsed = schema.safeParse(given);
  const faults = parsed.success ? [] : parsed.error.issues.map(describeIssue);
  for (const name of Object.keys(env)) {
    if (name.startsWith('TRELLIS_') && !known.includes(name)) {
      faults.push(`${name}: no such setting`);
    }
  }
  if (!parsed.success || faults.length > 0) {
    throw new TrellisError(
      'invalid_settings',
      `Settings that cannot be used:\n  ${faults.join('\n  ')}`,
    );
  }
  return Object.freeze(parsed.data);
}

function describeIssue(issue: z.core.$ZodIssue): string {
  return `${issue.path.join('.')}: ${issue.message}`;
}

/** Whether the demo organisation is created: as set, else only where the stores are embedded. */
export function isDemo(config: Config): boolean {
  return (
    config.TRELLIS_DEMO ??
    (config.DATABASE_URL === undefined && config.CLICKHOUSE_URL === undefined)
  );
}

/** The address of PostgreSQL: the one that is set, else the embedded one's. */
export function databaseUrl(config: Config): string {
  return (
    config.DATABASE_URL ?? `postgres://trellis@127.0.0.1:${config.TRELLIS_POSTGRES_PORT}/trellis`
  );
}

/** The address of ClickHouse: the one that is set, else the embedded one's. */
export function clickhouseUrl(config: Config): string {
  return config.CLICKHOUSE_URL ?? `http://127.0.0.1:${config.TRELLIS_CLICKHOUSE_PORT}`;
}
