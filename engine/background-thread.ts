import { Worker } from 'node:worker_threads';
import type {
  BackgroundStatus,
  FromBackground,
  ToBackground,
} from '../actors/background/messages.ts';
import type { BackgroundTask } from '../actors/background/task.ts';
import type { CapCount, StoredWindow } from '../actors/pool/messages.ts';
import type { EncodedChange } from '../core/configuration.ts';
import { entryFile } from '../core/entry-file.ts';
import { messageOf } from '../core/errors.ts';
import type { BlockConfig } from '../core/fraud/block.ts';
import type { Detection } from '../core/fraud/detection.ts';
import type { Logger } from '../core/logger.ts';

const RESTART_DELAY_MS = 250;
const ANSWER_TIMEOUT_MS = 2_000;

export type BackgroundThreadOptions = {
  /** What each new thread is started with. Its port is handed over. */
  newTask(): BackgroundTask;
  /** @param more the rest of the same change follows */
  onConfiguration(change: EncodedChange, more: boolean): void;
  onCapCounts(counts: CapCount[]): void;
  /** Blocks that the configuration does not have yet. */
  onBlocks(blocks: BlockConfig[]): void;
  /** @param shard the only one that asked; null: all */
  onWindows(shard: number | null, rows: StoredWindow[]): void;
  /** The node's number belongs to another node. */
  onNodeLost(): void;
  onClaimed(message: Extract<FromBackground, { kind: 'claimed' }>): void;
  logger: Logger;
};

/**
 * The main thread's hold on the background thread, which talks to the stores. When the thread dies, a
 * new one is started; what it was doing is on disk.
 */
export class BackgroundThread {
  readonly #options: BackgroundThreadOptions;
  readonly #asked = new Map<number, (answer: string | BackgroundStatus) => void>();
  #worker: Worker;
  #nextId = 0;
  #stopping = false;

  constructor(options: BackgroundThreadOptions) {
    this.#options = options;
    this.#worker = this.#start();
  }

  /** Asks the ledger about a conversion; the answer comes to `onClaimed`. */
  claim(id: number, conversion: Uint8Array): void {
    this.#send({ kind: 'claim', id, conversion });
  }

  /** Passes on what actors have detected. What it has not stored when it dies is lost. */
  tellDetections(detections: Detection[]): void {
    this.#send({ kind: 'detections', detections });
  }

  /**
   * Asks for what is stored of new threads' addresses; the answer comes to `onWindows`.
   *
   * @param shard null: all
   * @param beforeMs when they started, ms since epoch
   */
  wantWindows(shard: number | null, beforeMs: number): void {
    this.#send({ kind: 'windows_wanted', shard, beforeMs });
  }

  /** The thread's own metrics in exposition text; '' when it does not answer. */
  async metrics(): Promise<string> {
    const answer = await this.#ask('metrics');
    return typeof answer === 'string' ? answer : '';
  }

  /** What the thread knows of the stores; null when it does not answer. */
  async status(): Promise<BackgroundStatus | null> {
    const answer = await this.#ask('status');
    return typeof answer === 'string' ? null : answer;
  }

  /**
   * Lets the thread ship what is sealed, as far as the stores take it, then ends it.
   * @param timeoutMs after which it is ended as it is; everything is on disk
   */
  async stop(timeoutMs: number): Promise<void> {
    this.#stopping = true;
    const exited = new Promise((resolve) => this.#worker.once('exit', resolve));
    this.#send({ kind: 'stop' });
    const timer = setTimeout(() => void this.#worker.terminate(), timeoutMs);
    await exited;
    clearTimeout(timer);
  }

  #start(): Worker {
    const task = this.#options.newTask();
    const worker = new Worker(entryFile('actors/background/main'), {
      workerData: task,
      transferList: [task.sealedPort],
      name: 'background',
    });
    worker.on('message', (message: FromBackground) => this.#receive(message));
    worker.on('error', (error) => {
      this.#options.logger.error({ error: messageOf(error) }, 'the background thread failed');
    });
    worker.on('exit', () => {
      if (!this.#stopping) {
        setTimeout(() => {
          if (!this.#stopping) {
            this.#worker = this.#start();
          }
        }, RESTART_DELAY_MS);
      }
    });
    return worker;
  }

  #receive(message: FromBackground): void {
    switch (message.kind) {
      case 'claimed':
        this.#options.onClaimed(message);
        return;
      case 'configuration':
        this.#options.onConfiguration(message.change, message.more);
        return;
      case 'cap_counts':
        this.#options.onCapCounts(message.counts);
        return;
      case 'blocks':
        this.#options.onBlocks(message.blocks);
        return;
      case 'windows':
        this.#options.onWindows(message.shard, message.rows);
        return;
      case 'node_lost':
        this.#options.onNodeLost();
        return;
      case 'metrics':
        this.#answer(message.id, message.text);
        return;
      case 'status':
        this.#answer(message.id, message.status);
        return;
      default:
        message satisfies never;
    }
  }

  #answer(id: number, answer: string | BackgroundStatus): void {
    this.#asked.get(id)?.(answer);
    this.#asked.delete(id);
  }

  #ask(kind: 'metrics' | 'status'): Promise<string | BackgroundStatus> {
    const id = this.#nextId++;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#answer(id, ''), ANSWER_TIMEOUT_MS);
      this.#asked.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      this.#send({ kind, id });
    });
  }

  #send(message: ToBackground): void {
    this.#worker.postMessage(message);
  }
}
