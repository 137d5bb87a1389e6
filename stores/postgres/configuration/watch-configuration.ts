import { Socket } from 'node:net';
import pg from 'pg';
import { type Clock, systemClock } from '../../../core/clock.ts';
import type { ConfigurationChange } from '../../../core/configuration.ts';
import { readChangeParts, readVersion } from './read-changes.ts';

export type WatchOptions = {
  /** The address of PostgreSQL; the watcher has one connection of its own. */
  url: string;
  /** The version that the caller has already, for example from a snapshot on disk; 0 by default. */
  afterVersion?: number;
  /** How late a change is seen at most when its notification is lost, in milliseconds. */
  pollMs?: number;
  /**
   * Called with each change, one after the other: the next is read when this one is applied. When
   * it throws, the same change comes again. A large change comes in parts, of which all but the last
   * have the version of before: `more` says that the rest follows.
   */
  onChange: (change: ConfigurationChange, more: boolean) => void | Promise<void>;
  /** Told of each failure to connect, read or apply; the watcher tries again by itself. */
  onError: (error: unknown, retryInMs: number) => void;
  clock?: Clock;
};

export type ConfigurationWatcher = {
  /** The version that was last applied. */
  version(): number;
  /** When PostgreSQL last confirmed that version to be the newest; null before the first time. */
  confirmedAtMs(): number | null;
  /** Ends the connection; no call to `onChange` or `onError` begins after it resolves. */
  stop(): Promise<void>;
};

const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 2_000;
/** A connection that answers nothing for this long is given up, in milliseconds. */
const ANSWER_MS_MAX = 5_000;
/** A whole configuration may be large, so reading it may take longer. */
const READ_MS_MAX = 60_000;
/** How long a closing connection may take to say goodbye. */
const CLOSE_MS_MAX = 500;

/**
 * Follows the configuration in PostgreSQL: hears of changes by LISTEN, asks for the version as well
 * in case a notification is lost, and reconnects for as long as it takes.
 */
export function watchConfiguration(options: WatchOptions): ConfigurationWatcher {
  const watch = new Watch(options);
  const done = watch.run();
  return {
    version: () => watch.version,
    confirmedAtMs: () => watch.confirmedAtMs,
    stop: async () => {
      watch.stop();
      await done;
    },
  };
}

/**
 * Invariants: `version` only changes after `onChange` has taken the change. `stopped` is set once
 * and ends `run` after the step that is under way.
 */
class Watch {
  version: number;
  confirmedAtMs: number | null = null;
  readonly #options: WatchOptions;
  readonly #clock: Clock;
  #stopped = false;
  #failures = 0;
  /** Something may have changed since the last look; set by notifications and lost connections. */
  #awake = false;
  #wake: () => void = () => undefined;
  #socket: Socket | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.version = options.afterVersion ?? 0;
  }

  async run(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#follow();
      } catch (error) {
        this.#failures += 1;
        const retryInMs = backoffMs(this.#failures);
        if (!this.#stopped) {
          this.#options.onError(error, retryInMs);
        }
        this.#awake = this.#stopped;
        await this.#sleep(retryInMs);
      }
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#wakeUp();
    // Whatever is being waited for on the connection must not hold up the end of the process.
    setTimeout(() => this.#socket?.destroy(), CLOSE_MS_MAX).unref();
  }

  /** One connection, from its beginning to its end. */
  async #follow(): Promise<void> {
    const socket = new Socket();
    this.#socket = socket;
    const client = new pg.Client({
      stream: () => socket,
      connectionString: this.#options.url,
      application_name: 'trellis-configuration',
      connectionTimeoutMillis: ANSWER_MS_MAX,
      query_timeout: READ_MS_MAX,
      keepAlive: true,
    });
    let lost: Error | undefined;
    client.on('error', (error) => {
      lost = error;
      this.#wakeUp();
    });
    client.on('notification', () => this.#wakeUp());
    try {
      await client.connect();
      await client.query('LISTEN trellis_configuration');
      while (!this.#stopped) {
        this.#awake = false;
        await this.#look(client);
        await this.#sleep(this.#options.pollMs ?? 250);
        if (lost !== undefined) {
          throw lost;
        }
      }
    } finally {
      await closeClient(client, socket);
    }
  }

  async #look(client: pg.Client): Promise<void> {
    const newest = await withDeadline(readVersion(client), ANSWER_MS_MAX);
    if (newest !== this.version) {
      for await (const { change, more } of readChangeParts(client, this.version)) {
        if (rowsIn(change) > 0 || more) {
          await this.#options.onChange(change, more);
        }
        if (!more) {
          this.version = change.version;
        }
      }
    }
    this.confirmedAtMs = this.#clock.nowMs();
    this.#failures = 0;
  }

  #wakeUp(): void {
    this.#awake = true;
    this.#wake();
  }

  /** Ends early when somebody calls `#wakeUp`, also when that was before. */
  async #sleep(durationMs: number): Promise<void> {
    if (this.#awake) {
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, durationMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => undefined;
  }
}

function rowsIn(change: ConfigurationChange): number {
  return (
    change.organizations.length +
    change.domains.length +
    change.keys.length +
    change.campaigns.length +
    change.blocks.length
  );
}

/** Doubles with each failure; the random half keeps nodes from returning all at once. */
function backoffMs(failures: number): number {
  const ceilingMs = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** Math.min(failures - 1, 10));
  return Math.round(ceilingMs * (0.5 + Math.random() / 2));
}

/** The driver has one timeout per connection, and a poll must notice a dead peer sooner than that. */
async function withDeadline<T>(work: Promise<T>, deadlineMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`PostgreSQL has not answered for ${deadlineMs} ms`));
    }, deadlineMs);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/** A polite end where the server still listens; the socket is closed in any case. */
async function closeClient(client: pg.Client, socket: Socket): Promise<void> {
  const deadline = setTimeout(() => socket.destroy(), CLOSE_MS_MAX);
  await client.end();
  clearTimeout(deadline);
  socket.destroy();
}
