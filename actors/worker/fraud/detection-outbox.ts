import type { Detection } from '../../../core/fraud/detection.ts';

/** Detections that one batch of requests can tell of. */
const DETECTIONS_MAX = 64;

/** Gathers a batch's detections and sends them together. */
export class DetectionOutbox {
  /** Those that found no room: their addresses are told of again at a later click. */
  dropped = 0;
  #detections: Detection[] = [];
  readonly #send: (detections: Detection[]) => void;

  constructor(send: (detections: Detection[]) => void) {
    this.#send = send;
  }

  /** @returns false when the batch has as many as it may */
  tell(detection: Detection): boolean {
    if (this.#detections.length >= DETECTIONS_MAX) {
      this.dropped++;
      return false;
    }
    this.#detections.push(detection);
    return true;
  }

  /** To be called when a batch is done. */
  flush(): void {
    if (this.#detections.length > 0) {
      this.#send(this.#detections);
      this.#detections = [];
    }
  }
}
