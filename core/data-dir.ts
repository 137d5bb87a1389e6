import { join } from 'node:path';

/** Where each part of a node keeps its files below TRELLIS_DATA_DIR. */
export function dataPaths(dataDir: string) {
  return {
    postgres: join(dataDir, 'postgres'),
    clickhouse: join(dataDir, 'clickhouse'),
    /** Event log: `clicks/<shard>/` and `conversions/<shard>/`, one folder per actor thread. */
    log: join(dataDir, 'log'),
    deadLetters: join(dataDir, 'dead-letters'),
    /** The last configuration that the engine read from PostgreSQL. */
    configSnapshot: join(dataDir, 'engine', 'config-snapshot.tsv'),
    /** This node's number and name, fixed at its first start. */
    node: join(dataDir, 'engine', 'node.json'),
    /** How far the actor threads' ids have come; see actors/worker/identity/snowflake.ts. */
    idLeases: join(dataDir, 'engine', 'id-leases'),
    /** How far capped rules have come today; see actors/worker/caps/cap-file.ts. */
    capCounts: join(dataDir, 'engine', 'cap-counts'),
    demoCredentials: join(dataDir, 'demo-credentials.json'),
  };
}
