import { createServer, type Server } from 'node:http';
import type { Registry } from 'prom-client';
import { messageOf, TrellisError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';

/**
 * Serves `/metrics` on a port of its own, so that it can be kept from the public.
 *
 * @throws TrellisError `port_in_use`
 */
export function startMetricsServer(options: {
  host: string;
  port: number;
  registry: Registry;
  logger: Logger;
}): Promise<Server> {
  const { host, port, registry, logger } = options;
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(404).end('only GET /metrics is here\n');
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { 'Content-Type': registry.contentType }).end(text),
      (error: unknown) => {
        logger.error({ error: messageOf(error) }, 'metrics could not be collected');
        response.writeHead(500).end('metrics could not be collected\n');
      },
    );
  });
  server.headersTimeout = 5_000;
  server.requestTimeout = 10_000;
  server.maxConnections = 32;
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const message = `Port ${port} (TRELLIS_METRICS_PORT plus 1) cannot be used: ${cause.message}`;
      reject(new TrellisError('port_in_use', message, { cause }));
    });
    server.listen(port, host, () => resolve(server));
  });
}
