import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectAccessible, type OpenConsole, openConsole } from './console.ts';

let console: OpenConsole;
beforeAll(async () => {
  console = await openConsole();
}, 120_000);
afterAll(() => console.close());

it('the session is a cookie that scripts cannot read, and nothing else holds the key', async () => {
  const { page, product } = console;
  const cookies = await page.context().cookies(`http://127.0.0.1:${product.ports.admin}/api/v1`);
  expect(cookies).toMatchObject([
    { name: 'trellis_session', httpOnly: true, sameSite: 'Strict', path: '/api/v1' },
  ]);
  expect(cookies[0]?.value).not.toContain('wdn_sk');
  const stored = await page.evaluate('JSON.stringify([localStorage, sessionStorage])');
  expect(stored).not.toContain('wdn_sk');
  expect(await page.evaluate('document.cookie')).toBe('');
});

it('every page is reached by the navigation and says what it is', async () => {
  const { page } = console;
  for (const name of [
    ...[
      'Campaigns',
      'Report',
      'Attribution',
      'Discover',
      'Fraud',
      'Conversions',
      'Settings',
      'Live',
    ],
  ]) {
    await page.getByRole('navigation').getByRole('link', { name }).click();
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    expect(await page.title()).toContain('Trellis');
  }
});

it('a revoked session leads to the sign-in, which refuses what is no key and says so', async () => {
  const { page } = console;
  await page.getByRole('button', { name: /^Session of/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.getByLabel('Key').first().fill('wdn_sk_live_wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('A key that may be used is needed').waitFor();
  await expectAccessible(page);
});
