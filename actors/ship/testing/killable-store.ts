import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { createClickHouse } from '../../../stores/clickhouse/client.ts';
import {
  type EmbeddedClickHouse,
  startEmbeddedClickHouse,
} from '../../../stores/clickhouse/embedded/process.ts';
import { migrateClickHouse } from '../../../stores/clickhouse/migrate.ts';
import { removeDirectory, silentLogger, temporaryDirectory } from './segments.ts';

/** An embedded ClickHouse of its own that a test may kill; it comes back at the same port. */
export interface KillableStore {
  url: string;
  port: number;
  client: ClickHouseClient;
  /** kill -9; resolves when the process is gone. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** Starts it with the schema of this release in the database `trellis`. */
export async function startTestStore(): Promise<KillableStore> {
  const root = temporaryDirectory();
  const dataDir = join(root, 'clickhouse');
  let server: EmbeddedClickHouse = await launch(dataDir, 0);
  const { url } = server;
  const port = Number(new URL(url).port);
  await migrateClickHouse(url);
  const client = createClickHouse({ url, database: 'trellis' });
  return {
    url,
    port,
    client,
    kill: async () => {
      process.kill(server.pid, 'SIGKILL');
      await server.exited;
    },
    start: async () => {
      server = await launch(dataDir, port);
    },
    stop: async () => {
      await client.close();
      await server.stop();
      removeDirectory(root);
    },
  };
}

function launch(dataDir: string, port: number): Promise<EmbeddedClickHouse> {
  return startEmbeddedClickHouse({ dataDir, port, logger: silentLogger });
}
