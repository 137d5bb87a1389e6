import type { MessagePort } from 'node:worker_threads';
import type { Config } from '../../core/config.ts';
import type { NodeIdentity } from '../../core/node.ts';

/** All that the background thread is started with. */
export type BackgroundTask = {
  config: Config;
  node: NodeIdentity;
  /** Word 0: 1 while the event log has reached its cap. */
  limits: SharedArrayBuffer;
  /** Receives a message for each segment that the sync thread has sealed. */
  sealedPort: MessagePort;
};
