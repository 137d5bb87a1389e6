import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectAccessible, type OpenConsole, openConsole } from './console.ts';

let console: OpenConsole;
beforeAll(async () => {
  console = await openConsole({ as: 'admin_api_key' });
}, 120_000);
afterAll(() => console.close());

async function open(path: string): Promise<void> {
  await console.page.goto(`http://127.0.0.1:${console.product.ports.admin}${path}`);
  await console.page.getByRole('heading', { level: 1 }).waitFor();
}

it('the system status says that stores and engine are well', async () => {
  await open('/settings/status');
  await console.page.getByText('Oldest event not shipped').waitFor();
  expect(await console.page.getByText('Up', { exact: true }).count()).toBe(2);
  await console.page.getByText('Ready', { exact: true }).waitFor();
  await expectAccessible(console.page);
});

it('a domain is added and taken away, and what is no domain is refused at the field', async () => {
  const { page } = console;
  await open('/settings/domains');
  const field = page.getByLabel('New domain');
  await field.fill('no domain');
  await page.getByRole('button', { name: 'Add' }).click();
  await page.locator('form .mantine-InputWrapper-error').waitFor();
  await field.fill('go.acmecorp.com');
  await page.getByRole('button', { name: 'Add' }).click();
  await page.getByRole('cell', { name: 'go.acmecorp.com', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Remove go.acmecorp.com' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page
    .getByRole('cell', { name: 'go.acmecorp.com', exact: true })
    .waitFor({ state: 'detached' });
  await expectAccessible(page);
});

it('a key is shown once and opens what it says, until it is revoked', async () => {
  const { page, product } = console;
  await open('/settings/keys');
  await page.getByRole('button', { name: 'New key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('analyst');
  await dialog.getByRole('button', { name: 'Create' }).click();
  const key = (await dialog.getByText(/^wdn_sk_live_/).textContent()) ?? '';
  const address = `http://127.0.0.1:${product.ports.admin}/api/v1/campaigns`;
  const headers = { Authorization: `Bearer ${key}` };
  expect((await fetch(address, { headers })).status).toBe(200);
  await dialog.getByRole('button', { name: 'I have it' }).click();
  await page.getByRole('button', { name: 'Revoke analyst' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await page
    .getByText(/^Revoked/)
    .first()
    .waitFor();
  await expect.poll(async () => (await fetch(address, { headers })).status).toBe(401);
  await expectAccessible(page);
});

it('a webhook to an address inside is refused at the field', async () => {
  const { page } = console;
  await open('/settings/webhooks');
  await page.getByLabel('New webhook').fill('http://127.0.0.1:9999/hook');
  await page.getByRole('button', { name: 'Add' }).click();
  await page.locator('form .mantine-InputWrapper-error').waitFor();
  await expectAccessible(page);
});

it('a rate is set and taken away', async () => {
  const { page } = console;
  await open('/settings/organization');
  await page.getByRole('combobox', { name: 'Currency' }).click();
  await page.getByRole('option', { name: 'EUR' }).click();
  await page.getByLabel('Worth in USD').fill('1.08');
  await page.getByRole('button', { name: 'Set' }).click();
  await page.getByText('1 EUR = 1.08 USD').waitFor();
  await page.getByRole('button', { name: 'Remove EUR' }).click();
  await page.getByText('1 EUR = 1.08 USD').waitFor({ state: 'detached' });
  await expectAccessible(page);
});
