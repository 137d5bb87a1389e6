import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { type Product, startProduct } from '../../bench/support/product.ts';
import { launchChromium, newPage, signIn } from './browser.ts';

/** A product with its console open in a browser, signed in. */
export type OpenConsole = {
  product: Product;
  page: Page;
  /** A click as a visitor makes it, by the engine. @returns the response's status */
  click(path: string, headers?: Record<string, string>): Promise<number>;
  /** Asks the public API with the demo key. @throws Error when it is refused */
  ask<Answer>(request: string, body?: unknown): Promise<Answer>;
  /** Ends browser and product. */
  close(): Promise<void>;
};

export type OpenOptions = {
  /** Environment variables of the product. */
  settings?: Record<string, string>;
  /** Which of the demo keys signs in. */
  as?: 'api_key' | 'admin_api_key';
  /** Done before the browser opens, such as writing a history. */
  prepare?: (product: Product) => Promise<void>;
};

/** Starts a product and a real Chromium, and signs in through the page. */
export async function openConsole(options: OpenOptions = {}): Promise<OpenConsole> {
  const product = await startProduct({
    TRELLIS_TRUSTED_PROXIES: '127.0.0.1',
    TRELLIS_LOG_LEVEL: 'error',
    ...options.settings,
  });
  let browser: Browser | undefined;
  try {
    await options.prepare?.(product);
    browser = await launchChromium();
    const page = await newPage(browser);
    await signIn(page, product, options.as ?? 'api_key');
    return {
      product,
      page,
      click: async (path, headers = {}) => {
        const address = `http://127.0.0.1:${product.ports.engine}${path}`;
        return (await fetch(address, { headers, redirect: 'manual' })).status;
      },
      ask: (request, body) => ask(product, request, body),
      close: async () => {
        await browser?.close();
        await product.dispose();
      },
    };
  } catch (error) {
    await browser?.close();
    await product.dispose();
    throw error;
  }
}

/** Fails when axe finds a serious or critical fault on the page as it is now. */
export async function expectAccessible(page: Page): Promise<void> {
  const path = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
  await page.evaluate(readFileSync(path, 'utf8'));
  const faults = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: Violation[] }> };
    };
    type Violation = { id: string; impact: string; nodes: Array<{ target: string[] }> };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  });
  expect(faults).toEqual([]);
}

async function ask<Answer>(
  { ports, credentials }: Product,
  request: string,
  body?: unknown,
): Promise<Answer> {
  const [method = 'GET', path = ''] = request.split(' ');
  const response = await fetch(`http://127.0.0.1:${ports.admin}${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${credentials.api_key}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${request} was answered ${response.status}: ${text}`);
  }
  return (text === '' ? null : JSON.parse(text)) as Answer;
}
