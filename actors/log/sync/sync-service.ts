import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { messageOf } from '../../../core/errors.ts';
import type { Logger } from '../../../core/logger.ts';
import { type SyncConnection, SyncCore } from './sync-core.ts';
import type { SealedSegment, ToSyncer } from './syncer.ts';
import type { FromSyncThread, ToSyncThread } from './thread-messages.ts';

/** Appended data is on disk this long after the append, plus the time of the sync itself. */
const SYNC_INTERVAL_MS = 50;
const REPORT_INTERVAL_MS = 500;
/** A report is sent early when it holds this many durations. */
const REPORT_DURATIONS_MAX = 1_000;

/**
 * The sync thread: an ordinary event loop whose work, the syncs, is synchronous. While one runs,
 * requests gather in the ports and in shared memory, and the next one serves them all.
 */
export class SyncService {
  readonly #parent: MessagePort;
  readonly #logger: Logger;
  readonly #core: SyncCore;
  readonly #lines = new Map<MessagePort, SyncConnection>();
  readonly #sealedPorts = new Set<MessagePort>();
  readonly #timers: NodeJS.Timeout[] = [];
  #report = emptyReport();

  constructor(parent: MessagePort, logger: Logger) {
    this.#parent = parent;
    this.#logger = logger;
    this.#core = new SyncCore({
      observer: {
        fsynced: (seconds) => this.#observeFsync(seconds),
        sealed: (segment) => this.#observeSealed(segment),
        problem: (what, path, error) => {
          this.#report.problems[what] += 1;
          this.#logger.error({ what, path, reason: messageOf(error) }, 'event log sync failed');
        },
      },
      drain: () => {
        for (const port of this.#lines.keys()) {
          this.#drainLine(port);
        }
      },
      nowMs: () => performance.now(),
    });
  }

  start(): void {
    this.#parent.on('message', (message: ToSyncThread) => this.#onCommand(message));
    this.#timers.push(
      setInterval(() => this.#core.run(true), SYNC_INTERVAL_MS),
      setInterval(() => this.#sendReport(), REPORT_INTERVAL_MS),
    );
  }

  #onCommand(message: ToSyncThread): void {
    switch (message.kind) {
      case 'connect':
        this.#addLine(message.port);
        return;
      case 'notify_sealed': {
        const { port } = message;
        this.#sealedPorts.add(port);
        port.on('close', () => this.#sealedPorts.delete(port));
        return;
      }
      case 'close':
        this.#close();
        return;
      default:
        message satisfies never;
    }
  }

  #addLine(port: MessagePort): void {
    this.#lines.set(port, this.#core.connect());
    port.on('message', (message: ToSyncer) => {
      this.#receive(port, message);
      this.#core.run(false);
    });
    // The close comes behind all messages, so they have been received. Reading from the closed port
    // would crash the process: it must leave `#lines` before anything else happens.
    port.on('close', () => {
      const line = this.#lines.get(port);
      this.#lines.delete(port);
      if (line !== undefined) {
        this.#core.disconnect(line);
        this.#core.run(false);
      }
    });
  }

  #drainLine(port: MessagePort): void {
    for (
      let received = receiveMessageOnPort(port);
      received !== undefined;
      received = receiveMessageOnPort(port)
    ) {
      this.#receive(port, received.message as ToSyncer);
    }
  }

  #receive(port: MessagePort, message: ToSyncer): void {
    const line = this.#lines.get(port);
    if (line !== undefined) {
      this.#core.receive(line, message);
    }
  }

  #observeFsync(seconds: number): void {
    this.#report.fsyncSeconds.push(seconds);
    if (this.#report.fsyncSeconds.length >= REPORT_DURATIONS_MAX) {
      this.#sendReport();
    }
  }

  #observeSealed(segment: SealedSegment): void {
    this.#report.segmentsSealed += 1;
    for (const port of this.#sealedPorts) {
      port.postMessage(segment satisfies SealedSegment);
    }
  }

  #sendReport(): void {
    const { fsyncSeconds, segmentsSealed, problems } = this.#report;
    if (fsyncSeconds.length + segmentsSealed + problems.log_failed + problems.seal_retried > 0) {
      this.#parent.postMessage(this.#report satisfies FromSyncThread);
      this.#report = emptyReport();
    }
  }

  /** All that was sent before is done first. Then nothing is left that keeps the thread alive. */
  #close(): void {
    this.#timers.forEach(clearInterval);
    this.#core.close();
    this.#sendReport();
    for (const port of [...this.#lines.keys(), ...this.#sealedPorts]) {
      port.close();
    }
    this.#lines.clear();
    this.#parent.close();
  }
}

function emptyReport(): FromSyncThread {
  return {
    kind: 'report',
    fsyncSeconds: [],
    segmentsSealed: 0,
    problems: { log_failed: 0, seal_retried: 0 },
  };
}
