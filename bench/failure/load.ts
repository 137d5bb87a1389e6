import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { entryFile } from '../../core/entry-file.ts';
import type { FromLoad, LoadOptions, LoadWindow, ToLoad } from './load-messages.ts';

/** What was acknowledged during a run. */
export type Acknowledged = { clickIds: string[]; orderIds: string[] };

/** The hold on a running load generator. */
export class Load {
  readonly #child: ChildProcess;
  readonly #windows = new Map<number, (window: LoadWindow) => void>();
  readonly #stopped: Promise<Acknowledged>;
  #nextId = 0;

  constructor(options: LoadOptions) {
    this.#child = fork(entryFile('bench/failure/load-process'), [JSON.stringify(options)]);
    this.#stopped = new Promise((resolve, reject) => {
      this.#child.on('message', (message: FromLoad) => {
        if (message.kind === 'window') {
          this.#windows.get(message.id)?.(message.window);
          this.#windows.delete(message.id);
        } else {
          resolve({
            clickIds: lines(message.clicksFile),
            orderIds: lines(message.ordersFile),
          });
        }
      });
      this.#child.once('exit', (code) =>
        reject(new Error(`the load generator ended with ${code}`)),
      );
    });
    this.#stopped.catch(() => undefined);
  }

  /** Ends the current window and returns what happened in it. */
  window(): Promise<LoadWindow> {
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#windows.set(id, resolve);
      this.#send({ kind: 'window', id });
    });
  }

  /** Stops sending, waits for what is under way, and returns all that was acknowledged. */
  stop(): Promise<Acknowledged> {
    this.#send({ kind: 'stop' });
    return this.#stopped;
  }

  #send(message: ToLoad): void {
    this.#child.send(message);
  }
}

function lines(file: string): string[] {
  return readFileSync(file, 'latin1')
    .split('\n')
    .filter((line) => line !== '');
}
