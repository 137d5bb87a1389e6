/** A stretch of load at one rate. */
export type Phase = {
  seconds: number;
  clicksPerSecond: number;
};

/** What a paced generator process is started with. */
export type PacedOptions = {
  port: number;
  /** File of JSON: RequestTemplate[]. */
  templatesFile: string;
  /** Begins each click id. */
  prefix: string;
  phases: Phase[];
  connections: number;
  /** After so many clicks an address belongs to the next visitor; `CLICKS_PER_ADDRESS` by default. */
  clicksPerAddress?: number;
};

/** What became of the clicks that were due in one phase. */
export type PhaseResult = {
  answered: number;
  failed: number;
  /** From when a click was due until its answer was there, in milliseconds. */
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
  /** From when a click was due until it was sent: the generator's own share, 99th percentile. */
  sendDelayP99Ms: number;
};

export type FromPaced =
  /** The moment from which phases count, on the monotonic clock that all processes share. */
  | { kind: 'started'; atMonotonicMs: number }
  | {
      kind: 'finished';
      phases: PhaseResult[];
      /** What went wrong, by message. */
      failures: Record<string, number>;
    };

/** The clock of due times: monotonic, exactly the same for all threads and processes of a machine. */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
