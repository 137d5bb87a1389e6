import { writeFileSync } from 'node:fs';

/** Linux keeps 15 bytes of a thread's name. */
const NAME_LENGTH_MAX = 15;

/**
 * Names the calling thread, so that `top -H` and profiles tell the threads of a process apart. Only
 * Linux can do it; elsewhere nothing happens.
 */
export function nameThread(name: string): void {
  if (process.platform === 'linux') {
    // A synchronous call runs on this very thread, which is what `thread-self` means.
    writeFileSync('/proc/thread-self/comm', name.slice(0, NAME_LENGTH_MAX));
  }
}
