import { setTimeout as delay } from 'node:timers/promises';
import type { Acceptor } from './http/acceptor.ts';

/** How long connections that are kept alive are answered before they are closed. */
const LINGER_MS_MAX = 5_000;
/** Without a request for so long, nobody is sending any more. */
const QUIET_MS = 300;
const LOOK_MS = 20;

/**
 * Stops accepting and waits until every request is answered. New connections are refused at once;
 * visitors on open connections are still served, and told to close them.
 */
export async function drainRequests(closeListener: () => void, acceptor: Acceptor): Promise<void> {
  acceptor.closing = true;
  closeListener();
  const deadlineMs = performance.now() + LINGER_MS_MAX;
  let answered = acceptor.answered;
  let quietSinceMs = performance.now();
  while (performance.now() < deadlineMs) {
    await delay(LOOK_MS);
    if (acceptor.answered !== answered || acceptor.openRequests > 0) {
      answered = acceptor.answered;
      quietSinceMs = performance.now();
    } else if (performance.now() - quietSinceMs >= QUIET_MS) {
      return;
    }
  }
}
