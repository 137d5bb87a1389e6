import { connect, createServer, type Socket } from 'node:net';

/**
 * A TCP proxy for tests that can misbehave.
 * - `pass`: forwards both ways.
 * - `drop_response`: forwards the request; when the answer comes, breaks the connection instead.
 * - `refuse`: breaks every connection at once, as a server that is down.
 */
type ProxyMode = 'pass' | 'drop_response' | 'refuse';

export interface FaultyProxy {
  port: number;
  mode: ProxyMode;
  /** Answers that were withheld so far. */
  droppedResponses: number;
  close(): Promise<void>;
}

/** Starts a proxy on a free port of 127.0.0.1, in the mode `pass`. */
export async function startFaultyProxy(upstreamPort: number): Promise<FaultyProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    if (proxy.mode === 'refuse') {
      client.destroy();
      return;
    }
    const upstream = connect(upstreamPort, '127.0.0.1');
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      // 'close' follows; the other side is broken there.
      socket.on('error', () => socket.destroy());
    }
    client.on('data', (bytes) => {
      if (proxy.mode === 'refuse') {
        client.destroy();
      } else {
        upstream.write(bytes);
      }
    });
    upstream.on('data', (bytes) => {
      if (proxy.mode === 'pass') {
        client.write(bytes);
      } else {
        proxy.droppedResponses += 1;
        client.destroy();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const proxy: FaultyProxy = {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    mode: 'pass',
    droppedResponses: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) {
          socket.destroy();
        }
      }),
  };
  return proxy;
}
