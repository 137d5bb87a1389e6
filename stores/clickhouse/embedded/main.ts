import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { messageOf, TrellisError } from '../../../core/errors.ts';
import { createLogger } from '../../../core/logger.ts';
import { EmbeddedServer } from './embedded-server.ts';
import type { FromEmbeddedClickHouse } from './messages.ts';

// The embedded ClickHouse's process: `node main.js <data folder> <host> <port>`.

/** How long queries that are running may go on once the process is told to end. */
const DRAIN_MS_MAX = 20_000;

if (!isMainThread) {
  throw new Error('The embedded ClickHouse needs a process of its own');
}

const [dataDir = '', host = '127.0.0.1', port = '8123'] = process.argv.slice(2);
const logger = createLogger('clickhouse');

function tell(message: FromEmbeddedClickHouse): void {
  // The other side may be gone already; then nobody needs to know.
  process.send?.(message, undefined, {}, () => undefined);
}

async function start(): Promise<EmbeddedServer> {
  const folder = resolve(dataDir);
  mkdirSync(join(folder, 'adapter'), { recursive: true, mode: 0o700 });
  return EmbeddedServer.start({ folder, host, port: Number(port), logger });
}

let isStopping = false;

async function stop(server: EmbeddedServer, why: string): Promise<void> {
  if (isStopping) {
    return;
  }
  isStopping = true;
  logger.info({ why }, 'stopping');
  const isClean = await server.stop(DRAIN_MS_MAX);
  if (!isClean) {
    // An engine that is closed while it works aborts; ended like this it loses nothing stored.
    logger.warn('queries are still running; ending without waiting for them');
    process.kill(process.pid, 'SIGKILL');
  }
  process.exit(0);
}

try {
  const server = await start();
  const stopBecause = (why: string) => {
    stop(server, why).catch((error: unknown) => {
      logger.fatal({ err: error }, 'could not stop cleanly');
      process.exit(1);
    });
  };
  process.on('SIGTERM', () => stopBecause('SIGTERM'));
  // Ctrl-C reaches every process of a terminal; a parent still needs this one to end in order.
  process.on('SIGINT', () => {
    if (!process.connected) {
      stopBecause('SIGINT');
    }
  });
  if (process.send !== undefined) {
    const orphaned = () => stopBecause('the process that started this one has ended');
    process.on('disconnect', orphaned);
    if (!process.connected) {
      orphaned();
    }
  }
  server.onEngineFailure = (failure) => {
    logger.fatal({ err: failure }, 'the engine has failed');
    process.exit(1);
  };
  tell({ kind: 'ready', port: server.port });
} catch (error) {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'internal';
  const isExpected = error instanceof TrellisError && process.send !== undefined;
  logger[isExpected ? 'debug' : 'fatal']({ err: error }, 'the embedded ClickHouse cannot start');
  tell({ kind: 'failed', code, message: messageOf(error) });
  process.exitCode = 1;
  process.disconnect?.();
}
