import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectAccessible, type OpenConsole, openConsole } from './console.ts';

let console: OpenConsole;
beforeAll(async () => {
  console = await openConsole();
}, 120_000);
afterAll(() => console.close());

async function postback(query: string): Promise<unknown> {
  const { product } = console;
  const answer = await fetch(`http://127.0.0.1:${product.ports.engine}/postback?${query}`, {
    headers: { Authorization: `Bearer ${product.credentials.api_key}` },
  });
  return ((await answer.json()) as { status: unknown }).status;
}

it('a conversion is in the ledger with its click, or with the reason why it has none', async () => {
  const { page } = console;
  expect(await console.click('/in/summer_sale?click_id=c_1&source=facebook')).toBe(302);
  expect(await postback('click_id=c_1&event=sale&value=12.5&currency=USD&order_id=O-1')).toBe(
    'accepted',
  );
  expect(await postback('click_id=nobody&event=sale&value=1&currency=USD&order_id=O-2')).toBe(
    'accepted',
  );
  await page.getByRole('navigation').getByRole('link', { name: 'Conversions' }).click();
  const row = (order: string) => page.getByRole('row').filter({ hasText: order });
  await row('O-1').getByText('Matched').waitFor({ timeout: 25_000 });
  await row('O-1').getByText('$12.50').waitFor();
  await row('O-2').getByText('Waiting').waitFor({ timeout: 25_000 });
  await page.getByLabel('Order id').fill('O-2');
  await row('O-1').waitFor({ state: 'detached' });
  expect(new URL(page.url()).searchParams.get('order_id')).toBe('O-2');
  await expectAccessible(page);
});

it('a postback is tried without being stored', async () => {
  const { page } = console;
  const fields = page.getByLabel('Fields');
  const outcome = page.getByRole('status').filter({ hasText: /\d{3} / });
  await fields.fill('click_id=c_1&event=sale&value=12.5&currency=USD&order_id=O-1');
  await page.getByRole('button', { name: 'What would happen?' }).click();
  await outcome.getByText('200 duplicate').waitFor();
  await fields.fill('click_id=c_1&event=sale&value=-1&order_id=O-9');
  await page.getByRole('button', { name: 'What would happen?' }).click();
  await outcome.getByText('400 invalid').waitFor();
  await fields.fill('click_id=c_1&event=sale&value=1&order_id=O-9');
  await page.getByRole('button', { name: 'What would happen?' }).click();
  await outcome.getByText('200 accepted').waitFor();
  await outcome.getByText(/from facebook to summer_sale/).waitFor();
  const { conversions } = await console.ask<{ conversions: unknown[] }>('GET /api/v1/conversions');
  expect(conversions).toHaveLength(2);
});

it('the postback URL has the network’s own macros', async () => {
  const { page } = console;
  await page.getByRole('combobox', { name: 'For' }).click();
  await page.getByRole('option', { name: 'CAKE' }).click();
  await page.getByText('click_id=#s2#&payout=#price#&txid=#leadid#').waitFor();
  await expectAccessible(page);
});
