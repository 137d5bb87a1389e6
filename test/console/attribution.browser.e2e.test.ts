import { createClient } from '@clickhouse/client';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Product } from '../../bench/support/product.ts';
import { expectAccessible, type OpenConsole, openConsole } from './console.ts';

const USER = 'usr_customer123';
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** Before the purchase, as in the example of a journey over several touchpoints. */
const TOUCHES = [
  { beforeMs: 105 * HOUR_MS + 40 * MINUTE_MS, source: 'facebook', campaign: 'summer_awareness' },
  { beforeMs: 53 * HOUR_MS + 33 * MINUTE_MS, source: 'google', campaign: null },
  { beforeMs: 10 * MINUTE_MS, source: 'email', campaign: 'june_promo' },
  { beforeMs: 3 * MINUTE_MS, source: 'direct', campaign: null },
] as const;

/** For what is asked again and again until it holds. */
const PATIENCE = { timeout: 15_000 };

let console: OpenConsole;
let page: Page;
beforeAll(async () => {
  console = await openConsole({ prepare: insertJourney });
  page = console.page;
});
afterAll(() => console.close());

async function insertJourney({ credentials }: Product): Promise<void> {
  const clickhouse = createClient({ url: credentials.clickhouse_url, database: 'trellis' });
  const soldAtMs = Date.now() - HOUR_MS;
  const textOf = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
  const base = { organization_id: credentials.organization_id, user_id: USER, medium: null };
  const touches = TOUCHES.map(({ beforeMs, source, campaign }, index) => ({
    ...{ ...base, event_id: `evt_touch${index}`, event_type: 'click', source },
    ...{ campaign_id: campaign, event_time: textOf(soldAtMs - beforeMs) },
  }));
  const purchase = {
    ...{ ...base, event_id: 'evt_purchase', event_type: 'purchase', source: 'direct' },
    ...{ conversion_event: 'purchase', conversion_value: '149.99', conversion_currency: 'USD' },
    ...{ event_time: textOf(soldAtMs), conversion_time: textOf(soldAtMs) },
  };
  await clickhouse.insert({
    ...{ table: 'events', format: 'JSONEachRow' },
    values: [...touches, purchase],
  });
  await clickhouse.close();
}

async function visit(path: string): Promise<void> {
  await page.goto(`http://127.0.0.1:${console.product.ports.admin}${path}`);
}

const cellsOf = (name: string) =>
  page
    .getByRole('table', { name: /^Credit by/ })
    .getByRole('row')
    .filter({ hasText: name })
    .getByRole('cell')
    .allInnerTexts();

describe('attribution', () => {
  it('puts the models side by side: source by source, as value, share and conversions', async () => {
    await visit('/attribution?models=first_touch,last_touch,linear,markov,shapley');
    // First and last touch, linear, Markov, Shapley; journeys that began and ended there.
    await expect
      .poll(() => cellsOf('facebook'), PATIENCE)
      .toEqual(['facebook', '$149.99', '$0.00', '$37.50', '$37.50', '$37.50', '1', '0']);
    expect(await cellsOf('direct')).toEqual(expect.arrayContaining(['$0.00', '$149.99', '$37.49']));
    await page.getByRole('figure', { name: 'Credit by source and model' }).waitFor();
    await page.getByText('Share', { exact: true }).click();
    await expect.poll(() => cellsOf('facebook'), PATIENCE).toContain('100 %');
    await expectAccessible(page);
  });

  it('groups by campaign, and leaves out models that nobody wants to see', async () => {
    await page.getByText('Campaign', { exact: true }).click();
    await page.getByText('Value', { exact: true }).click();
    await expect.poll(() => cellsOf('summer_awareness'), PATIENCE).toContain('$149.99');
    await page.getByRole('group', { name: 'Models' }).getByText('Markov').click();
    await expect.poll(async () => (await cellsOf('june_promo')).length, PATIENCE).toBe(7);
    expect(new URL(page.url()).searchParams.get('by')).toBe('campaign');
  });

  it('shows one user’s journey with the credit of each step by each model', async () => {
    await visit('/attribution?view=user');
    await page.getByText('No conversion has found its click yet').waitFor();
    await page.getByLabel('User', { exact: true }).fill(USER);
    await page.getByRole('button', { name: 'Show the journey' }).click();
    const journey = page.getByRole('region', { name: 'Journey' });
    await journey.getByText('purchase $149.99').waitFor();
    const credits = journey.getByRole('list', { name: 'Credit by model' });
    expect(await credits.count()).toBe(4);
    const linear = credits.getByRole('listitem').filter({ hasText: 'Linear' });
    await expect
      .poll(
        async () => (await linear.allInnerTexts()).map((text) => /\$[\d.]+/.exec(text)?.[0]),
        PATIENCE,
      )
      .toEqual(['$37.50', '$37.50', '$37.50', '$37.49']);
    await expectAccessible(page);
  });

  it('divides as the half-life and the weight of direct say', async () => {
    await page.getByLabel('Half-life, days').fill('3.6');
    await page.getByLabel('Weight of direct').fill('0.714');
    const decay = page
      .getByRole('listitem')
      .filter({ hasText: 'Time decay' })
      .filter({ hasText: '$' });
    // The worked example of the documentation.
    await expect
      .poll(
        async () => (await decay.allInnerTexts()).map((text) => /\$[\d.]+/.exec(text)?.[0]),
        PATIENCE,
      )
      .toEqual(['$23.02', '$34.96', '$53.66', '$38.35']);
    await page.getByText('Customer journey spanned 4.4 days with 4 touchpoints').waitFor();
  });

  it('offers recent conversions to choose from, and says when nobody has an id', async () => {
    await visit('/attribution?view=user&user=usr_nobody');
    await page.getByText('Nobody with this id has come by').waitFor();
    await console.click('/in/summer_sale?click_id=att_1&source=bing', {
      'User-Agent': 'Mozilla/5.0 (X11; Linux x64) Chrome/126.0.0.0',
    });
    const { ports, credentials } = console.product;
    await fetch(`http://127.0.0.1:${ports.engine}/postback`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${credentials.api_key}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify({ click_id: 'att_1', event: 'lead', value: 5, order_id: 'A-1' }),
    });
    await expect
      .poll(
        async () => {
          const path = 'GET /api/v1/conversions?matched=true';
          const answer = await console.ask<{ conversions: unknown[] }>(path);
          return answer.conversions.length;
        },
        { timeout: 12_000 },
      )
      .toBe(1);
    await page.getByRole('button', { name: 'Recent conversions' }).first().click();
    await page.getByRole('button', { name: /^Journey of .* to the lead/ }).click();
    await page.getByRole('region', { name: 'Journey' }).getByText('bing').waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    const overhang = 'document.documentElement.scrollWidth - innerWidth';
    // The navigation slides away first.
    await expect.poll(() => page.evaluate(overhang), PATIENCE).toBeLessThanOrEqual(0);
    await expectAccessible(page);
  });
});
