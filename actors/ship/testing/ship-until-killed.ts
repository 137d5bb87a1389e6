import { join } from 'node:path';
import { Registry } from 'prom-client';
import { systemClock } from '../../../core/clock.ts';
import { createLogger } from '../../../core/logger.ts';
import { createClickHouse } from '../../../stores/clickhouse/client.ts';
import { openDeadLetters } from '../dead-letters.ts';
import { startShipper } from '../shipper.ts';

/**
 * A process of its own for tests that kill a shipper. Arguments: the folder that holds `clicks` and
 * `dead-letters`, ClickHouse's address, the table. Says `started` and ships until it is killed.
 */
const [root = '', url = '', table = ''] = process.argv.slice(2);
const registry = new Registry();
const common = { clock: systemClock, registry, logger: createLogger('test-shipper') };
await startShipper({
  ...common,
  directory: join(root, 'clicks'),
  client: createClickHouse({ url, database: 'trellis' }),
  deadLetters: await openDeadLetters({ ...common, directory: join(root, 'dead-letters') }),
  table,
  retryDelays: { delayMsMin: 5, delayMsMax: 50 },
});
process.stdout.write('started\n');
