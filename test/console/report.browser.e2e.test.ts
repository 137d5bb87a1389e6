import { readFileSync } from 'node:fs';
import { createClient } from '@clickhouse/client';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Product } from '../../bench/support/product.ts';
import { expectAccessible, type OpenConsole, openConsole } from './console.ts';

const DAY_MS = 86_400_000;
const CLICKS = [
  ['google', 'DE', 40],
  ['google', 'FR', 20],
  ['facebook', 'DE', 25],
  ['email', 'US', 10],
] as const;

/** For what is asked again and again until it holds. */
const PATIENCE = { timeout: 15_000 };

let console: OpenConsole;
let page: Page;
beforeAll(async () => {
  console = await openConsole({ prepare: insertTraffic });
  page = console.page;
});
afterAll(() => console.close());

/** Clicks of the last four days, and a sale for every fifth. */
async function insertTraffic({ credentials }: Product): Promise<void> {
  const clickhouse = createClient({ url: credentials.clickhouse_url, database: 'trellis' });
  const times = (index: number) =>
    new Date(Date.now() - (index % 4) * DAY_MS).toISOString().slice(0, 19).replace('T', ' ');
  const events = CLICKS.flatMap(([source, country, count]) =>
    Array.from({ length: count }, (_, index) => {
      const id = `${source}_${country}_${index}`;
      const click = {
        organization_id: credentials.organization_id,
        event_id: `evt_${id}`,
        click_id: `evt_${id}`,
        event_time: times(index),
        event_type: 'click',
        user_id: `usr_${id}`,
        campaign_id: source === 'email' ? null : 'summer_sale',
        ...{ source, country, medium: 'cpc', device_type: 'desktop' },
      };
      const sale = {
        ...{ event_id: `evt_s${id}`, event_type: 'sale', conversion_event: 'sale' },
        ...{ conversion_value: '12.50', conversion_currency: 'USD' },
        conversion_time: click.event_time,
      };
      return index % 5 === 0 ? [click, { ...click, ...sale }] : [click];
    }).flat(),
  );
  await clickhouse.insert({ table: 'events', values: events, format: 'JSONEachRow' });
  await clickhouse.close();
}

async function visit(path: string): Promise<void> {
  await page.goto(`http://127.0.0.1:${console.product.ports.admin}${path}`);
}

const table = () => page.getByRole('table', { name: 'Report', exact: true });

/** The texts of a row's cells, by what its first one says. */
function cellsOf(name: string): Promise<string[]> {
  return table()
    .getByRole('row')
    .filter({ hasText: name })
    .first()
    .getByRole('cell')
    .allInnerTexts();
}

describe('the report', () => {
  it('begins with campaigns, and a common report asks something else', async () => {
    await visit('/report');
    await expect.poll(() => cellsOf('Total'), PATIENCE).toContain('95');
    expect(await cellsOf('summer_sale')).toEqual(
      expect.arrayContaining(['85', '17', '20 %', '$212.50']),
    );
    await page.getByRole('button', { name: 'Common reports' }).click();
    await page.getByRole('menuitem', { name: 'Day by day', exact: true }).click();
    await page.getByRole('figure', { name: 'Clicks by day' }).waitFor();
    // The total and one row for each day, in their order.
    await expect.poll(() => table().getByRole('row').count(), PATIENCE).toBe(6);
    await expectAccessible(page);
  });

  it('looks into a value by what is asked next, and the address keeps the way there', async () => {
    await visit('/report?by=source&metrics=clicks,conversions');
    await table().getByRole('button', { name: 'google' }).click();
    await page.getByRole('menu').waitFor();
    await expectAccessible(page);
    await page.getByRole('menuitem', { name: 'Country' }).click();
    await expect.poll(() => cellsOf('Total'), PATIENCE).toEqual(['Total', '60', '12']);
    expect(await cellsOf('FR')).toEqual(['FR', '20', '4']);
    await page.reload();
    await page.getByText('Source is google').waitFor();
    await expect.poll(() => cellsOf('DE'), PATIENCE).toEqual(['DE', '40', '8']);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Remove the filter Source is google' }).click();
    await expect.poll(() => cellsOf('DE'), PATIENCE).toEqual(['DE', '65', '13']);
  });

  it('looks into events without a campaign, and into a day', async () => {
    await visit('/report?by=campaign_id&metrics=clicks');
    await table().getByRole('button', { name: 'Without campaign' }).click();
    await page.getByRole('menuitem', { name: 'Day', exact: true }).click();
    await expect.poll(() => cellsOf('Total'), PATIENCE).toEqual(['Total', '10']);
    await table().getByRole('row').nth(2).getByRole('button').click();
    await page.getByRole('menuitem', { name: 'Source' }).click();
    await expect
      .poll(() => new URL(page.url()).searchParams.get('from'), PATIENCE)
      .toMatch(/^\d{4}-/);
    // Every fourth of ten clicks was made on that day: two or three of them.
    await expect
      .poll(() => cellsOf('email'), PATIENCE)
      .toEqual(['email', expect.stringMatching(/^[23]$/)]);
  });

  it('takes a filter from the form and says what the API does not accept', async () => {
    await visit('/report?by=source&metrics=clicks');
    await page.getByRole('button', { name: 'Add a filter' }).click();
    const form = page.getByRole('dialog', { name: 'Add a filter' });
    await form.getByRole('combobox', { name: 'Field' }).click();
    await page.getByRole('option', { name: 'Country' }).click();
    await form.getByRole('combobox', { name: 'Comparison' }).click();
    await page.getByRole('option', { name: 'is one of' }).click();
    await form.getByLabel('Values').fill('DE');
    await form.getByLabel('Values').press('Enter');
    await expectAccessible(page);
    await form.getByRole('button', { name: 'Add', exact: true }).click();
    await expect.poll(() => cellsOf('Total'), PATIENCE).toEqual(['Total', '65']);
    const wrong = [{ field: 'hour', operator: 'equals', value: 'noon' }];
    await visit(`/report?by=source&filters=${encodeURIComponent(JSON.stringify(wrong))}`);
    await page.getByRole('alert').getByText('/body/filters/0/value', { exact: true }).waitFor();
  });

  it('sorts by what is clicked, and its file is the one that the API writes', async () => {
    await visit('/report?by=source,country&metrics=clicks,revenue');
    await table().getByRole('button', { name: 'Clicks' }).click();
    await expect
      .poll(() => table().getByRole('row').nth(2).getByRole('cell').allInnerTexts(), PATIENCE)
      .toEqual(['email', 'US', '10', '$25.00']);
    const arrives = page.waitForEvent('download');
    const asked = page.waitForRequest(
      (request) => request.headers().accept === 'text/csv' && request.method() === 'POST',
    );
    await page.getByRole('button', { name: 'Download CSV' }).click();
    const file = readFileSync(await (await arrives).path(), 'utf8');
    expect(file.split('\r\n')[0]).toBe('source,country,clicks,revenue');
    const { ports, credentials } = console.product;
    const ofApi = await fetch(`http://127.0.0.1:${ports.admin}/api/v1/analytics/report`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${credentials.api_key}`,
        'Content-Type': 'application/json',
        Accept: 'text/csv',
      },
      body: (await asked).postData() ?? '',
    });
    expect(file).toBe(await ofApi.text());
  });

  it('fits a telephone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('figure').first().waitFor();
    const overhang = 'document.documentElement.scrollWidth - innerWidth';
    await expect.poll(() => page.evaluate(overhang), PATIENCE).toBeLessThanOrEqual(0);
    await expectAccessible(page);
  });
});
