import type { BackgroundStatus } from '../actors/background/messages.ts';
import type { ActorCounters } from '../actors/pool/actor-counters.ts';
import type { BackgroundThread } from './background-thread.ts';
import type { Acceptor } from './http/acceptor.ts';
import type { Readiness } from './http/app.ts';
import { judgeReadiness } from './readiness.ts';

const LOOK_MS = 500;
/** Rows dropped within this time mean that the log does not take clicks. */
const DROPPING_MS = 2_000;

export type ReadinessMonitorParts = {
  background: BackgroundThread;
  acceptor: Acceptor;
  actors: ActorCounters[];
  limits: SharedArrayBuffer;
};

/** Keeps what `/ready` answers up to date, so that answering it costs nothing. */
export class ReadinessMonitor {
  readonly #parts: ReadinessMonitorParts;
  readonly #timer: NodeJS.Timeout;
  #background: BackgroundStatus | null = null;
  #dropped = 0;
  #droppedAtMs = Number.NEGATIVE_INFINITY;

  constructor(parts: ReadinessMonitorParts) {
    this.#parts = parts;
    this.#dropped = this.#countDropped();
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  /** Only read once there is a configuration: the engine does not listen before. */
  readiness(): Readiness {
    this.#lookAtDropped();
    return judgeReadiness({
      isConfigured: true,
      isClosing: this.#parts.acceptor.closing,
      isDropping: performance.now() - this.#droppedAtMs < DROPPING_MS,
      isLogFull: new Int32Array(this.#parts.limits)[0] === 1,
      background: this.#background,
    });
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    this.#lookAtDropped();
    this.#parts.background.status().then(
      (status) => {
        this.#background = status;
      },
      () => {
        this.#background = null;
      },
    );
  }

  #lookAtDropped(): void {
    const dropped = this.#countDropped();
    if (dropped > this.#dropped) {
      this.#droppedAtMs = performance.now();
    }
    this.#dropped = dropped;
  }

  #countDropped(): number {
    return this.#parts.actors.reduce(
      (sum, counters) => sum + counters.get('rows_dropped') + counters.get('conversions_refused'),
      0,
    );
  }
}
