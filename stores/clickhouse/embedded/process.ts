import { type ChildProcess, fork } from 'node:child_process';
import { entryFile } from '../../../core/entry-file.ts';
import { TrellisError } from '../../../core/errors.ts';
import type { Logger } from '../../../core/logger.ts';
import type { FromEmbeddedClickHouse } from './messages.ts';

export type EmbeddedClickHouse = {
  /** `http://127.0.0.1:8123` */
  url: string;
  pid: number;
  /** Settles when the process has ended, for whatever reason. */
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Lets running queries end, then ends the process; resolves when it is gone. */
  stop(): Promise<void>;
};

/** Opening many or large tables takes a while, above all after a power loss. */
const START_MS_MAX = 60_000;
/** Longer than the process's own limits. */
const STOP_MS_MAX = 30_000;
/**
 * How long the engine's allocator (jemalloc) keeps memory that was freed; 5 s is its own default.
 * Inserts come every second and would fetch it from the kernel anew, page by page.
 */
const ALLOCATOR_OPTIONS = 'dirty_decay_ms:30000';
/** One thread per query that runs (six), and some for files. */
const POOL_THREADS = 12;

/**
 * Starts the embedded ClickHouse in a process of its own. It ends when this process does.
 *
 * @param dataDir where its tables are; created if missing
 * @param port 0: any that is free
 * @param host a loopback address; 127.0.0.1 by default
 * @throws TrellisError `port_in_use`, `data_dir_in_use`, `invalid_settings`, `clickhouse_start_failed`
 */
export async function startEmbeddedClickHouse({
  dataDir,
  port,
  logger,
  host = '127.0.0.1',
}: {
  dataDir: string;
  port: number;
  logger: Logger;
  host?: string;
}): Promise<EmbeddedClickHouse> {
  const child = fork(entryFile('stores/clickhouse/embedded/main'), [dataDir, host, String(port)], {
    env: {
      JE_MALLOC_CONF: ALLOCATOR_OPTIONS,
      ...process.env,
      UV_THREADPOOL_SIZE: String(POOL_THREADS),
      TZ: 'UTC',
    },
    execArgv: [],
    // A session of its own: Ctrl-C in a terminal does not reach it before the engine has drained.
    detached: true,
  });
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const actualPort = await started(child, exited);
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`;
  logger.debug({ url, pid: child.pid }, 'the embedded ClickHouse is ready');
  return { url, pid: child.pid ?? 0, exited, stop: () => stop(child, exited, logger) };
}

type Exited = EmbeddedClickHouse['exited'];

function started(child: ChildProcess, exited: Exited): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (code: string, message: string) => {
      clearTimeout(timer);
      reject(new TrellisError(code, message));
    };
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail('clickhouse_start_failed', `ClickHouse was not ready within ${START_MS_MAX} ms`);
    }, START_MS_MAX);
    child.once('error', (error) => fail('clickhouse_start_failed', error.message));
    child.on('message', (message: FromEmbeddedClickHouse) => {
      if (message.kind === 'ready') {
        clearTimeout(timer);
        resolve(message.port);
      } else {
        const known = /^(port_in_use|data_dir_in_use|invalid_settings)$/.test(message.code);
        fail(known ? message.code : 'clickhouse_start_failed', message.message);
      }
    });
    exited.then(
      ({ code, signal }) =>
        fail('clickhouse_start_failed', `ClickHouse ended at once (${signal ?? `exit ${code}`})`),
      reject,
    );
  });
}

async function stop(child: ChildProcess, exited: Exited, logger: Logger): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM');
  }
  const timer = setTimeout(() => {
    logger.warn({ pid: child.pid }, 'ClickHouse did not end in time and is killed');
    child.kill('SIGKILL');
  }, STOP_MS_MAX);
  await exited;
  clearTimeout(timer);
}
