import { Presets, SingleBar } from 'cli-progress';

export type Progress = {
  /** @param done of the total */
  update(done: number): void;
  /** Ends the line that is being drawn. */
  stop(): void;
};

type ProgressOptions = {
  total: number;
  /** Already there at the start; does not count for the rate. */
  isTerminal: boolean;
  nowMs(): number;
  print(line: string): void;
};

const LINE_EVERY_MS = 5_000;

/** A bar with rate and time left on a terminal, else a line every few seconds. */
export function startProgress(options: ProgressOptions): Progress {
  return options.isTerminal ? barProgress(options) : lineProgress(options);
}

function barProgress({ total, nowMs }: ProgressOptions): Progress {
  const bar = new SingleBar(
    {
      format: '{bar} {percentage}% | {value}/{total} events | {rate}/s | {left} left',
      stream: process.stderr,
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  const pace = paceOf(total, nowMs);
  let isStarted = false;
  return {
    update: (done) => {
      const { rate, left } = pace(done);
      if (isStarted) {
        bar.update(done, { rate, left });
      } else {
        isStarted = true;
        bar.start(total, done, { rate, left });
      }
    },
    stop: () => bar.stop(),
  };
}

function lineProgress({ total, nowMs, print }: ProgressOptions): Progress {
  const pace = paceOf(total, nowMs);
  let printedAtMs = Number.NEGATIVE_INFINITY;
  return {
    update: (done) => {
      const { rate, left } = pace(done);
      if (nowMs() - printedAtMs >= LINE_EVERY_MS || done === total) {
        printedAtMs = nowMs();
        const percent = Math.floor((done / total) * 100);
        print(`${percent} %: ${count(done)} of ${count(total)} events, ${rate}/s, ${left} left`);
      }
    },
    stop: () => undefined,
  };
}

/** Rate and time left, from the first call on. */
function paceOf(total: number, nowMs: () => number) {
  let start: { done: number; atMs: number } | undefined;
  return (done: number): { rate: string; left: string } => {
    start ??= { done, atMs: nowMs() };
    const perMs = (done - start.done) / Math.max(1, nowMs() - start.atMs);
    return perMs === 0
      ? { rate: '?', left: '?' }
      : { rate: count(perMs * 1000), left: duration((total - done) / perMs) };
  };
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 100 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
