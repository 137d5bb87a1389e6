import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { TrellisError } from '../core/errors.ts';
import { createLogger } from '../core/logger.ts';
import { freePort } from './free-port.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The run's PostgreSQL; empty when no selected test needs it. */
    postgresUrl: string;
    /** The run's ClickHouse; empty when no selected test needs it. */
    clickhouseUrl: string;
  }
}

interface Server {
  url: string;
  stop(): Promise<void>;
}

type Starter = (options: {
  dataDir: string;
  port: number;
  logger: ReturnType<typeof createLogger>;
}) => Promise<Server>;

/** One PostgreSQL and one ClickHouse for the whole run, each only if a selected test needs it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { testFiles } = await project.globTestFiles(selectedPatterns(project));
  const needs = (suffix: RegExp) => testFiles.some((file) => suffix.test(file));
  const folder = await mkdtemp(join(tmpdir(), 'trellis-test-'));
  await chmod(folder, 0o755);
  const servers: Server[] = [];
  const startIf = async (isNeeded: boolean, name: string, load: () => Promise<Starter>) => {
    if (!isNeeded) {
      return '';
    }
    const server = await startOnFreePort(await load(), join(folder, name));
    servers.push(server);
    return server.url;
  };
  const stopAll = async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const postgresUrl = startIf(needs(/\.(pg|e2e)\.test\.ts$/), 'postgres', async () => {
      const { startEmbeddedPostgres } = await import('../stores/postgres/embedded/process.ts');
      return startEmbeddedPostgres;
    });
    const clickhouseUrl = startIf(
      needs(/\.(clickhouse|e2e)\.test\.ts$/),
      'clickhouse',
      async () => {
        const { startEmbeddedClickHouse } = await import(
          '../stores/clickhouse/embedded/process.ts'
        );
        return startEmbeddedClickHouse;
      },
    );
    const started = await Promise.allSettled([postgresUrl, clickhouseUrl]);
    const failure = started.find((result) => result.status === 'rejected');
    if (failure !== undefined) {
      throw failure.reason;
    }
    project.provide('postgresUrl', await postgresUrl);
    project.provide('clickhouseUrl', await clickhouseUrl);
    return stopAll;
  } catch (error) {
    await stopAll();
    throw error;
  }
}

/** The words given to `vitest run`, which select files; all files when there are none. */
function selectedPatterns(project: TestProject): string[] {
  const { vitest } = project;
  const patterns = 'filenamePattern' in vitest ? vitest.filenamePattern : undefined;
  return Array.isArray(patterns) ? patterns.map(String) : [];
}

/** Another program can take the port between our choice and the server's start: then try again. */
async function startOnFreePort(start: Starter, dataDir: string): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start({
        dataDir,
        port: await freePort(),
        logger: createLogger('test-stores', 'warn'),
      });
    } catch (error) {
      const isTaken = error instanceof TrellisError && error.code === 'port_in_use';
      if (!isTaken || attempt === 5) {
        throw error;
      }
    }
  }
}
