import { createServer, type Server } from 'node:http';
import { messageOf, TrellisError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';

/**
 * Serves `/metrics` on a port of its own, so that it can be kept from the public.
 *
 * @param collect the exposition text of all threads
 * @throws TrellisError `port_in_use`
 */
export function startMetricsServer(options: {
  host: string;
  port: number;
  collect(): Promise<string>;
  logger: Logger;
}): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(404).end('only GET /metrics is here\n');
      return;
    }
    options.collect().then(
      (text) => response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4' }).end(text),
      (error: unknown) => {
        options.logger.error({ error: messageOf(error) }, 'metrics could not be collected');
        response.writeHead(500).end('metrics could not be collected\n');
      },
    );
  });
  server.headersTimeout = 5_000;
  server.requestTimeout = 10_000;
  server.maxConnections = 32;
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const message = `port ${options.port} (TRELLIS_METRICS_PORT) cannot be used: ${cause.message}`;
      reject(new TrellisError('port_in_use', message, { cause }));
    });
    server.listen(options.port, options.host, () => resolve(server));
  });
}
