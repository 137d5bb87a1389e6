import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const START_ATTEMPTS = 3;
const OUTPUT_CHARACTERS_MAX = 4_096;

/**
 * A real redis-server of a test's own, on a port of its own and in a temporary folder. Needs
 * `redis-server` in PATH, as `*.redis.test.ts` files do. It ends with `stop()`, at the latest with this
 * process.
 */
export class TestRedis {
  readonly port: number;
  readonly #args: readonly string[];
  readonly #folder: string;
  #child: ChildProcess | undefined;
  readonly #onExit = () => this.#end();

  constructor(port: number, args: readonly string[]) {
    this.port = port;
    this.#args = args;
    this.#folder = mkdtempSync(join(tmpdir(), 'trellis-test-redis-'));
    process.once('exit', this.#onExit);
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it, after `kill` again on the same port and empty. Resolves when it answers. */
  async start(): Promise<void> {
    const options = ['--bind', '127.0.0.1', '--dir', this.#folder, '--save', '', ...this.#args];
    const child = spawn('redis-server', ['--port', String(this.port), ...options], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#child = child;
    // Without the program this rejects with the error of spawn.
    await once(child, 'spawn');
    await new Promise<void>((resolve, reject) => {
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-OUTPUT_CHARACTERS_MAX);
        if (output.includes('Ready to accept connections')) {
          resolve();
        }
      });
      child.once('exit', () => reject(new Error(`redis-server did not start:\n${output}`)));
    });
  }

  /** Hangs it: connections are accepted by the kernel, and nothing is answered. */
  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Sudden death. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      // Ends a paused process as well.
      child.kill('SIGKILL');
      await gone;
    }
  }

  async stop(): Promise<void> {
    await this.kill();
    this.#end();
    process.removeListener('exit', this.#onExit);
  }

  #end(): void {
    this.#child?.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/**
 * Starts a server on a free port.
 *
 * @param args more arguments, for example `['--requirepass', 'secret']`
 */
export async function startRedis(args: readonly string[] = []): Promise<TestRedis> {
  for (let attempt = 1; ; attempt++) {
    const server = new TestRedis(await freePort(), args);
    try {
      await server.start();
      return server;
    } catch (error) {
      await server.stop();
      // Another program can have taken the port in between.
      if (attempt === START_ATTEMPTS) {
        throw error;
      }
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  server.close();
  await once(server, 'close');
  return port;
}
