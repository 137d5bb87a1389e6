import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { findProgram } from '../../bench/load/targets.ts';
import type { Product } from '../../bench/support/product.ts';

const CHROMIUM = ['chromium', 'chromium-browser', 'google-chrome'];
const ACTION_MS_MAX = 15_000;

/** @throws Error when there is none in PATH */
export function launchChromium(): Promise<Browser> {
  // As root, as in containers, its sandbox does not start.
  const args = ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
  const executablePath = CHROMIUM.map(findProgram).find((path) => path !== undefined);
  if (executablePath === undefined) {
    throw new Error(`None of these programs is installed: ${CHROMIUM.join(', ')}`);
  }
  return chromium.launch({ executablePath, args });
}

/** @param options of the context: size of the window, colours */
export async function newPage(
  browser: Browser,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Page> {
  const context: BrowserContext = await browser.newContext({
    ...{ locale: 'en-US', timezoneId: 'UTC', viewport: { width: 1280, height: 900 } },
    ...options,
  });
  context.setDefaultTimeout(ACTION_MS_MAX);
  return context.newPage();
}

export async function signIn(
  page: Page,
  { ports, credentials }: Product,
  as: 'api_key' | 'admin_api_key' = 'api_key',
): Promise<void> {
  await page.goto(`http://127.0.0.1:${ports.admin}/sign-in`);
  await page.getByLabel('Key').first().fill(credentials[as]);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/live');
}
