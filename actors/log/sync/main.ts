/** Entry of the sync thread. See SyncThread for the side that starts it. */
import { isMainThread, parentPort } from 'node:worker_threads';
import { createLogger } from '../../../core/logger.ts';
import { nameThread } from '../../../core/thread-name.ts';
import { SyncService } from './sync-service.ts';

if (isMainThread || parentPort === null) {
  throw new Error('actors/log/sync/main is the entry of a worker thread');
}
nameThread('log-sync');
new SyncService(parentPort, createLogger('log-sync')).start();
