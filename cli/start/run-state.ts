import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { identifyProcess, isRunning, type ProcessIdentity } from './process-identity.ts';
import { writeFileAtomically } from './write-file.ts';

const NAMES = ['supervisor', 'engine', 'admin', 'clickhouse', 'postgres'] as const;

export type RunningName = (typeof NAMES)[number];

/** Process ids; null: not running just now, or not ours. */
export type RunState = Record<RunningName, number | null>;

const pid = z.number().int().positive().nullable();
const schema = z.object({
  supervisor: pid,
  engine: pid,
  admin: pid,
  clickhouse: pid,
  postgres: pid,
  /** Tells each process from a later one with the same id. */
  started: z.partialRecord(z.enum(NAMES), z.string()),
});

/** `DATA_DIR/run.json`: which processes make up the Trellis that runs on this data folder. */
export function runStateFile(dataDir: string): string {
  return join(dataDir, 'run.json');
}

/** Keeps `run.json` up to date. Writes follow one another; only the newest state is written. */
export class RunStateWriter {
  readonly #file: string;
  readonly #onError: (error: unknown) => void;
  readonly #state: RunState = {
    supervisor: process.pid,
    engine: null,
    admin: null,
    clickhouse: null,
    postgres: null,
  };
  #isDirty = false;
  #writing: Promise<void> | undefined;

  /** @param onError told of writes that fail, for example on a full disk; nothing depends on them */
  constructor(dataDir: string, onError: (error: unknown) => void) {
    this.#file = runStateFile(dataDir);
    this.#onError = onError;
  }

  set(name: RunningName, pidNow: number | null): void {
    this.#state[name] = pidNow;
    this.#isDirty = true;
    this.#writing ??= this.#write();
  }

  /** Removes the file at the end of an orderly stop. */
  async clear(): Promise<void> {
    await this.#writing;
    await rm(this.#file, { force: true });
  }

  async #write(): Promise<void> {
    try {
      while (this.#isDirty) {
        this.#isDirty = false;
        const state = { ...this.#state, started: await startTimes(this.#state) };
        await writeFileAtomically(this.#file, `${JSON.stringify(state)}\n`, 0o644);
      }
    } catch (error) {
      this.#onError(error);
    } finally {
      this.#writing = undefined;
    }
  }
}

async function startTimes(state: RunState): Promise<Partial<Record<RunningName, string>>> {
  const started: Partial<Record<RunningName, string>> = {};
  for (const name of NAMES) {
    const id = state[name];
    const identity = id === null ? undefined : await identifyProcess(id);
    if (identity !== undefined) {
      started[name] = identity.started;
    }
  }
  return started;
}

/** The processes that `run.json` names and that still run; none where there is no such file. */
export async function readRunning(
  dataDir: string,
): Promise<Partial<Record<RunningName, ProcessIdentity>>> {
  const running: Partial<Record<RunningName, ProcessIdentity>> = {};
  const state = await readState(runStateFile(dataDir));
  for (const name of NAMES) {
    const id = state?.[name] ?? null;
    const started = state?.started[name];
    if (id !== null && started !== undefined && (await isRunning({ pid: id, started }))) {
      running[name] = { pid: id, started };
    }
  }
  return running;
}

async function readState(file: string): Promise<z.infer<typeof schema> | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // Missing, or from another release: then nothing is known, which is always allowed.
    return undefined;
  }
}
