import { EngineSession, type SessionOptions, type Settings } from './engine-session.ts';
import { exception } from './exception.ts';

export type PoolOptions = SessionOptions & {
  /** One pipe for the answers of each session; as many queries run at once. At least two. */
  pipes: readonly string[];
  /** Requests that may wait for a connection; beyond it they are refused (code 202). */
  waitingMax: number;
  /** Called when a session cannot be replaced; only a new process can help then. */
  onBroken: (failure: unknown) => void;
};

/** What a request needs a session for. Reads leave one session free, so inserts always get through. */
export type Purpose = 'read' | 'write';

const GONE = 'The client went away before the query began';

type Waiter = {
  purpose: Purpose;
  database: string;
  settings: Settings;
  admit: (session: EngineSession) => void;
};

/**
 * The sessions, one query on each at a time.
 *
 * Invariants: every session is either idle or lent to exactly one request; reads never hold all of
 * them; requests of one purpose are served in the order in which they came.
 */
export class SessionPool {
  readonly #options: PoolOptions;
  readonly #idle: EngineSession[] = [];
  readonly #waiting: Waiter[] = [];
  #lent = 0;
  #reading = 0;
  #wakeDrained: (() => void) | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#idle.push(...options.pipes.map((pipe) => new EngineSession(options, pipe)));
  }

  /**
   * Lends a session, prepared for the request, for as long as `work` runs.
   *
   * @param signal gives up waiting; a query that already runs is the caller's to cancel
   * @throws ClickHouseException 202 when too many wait, and whatever preparing or `work` throws
   */
  async use<T>(
    purpose: Purpose,
    database: string,
    settings: Settings,
    signal: AbortSignal,
    work: (session: EngineSession) => Promise<T>,
  ): Promise<T> {
    const session = await this.#acquire(purpose, database, settings, signal);
    try {
      await session.prepare(database, settings);
      return await work(session);
    } catch (error) {
      await session.recover();
      throw error;
    } finally {
      this.#release(session, purpose);
    }
  }

  /** Resolves when no session is lent and nobody waits. */
  async drained(): Promise<void> {
    if (this.#lent > 0 || this.#waiting.length > 0) {
      await new Promise<void>((resolve) => {
        this.#wakeDrained = resolve;
      });
    }
  }

  /** Closes all sessions. Only after `drained`. */
  close(): void {
    for (const session of this.#idle.splice(0)) {
      session.close();
    }
  }

  #acquire(
    purpose: Purpose,
    database: string,
    settings: Settings,
    signal: AbortSignal,
  ): Promise<EngineSession> {
    if (signal.aborted) {
      throw exception('ABORTED', GONE);
    }
    if (this.#waiting.length >= this.#options.waitingMax) {
      throw exception(
        'TOO_MANY_SIMULTANEOUS_QUERIES',
        `Too many simultaneous queries. Maximum: ${this.#options.pipes.length} run and ` +
          `${this.#options.waitingMax} wait`,
        { status: 503 },
      );
    }
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        purpose,
        database,
        settings,
        admit: (session) => {
          signal.removeEventListener('abort', giveUp);
          resolve(session);
        },
      };
      const giveUp = () => {
        const index = this.#waiting.indexOf(waiter);
        if (index >= 0) {
          this.#waiting.splice(index, 1);
        }
        this.#checkDrained();
        reject(exception('ABORTED', GONE));
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(waiter);
      this.#admitWaiters();
    });
  }

  #admitWaiters(): void {
    for (;;) {
      const mayRead = this.#reading < this.#options.pipes.length - 1;
      const index = this.#waiting.findIndex(({ purpose }) => purpose === 'write' || mayRead);
      const waiter = this.#waiting[index];
      const session = waiter === undefined ? undefined : this.#takeIdle(waiter);
      if (waiter === undefined || session === undefined) {
        return;
      }
      this.#waiting.splice(index, 1);
      this.#lent += 1;
      this.#reading += waiter.purpose === 'read' ? 1 : 0;
      waiter.admit(session);
    }
  }

  /** Takes an idle session, one that has what the request needs if there is one. */
  #takeIdle({ database, settings }: Waiter): EngineSession | undefined {
    const index = this.#idle.findLastIndex((idle) => idle.isPreparedFor(database, settings));
    return index < 0 ? this.#idle.pop() : this.#idle.splice(index, 1)[0];
  }

  #release(session: EngineSession, purpose: Purpose): void {
    this.#lent -= 1;
    this.#reading -= purpose === 'read' ? 1 : 0;
    try {
      this.#idle.push(session.spoiled ? this.#replace(session) : session);
    } catch (error) {
      this.#options.onBroken(error);
    }
    this.#admitWaiters();
    this.#checkDrained();
  }

  #replace(spoiled: EngineSession): EngineSession {
    spoiled.close();
    return new EngineSession(this.#options, spoiled.pipe);
  }

  #checkDrained(): void {
    if (this.#lent === 0 && this.#waiting.length === 0) {
      this.#wakeDrained?.();
    }
  }
}
