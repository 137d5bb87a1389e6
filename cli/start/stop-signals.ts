const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * One Ctrl-C arrives several times: from the terminal and from npm, which passes it on. Only what
 * comes later than this is a second request.
 */
const SAME_REQUEST_MS = 1_000;

export type StopRequests = {
  isRequested(): boolean;
  /** Resolves at the first request. */
  requested: Promise<void>;
  /** Called at each further request. */
  onSecond(callback: () => void): void;
};

/** Takes over the signals that ask this process to end. */
export function watchStopSignals(): StopRequests {
  let requestedAtMs: number | undefined;
  let hurry: () => void = () => undefined;
  let resolveRequested: () => void = () => undefined;
  const requested = new Promise<void>((resolve) => {
    resolveRequested = resolve;
  });
  const onSignal = () => {
    const nowMs = performance.now();
    if (requestedAtMs === undefined) {
      requestedAtMs = nowMs;
      resolveRequested();
    } else if (nowMs - requestedAtMs > SAME_REQUEST_MS) {
      hurry();
    }
  };
  for (const signal of SIGNALS) {
    process.on(signal, onSignal);
  }
  return {
    isRequested: () => requestedAtMs !== undefined,
    requested,
    onSecond: (callback) => {
      hurry = callback;
    },
  };
}
