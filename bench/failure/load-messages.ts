/** What the generator process is started with. The product has to trust loopback as a proxy. */
export type LoadOptions = {
  port: number;
  /** Host header of the clicks: whose organisation they are. */
  host: string;
  /** Bearer key of the postbacks. */
  apiKey: string;
  clicksPerSecond: number;
  postbacksPerSecond: number;
  connections: number;
  /** Begins each click id, so that runs can be told apart. */
  prefix: string;
};

export type ToLoad = { kind: 'stop' } | { kind: 'window'; id: number };

/** Counts since the window before; one is closed by each `window` message. */
export type LoadWindow = {
  clicksAnswered: number;
  clicksFailed: number;
  postbacksAnswered: number;
  postbacksFailed: number;
  /** Latencies of the answered clicks in milliseconds: median, 99th percentile, largest. */
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
  /** What went wrong, by message. */
  failures: Record<string, number>;
};

export type FromLoad =
  | { kind: 'window'; id: number; window: LoadWindow }
  /** Files with one id per line: click ids that were answered 302, orders that were accepted. */
  | { kind: 'stopped'; clicksFile: string; ordersFile: string };
