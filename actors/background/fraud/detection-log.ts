import type { Clock } from '../../../core/clock.ts';
import type { Detection } from '../../../core/fraud/detection.ts';
import type { Logger } from '../../../core/logger.ts';

/** Lines within a second; what comes beyond is only counted in one more line. */
const LINES_PER_SECOND_MAX = 20;
const SECOND_MS = 1_000;

/** Warns of each detection, but never floods the log. */
export class DetectionLog {
  readonly #clock: Clock;
  readonly #logger: Logger;
  #second = 0;
  #lines = 0;
  #leftOut = 0;

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  warn(detection: Detection, isBlocked: boolean): void {
    const second = Math.floor(this.#clock.nowMs() / SECOND_MS);
    if (second !== this.#second) {
      this.#second = second;
      this.#lines = 0;
      this.#warnOfLeftOut();
    }
    if (this.#lines === LINES_PER_SECOND_MAX) {
      this.#leftOut++;
      return;
    }
    this.#lines++;
    this.#logger.warn(
      {
        ip: detection.address,
        patterns: detection.patterns,
        confidence: detection.confidence,
        org_id: detection.organizationId,
        window: detection.window,
        blocked: isBlocked,
      },
      'suspicious traffic detected',
    );
  }

  #warnOfLeftOut(): void {
    if (this.#leftOut > 0) {
      this.#logger.warn({ detections: this.#leftOut }, 'more suspicious traffic was detected');
      this.#leftOut = 0;
    }
  }
}
