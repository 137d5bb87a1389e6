import type { MessagePort } from 'node:worker_threads';
import type { Config } from '../../core/config.ts';

/** All that the background thread is started with. */
export type BackgroundTask = {
  config: Config;
  /** Word 0: 1 while the event log has reached its cap. */
  limits: SharedArrayBuffer;
  /** Receives a message for each segment that the sync thread has sealed. */
  sealedPort: MessagePort;
};
