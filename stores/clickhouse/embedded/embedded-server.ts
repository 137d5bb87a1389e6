import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { messageOf, TrellisError } from '../../../core/errors.ts';
import type { Logger } from '../../../core/logger.ts';
import { EngineSession } from './engine-session.ts';
import { engineSettings } from './engine-settings.ts';
import { HttpAdapter } from './http-adapter.ts';
import { QUERY_MARKER, QueryRunner } from './query-runner.ts';
import { isLoopbackName } from './request.ts';
import { ScratchFiles } from './scratch-files.ts';
import { SessionPool } from './session-pool.ts';
import { quoteString, toByteString } from './sql-lexer.ts';
import { TableColumns } from './table-columns.ts';

/** Queries that run at once; main.ts's parent gives the process as many threads, and some more. */
const SESSIONS_MAX = 6;
const WAITING_MAX = 200;
const INSERT_BYTES_MAX = 4 * 1024 ** 3;
/** After cancelled queries have been told to end. */
const CANCEL_MS_MAX = 5_000;

export type ServerOptions = {
  folder: string;
  host: string;
  /** 0: any that is free. */
  port: number;
  logger: Logger;
};

/**
 * The engine, its sessions and the HTTP interface in front of it.
 * Stopping: no new requests → those being served are answered → the engine is closed.
 */
export class EmbeddedServer {
  onEngineFailure: (failure: unknown) => void = () => undefined;
  readonly #logger: Logger;
  readonly #pool: SessionPool;
  /** For the adapter's own questions and for cancelling; never runs anything long. */
  readonly #control: EngineSession;
  readonly #files: ScratchFiles;
  readonly #adapter: HttpAdapter;
  readonly #folder: string;

  /**
   * Opens the data folder and starts to listen.
   *
   * @throws TrellisError `port_in_use`, `data_dir_in_use`, `invalid_settings`
   */
  static async start(options: ServerOptions): Promise<EmbeddedServer> {
    if (!isLoopbackName(options.host)) {
      const message = `The embedded ClickHouse has no password and binds loopback only, not ${options.host}`;
      throw new TrellisError('invalid_settings', message);
    }
    if (/[*?{}\n]| :: /.test(options.folder)) {
      const message = `TRELLIS_DATA_DIR must not contain any of * ? { } ' :: ': ${options.folder}`;
      throw new TrellisError('invalid_settings', message);
    }
    const server = new EmbeddedServer(options);
    try {
      await server.#listen(options.host, options.port);
    } catch (error) {
      server.#close();
      throw error;
    }
    return server;
  }

  private constructor({ folder, logger }: ServerOptions) {
    this.#logger = logger;
    this.#folder = join(folder, 'adapter');
    const engineDir = join(folder, 'engine');
    const { connectionArgs, baseline } = engineSettings(this.#folder);
    const session = { engineDir, connectionArgs, baseline };
    this.#control = openFirst(engineDir, () => new EngineSession(session, ''));
    // Only once the engine holds the folder's lock: another process's files must stay.
    this.#files = new ScratchFiles(join(this.#folder, 'scratch'), INSERT_BYTES_MAX);
    this.#pool = new SessionPool({
      ...session,
      pipes: this.#files.makePipes(SESSIONS_MAX),
      waitingMax: WAITING_MAX,
      onBroken: (failure) => this.onEngineFailure(failure),
    });
    const runner = new QueryRunner({
      pool: this.#pool,
      files: this.#files,
      columns: new TableColumns(),
      formats: new Set(
        this.#control.list('SELECT lower(name) FROM system.formats WHERE is_output'),
      ),
      cancel: (marker) => this.#cancel(marker),
    });
    this.#adapter = new HttpAdapter({
      runner,
      knownSettings: new Set(this.#control.list('SELECT name FROM system.settings')),
      version: this.#control.list('SELECT version()')[0] ?? '',
      logger,
      onEngineFailure: (failure) => this.onEngineFailure(failure),
    });
  }

  get port(): number {
    return (this.#adapter.server.address() as AddressInfo).port;
  }

  #listen(host: string, port: number): Promise<void> {
    const { server } = this.#adapter;
    return new Promise((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        const isTaken = error.code === 'EADDRINUSE';
        const message = `Port ${port} is in use by another program; set TRELLIS_CLICKHOUSE_PORT to a free one`;
        reject(isTaken ? new TrellisError('port_in_use', message, { cause: error }) : error);
      });
      server.listen(port, host, () => resolve());
    });
  }

  /** Ends the queries whose text contains the marker. */
  #cancel(marker: string): void {
    const pattern = quoteString(`%${toByteString(marker).replace(/[\\%_]/g, '\\$&')}%`);
    const sql = `KILL QUERY WHERE query LIKE ${pattern} AND query NOT LIKE 'KILL%' ASYNC`;
    this.#control.query(sql, 'Null').catch((error: unknown) => {
      this.#logger.warn({ error: messageOf(error) }, 'a query could not be cancelled');
    });
  }

  /**
   * Stops as described above.
   *
   * @param drainMsMax how long queries may go on before those that only read are cancelled
   * @returns false when queries still run; the engine is then not closed
   */
  async stop(drainMsMax: number): Promise<boolean> {
    this.#adapter.drain();
    if (!(await within(drainMsMax, this.#adapter.idle()))) {
      this.#cancel(QUERY_MARKER);
      this.#adapter.server.closeAllConnections();
    }
    const isDrained = await within(CANCEL_MS_MAX, this.#pool.drained());
    if (isDrained) {
      this.#close();
    }
    return isDrained;
  }

  #close(): void {
    this.#adapter.server.closeAllConnections();
    this.#pool.close();
    this.#control.close();
  }
}

/** Opens the folder. The engine locks it (flock), so a process that was killed leaves no lock. */
function openFirst(engineDir: string, open: () => EngineSession): EngineSession {
  try {
    return open();
  } catch (error) {
    const holder = liveHolder(join(engineDir, 'status'));
    if (holder === undefined) {
      throw error;
    }
    const message = `Process ${holder} is using ${engineDir}; stop it or set another TRELLIS_DATA_DIR`;
    throw new TrellisError('data_dir_in_use', message, { cause: error });
  }
}

function liveHolder(statusFile: string): number | undefined {
  try {
    const pid = Number(/PID: (\d+)/.exec(readFileSync(statusFile, 'utf8'))?.[1]);
    process.kill(pid, 0);
    return pid === process.pid ? undefined : pid;
  } catch (error) {
    const isForeign = (error as NodeJS.ErrnoException).code === 'EPERM';
    return isForeign ? 0 : undefined;
  }
}

async function within(limitMs: number, work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  const isDone = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return isDone;
}
