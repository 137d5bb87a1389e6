import { Redis, type RedisOptions } from 'ioredis';
import { messageOf } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { type RedisErrorKind, redisErrorKind } from './error-kind.ts';
import type { RedisErrors } from './redis-errors.ts';

/** No command is waited for longer than 100 ms; the rest is for the timers of a busy thread. */
const COMMAND_MS_MAX = 80;
/** A connection that owes answers for so long is given up: its server hangs, or nobody is there. */
const SILENT_MS_MAX = 1_000;
const CONNECT_MS_MAX = 1_000;
/** A connection that we close and the other side does not is destroyed after this long. */
const CLOSE_MS_MAX = 200;
const RECONNECT_MS_MIN = 50;
const RECONNECT_MS_MAX = 2_000;
/** Commands that wait for their answers; more are refused. Bounds what a hung server can hold up. */
const UNANSWERED_MAX = 256;
/** Behind a name that moved, another server may be the primary now; asked for no more often. */
const READ_ONLY_RECONNECT_MS = 5_000;

/** What became of a command. It never rejects: Redis helps, and nothing depends on it. */
export type RedisOutcome<T> = { ok: true; value: T } | { ok: false; kind: RedisErrorKind };

export type RedisClientOptions = {
  /** `redis://user:password@host:port/db`, or `rediss:` for TLS. */
  url: string;
  /** Shown in CLIENT LIST, for example `trellis-engine`. */
  name: string;
  errors: RedisErrors;
  logger: Logger;
};

/**
 * One connection to Redis that is there or not.
 *
 * Invariants: no command waits longer than 100 ms or rejects. Without a connection a command fails at
 * once; none is kept for later or sent twice. It reconnects for as long as it lives, at least every
 * two seconds.
 */
export class RedisClient {
  readonly #redis: Redis;
  readonly #errors: RedisErrors;
  readonly #logger: Logger;
  #unanswered = 0;
  #isClosed = false;
  /** Why there is no connection; null where there is one, or where it was lost without a word. */
  #failure: RedisErrorKind | null = null;
  #readOnlyReconnectAtMs = Number.NEGATIVE_INFINITY;
  #revival: NodeJS.Timeout | undefined;

  constructor(options: RedisClientOptions) {
    this.#errors = options.errors;
    this.#logger = options.logger;
    this.#redis = new Redis({
      ...connectionOptions(options.url),
      ...BEHAVIOUR,
      connectionName: options.name,
      reconnectOnError: (error) => this.#shouldReconnect(error),
    });
    this.#redis.on('error', (error: unknown) => this.#onConnectionError(error));
    this.#redis.on('ready', () => this.#onReady());
    this.#redis.on('end', () => this.#onEnd());
  }

  /**
   * Runs commands.
   *
   * @param fn gets the connection, for this call only
   */
  async run<T>(fn: (redis: Redis) => Promise<T>): Promise<RedisOutcome<T>> {
    if (this.#unanswered >= UNANSWERED_MAX) {
      this.#errors.add('overload');
      return { ok: false, kind: 'overload' };
    }
    this.#unanswered++;
    try {
      return { ok: true, value: await fn(this.#redis) };
    } catch (error) {
      const kind = this.#kindOf(error);
      this.#errors.add(kind);
      return { ok: false, kind };
    } finally {
      this.#unanswered--;
    }
  }

  /** Calls `listener` whenever a connection stands, also for the one that stands already. */
  onReady(listener: () => void): void {
    this.#redis.on('ready', listener);
    if (this.#redis.status === 'ready') {
      listener();
    }
  }

  /** Messages of the channel that this connection has subscribed to. The listener must not throw. */
  onMessage(listener: (message: string) => void): void {
    this.#redis.on('message', (_channel, message) => listener(message));
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#revival);
    this.#redis.disconnect();
  }

  /** Without a connection a command says only that; why there is none is said by the connection. */
  #kindOf(error: unknown): RedisErrorKind {
    const kind = redisErrorKind(error);
    return kind === 'unreachable' ? (this.#failure ?? kind) : kind;
  }

  #onReady(): void {
    if (this.#failure !== null) {
      this.#failure = null;
      this.#logger.info('Redis is there again');
    }
  }

  /** Counts every failure, and logs the first of a kind until there is a connection again. */
  #onConnectionError(error: unknown): void {
    const kind = redisErrorKind(error);
    this.#errors.add(kind);
    if (kind !== this.#failure) {
      this.#failure = kind;
      // The message only: ioredis hangs the arguments of a command, AUTH's too, on its errors.
      this.#logger.warn({ kind, error: messageOf(error) }, 'Redis cannot be used');
    }
  }

  /** ioredis gives up for good where it is told to disconnect while it is about to connect. */
  #onEnd(): void {
    if (!this.#isClosed) {
      this.#revival = setTimeout(() => {
        this.#redis.connect().catch((error: unknown) => this.#errors.add(redisErrorKind(error)));
      }, RECONNECT_MS_MAX);
    }
  }

  #shouldReconnect(error: Error): boolean {
    const nowMs = performance.now();
    const isTime = nowMs - this.#readOnlyReconnectAtMs >= READ_ONLY_RECONNECT_MS;
    if (redisErrorKind(error) !== 'read_only' || !isTime) {
      return false;
    }
    this.#readOnlyReconnectAtMs = nowMs;
    return true;
  }
}

const BEHAVIOUR = {
  commandTimeout: COMMAND_MS_MAX,
  socketTimeout: SILENT_MS_MAX,
  connectTimeout: CONNECT_MS_MAX,
  disconnectTimeout: CLOSE_MS_MAX,
  retryStrategy: (attempt) => {
    const delayMs = Math.min(RECONNECT_MS_MIN * 2 ** Math.min(attempt - 1, 16), RECONNECT_MS_MAX);
    return delayMs * (0.75 + Math.random() / 4);
  },
  enableOfflineQueue: false,
  // Commands of a lost connection fail at once, and none is sent again.
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  // ioredis would not catch it when this fails, and the process would end.
  autoResubscribe: false,
  disableClientInfo: true,
} as const satisfies RedisOptions;

type ServerOptions = Pick<RedisOptions, 'host' | 'port' | 'db' | 'username' | 'password' | 'tls'>;

/** The parts of a URL that `readConfig` has found to be good; a query is not among them. */
function connectionOptions(text: string): ServerOptions {
  const url = new URL(text);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 6379 : Number(url.port),
    db: Number(url.pathname.slice(1)),
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
    ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
  };
}
