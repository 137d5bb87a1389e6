import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Received = { headers: IncomingMessage['headers']; path: string; body: string };

export type Receiver = {
  port: number;
  /** Connections, whether or not a request came by them. */
  connections(): number;
  /** Requests in the order in which they were complete. */
  received: Received[];
  /** The most requests that were unanswered at a time. */
  atOnceMax(): number;
  close(): Promise<void>;
};

/**
 * A real HTTP server that notes what it gets.
 *
 * @param answer by default 204
 * @param host the address to listen at; `::` is all of this machine's, IPv4 as well
 */
export async function startReceiver(
  answer: (response: ServerResponse, received: Received) => void = (response) =>
    response.writeHead(204).end(),
  host = '127.0.0.1',
): Promise<Receiver> {
  const received: Received[] = [];
  let connections = 0;
  let atOnce = 0;
  let atOnceMax = 0;
  const server = createServer((request, response) => {
    atOnce++;
    atOnceMax = Math.max(atOnceMax, atOnce);
    response.once('close', () => atOnce--);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      const { headers, url = '' } = request;
      const one = { headers, path: url, body: Buffer.concat(chunks).toString() };
      received.push(one);
      answer(response, one);
    });
  });
  server.on('connection', () => connections++);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    received,
    atOnceMax: () => atOnceMax,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
