import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { entryFile } from '../../core/entry-file.ts';
import { freePort, withTimeout } from '../support/product.ts';
import { endChild, forkOwned, spawnOwned } from './children.ts';

const READY_MS_MAX = 10_000;
export const DESTINATION = 'https://shop.acmecorp.com/summer-sale';

/** Something on loopback that answers requests with 302. */
export type Target = { name: string; port: number; stop(): Promise<void> };

/** Where a program is, in PATH or where administrators' programs lie; undefined when it is missing. */
export function findProgram(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).concat('/usr/sbin', '/usr/local/sbin');
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** nginx with one worker that answers everything with one `return 302`. */
export async function startNginx(program: string): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'trellis-bench-nginx-'));
  const port = await freePort();
  mkdirSync(join(folder, 'temp'));
  writeFileSync(join(folder, 'nginx.conf'), nginxConfiguration(port));
  const args = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')];
  const child = spawnOwned(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  await untilListening(port);
  return {
    name: 'nginx',
    port,
    async stop() {
      await endChild(child);
      rmSync(folder, { recursive: true });
    },
  };
}

function nginxConfiguration(port: number): string {
  const modules = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
daemon off;
worker_processes 1;
pid nginx.pid;
events { worker_connections 4096; }
http {
  ${modules.map((module) => `${module}_temp_path temp/${module};`).join('\n  ')}
  access_log off;
  keepalive_timeout 3600s;
  keepalive_requests 1000000000;
  server {
    listen 127.0.0.1:${port};
    location / { return 302 ${DESTINATION}; }
  }
}
`;
}

/** A process of uWebSockets.js that does nothing but answer 302. */
export async function startBareUws(): Promise<Target> {
  const port = await freePort();
  const child = forkOwned(entryFile('bench/load/bare-uws-process'), [String(port)]);
  const isListening = once(child, 'message');
  await withTimeout(isListening, READY_MS_MAX, () => 'uWebSockets.js does not listen');
  return { name: 'bare uWebSockets.js', port, stop: () => endChild(child) };
}

async function untilListening(port: number): Promise<void> {
  const deadlineMs = performance.now() + READY_MS_MAX;
  for (;;) {
    const socket = createConnection({ host: '127.0.0.1', port });
    try {
      await once(socket, 'connect');
      return;
    } catch (error) {
      if (performance.now() > deadlineMs) {
        throw error;
      }
      await delay(20);
    } finally {
      socket.destroy();
    }
  }
}
