import { Transform } from 'node:stream';
import type { FastifyRequest, preParsingHookHandler } from 'fastify';
import { ProblemError } from '../problems.ts';

const texts = new WeakMap<FastifyRequest, Buffer[]>();

/**
 * Keeps a body as it was sent beside what it is parsed to: numbers have more digits there than
 * JavaScript's, and an amount of money is judged by how it is written.
 *
 * @param bytesMax larger bodies are refused with 413
 */
export function keepText(bytesMax: number): preParsingHookHandler {
  return (request, _reply, payload, done) => {
    const chunks: Buffer[] = [];
    texts.set(request, chunks);
    let bytes = 0;
    const keeping = new Transform({
      transform(chunk: Buffer, _encoding, next) {
        bytes += chunk.length;
        if (bytes > bytesMax) {
          next(new ProblemError(413, 'body_too_large', `The body has more than ${bytesMax} bytes`));
          return;
        }
        chunks.push(chunk);
        next(null, chunk);
      },
    });
    payload.on('error', (error) => keeping.destroy(error));
    done(null, payload.pipe(keeping));
  };
}

/** The body as it was sent to a route with `keepText`. */
export function keptText(request: FastifyRequest): Uint8Array {
  return Buffer.concat(texts.get(request) ?? []);
}
