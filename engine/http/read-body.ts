import type { HttpResponse } from 'uWebSockets.js';

/**
 * Collects a request's body.
 *
 * Slow senders are cut off by the HTTP server itself, which closes a connection that sends less than a
 * few kilobytes per second; the response is then aborted and `done` is never called.
 *
 * @param bytesMax longer bodies are given up at once
 * @param done called with the body, or with null when it is too long; the response is not corked
 */
export function readBody(
  response: HttpResponse,
  bytesMax: number,
  done: (body: Buffer | null) => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let finished = false;
  response.onAborted(() => {
    finished = true;
  });
  response.onData((chunk, isLast) => {
    if (finished) {
      return;
    }
    bytes += chunk.byteLength;
    if (bytes > bytesMax) {
      finished = true;
      done(null);
      return;
    }
    // The chunk's memory is only ours while this function runs.
    chunks.push(Buffer.from(new Uint8Array(chunk)));
    if (isLast) {
      finished = true;
      done(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, bytes));
    }
  });
}
