import { setTimeout as delay } from 'node:timers/promises';
import { HttpConnection } from '../support/http-connection.ts';
import { type Product, startProduct, withTimeout } from '../support/product.ts';
import { onAbruptExit } from './children.ts';

const READY_MS_MAX = 30_000;

/** A product that believes the X-Forwarded-For headers of the load, and how to end it. */
export type MeasuredProduct = { product: Product; dispose(): Promise<void> };

/** Starts a product and waits until it records traffic. */
export async function startMeasuredProduct(): Promise<MeasuredProduct> {
  const product = await startProduct({
    TRELLIS_TRUSTED_PROXIES: '127.0.0.1',
    TRELLIS_LOG_LEVEL: 'error',
  });
  const { supervisor } = product.processIds();
  const release = onAbruptExit(() => process.kill(supervisor, 'SIGTERM'));
  const dispose = async () => {
    await product.dispose();
    release();
  };
  try {
    const ready = `GET /ready HTTP/1.1\r\nhost: localhost\r\n\r\n`;
    await untilStatus(product.ports.engine, ready, 200);
  } catch (error) {
    await dispose();
    throw error;
  }
  return { product, dispose };
}

/**
 * Repeats a request until it is answered with a status.
 * @throws Error when it is not, for `READY_MS_MAX`
 */
export async function untilStatus(port: number, request: string, status: number): Promise<void> {
  const connection = new HttpConnection('127.0.0.1', port);
  const isAnswered = async () => {
    for (;;) {
      const answer = await connection.request(request).catch(() => null);
      if (answer?.status === status) {
        return;
      }
      await delay(50);
    }
  };
  try {
    await withTimeout(
      isAnswered(),
      READY_MS_MAX,
      () => `${request.trim()} is not answered ${status}`,
    );
  } finally {
    connection.close();
  }
}
