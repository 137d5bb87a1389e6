import { writeFileSync } from 'node:fs';
import { entryFile } from '../../core/entry-file.ts';
import { forkOwned } from './children.ts';
import type { FromPaced, PacedOptions } from './paced-messages.ts';
import type { RequestTemplate } from './traffic.ts';

export type PacedResult = Omit<Extract<FromPaced, { kind: 'finished' }>, 'kind'>;

/** A paced load under way. */
export type PacedLoad = {
  /** When its first phase begins; see `monotonicMs`. */
  started: Promise<number>;
  /** When every click was answered or has failed. */
  finished: Promise<PacedResult>;
};

/** Connections of a generator: more than are ever busy at once while the target keeps up. */
export const PACED_CONNECTIONS = 64;

/** Writes the requests down for generator processes. */
export function writeTemplates(file: string, templates: readonly RequestTemplate[]): void {
  writeFileSync(file, JSON.stringify(templates));
}

/** Starts a generator process; it ends by itself after its last phase. */
export function startPaced(options: PacedOptions): PacedLoad {
  const child = forkOwned(
    entryFile('bench/load/paced-process'),
    [JSON.stringify(options)],
    // Its own garbage collections would count as latency.
    ['--max-semi-space-size=64'],
  );
  const started = new Promise<number>((resolve) => {
    child.on('message', (message: FromPaced) => {
      if (message.kind === 'started') {
        resolve(message.atMonotonicMs);
      }
    });
  });
  const finished = new Promise<PacedResult>((resolve, reject) => {
    child.on('message', (message: FromPaced) => {
      if (message.kind === 'finished') {
        const { kind: _, ...result } = message;
        resolve(result);
      }
    });
    child.once('exit', (code) => reject(new Error(`the generator ended with ${code}`)));
  });
  // Whoever waits for it hears of a failure; nobody may be waiting yet.
  finished.catch(() => undefined);
  return { started, finished };
}
