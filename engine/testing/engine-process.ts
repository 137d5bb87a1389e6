import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { entryFile } from '../../core/entry-file.ts';

const LOOK_MS = 50;
const START_MS_MAX = 60_000;

/**
 * `trellis engine` in a process and a folder of its own, with one actor thread that believes
 * X-Forwarded-For. Started from the build.
 */
export class EngineProcess {
  readonly #port: number;
  readonly #host: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'trellis-engine-'));
  readonly #settings: Record<string, string>;
  #process: ChildProcess | undefined;

  /**
   * @param host of the campaigns that are clicked
   * @param ports free ones
   * @param settings DATABASE_URL and CLICKHOUSE_URL at least
   */
  constructor(
    host: string,
    ports: { engine: number; metrics: number },
    settings: Record<string, string>,
  ) {
    this.#port = ports.engine;
    this.#host = host;
    this.#settings = {
      TRELLIS_DATA_DIR: this.#folder,
      TRELLIS_ENGINE_PORT: String(ports.engine),
      TRELLIS_METRICS_PORT: String(ports.metrics),
      TRELLIS_ACTOR_THREADS: '1',
      TRELLIS_TRUSTED_PROXIES: '127.0.0.0/8',
      TRELLIS_LOG_LEVEL: 'fatal',
      ...settings,
    };
  }

  /** Starts it, after `end` again in the same folder. Resolves when it answers clicks. */
  async start(): Promise<void> {
    this.#process = spawn(process.execPath, [entryFile('cli/trellis'), 'engine'], {
      env: { PATH: process.env.PATH, ...this.#settings },
      stdio: 'ignore',
    });
    const startedMs = performance.now();
    while ((await this.click('/in/none', '192.0.2.1')) === 0) {
      if (performance.now() - startedMs > START_MS_MAX) {
        throw new Error('the engine did not start');
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child !== undefined && child.exitCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill(signal);
      await ended;
    }
  }

  /** Ends it and deletes its folder. */
  async dispose(): Promise<void> {
    await this.end('SIGTERM');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** @returns the status; 0 while nobody answers */
  click(path: string, address: string): Promise<number> {
    return new Promise((resolve) => {
      const headers = {
        host: this.#host,
        'x-forwarded-for': address,
        'user-agent': 'Mozilla/5.0 (X11) Test',
      };
      const sent = request({ host: '127.0.0.1', port: this.#port, path, headers }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      sent.on('error', () => resolve(0));
      sent.end();
    });
  }
}
