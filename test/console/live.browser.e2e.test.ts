import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, type OpenConsole, openConsole } from './console.ts';

const BROWSER =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36';
/** How soon a click must be on the page. */
const SEEN_MS_MAX = 3_000;

let console: OpenConsole;
let page: Page;
beforeAll(async () => {
  console = await openConsole();
  page = console.page;
});
afterAll(() => console.close());

async function visit(path: string): Promise<void> {
  await page.goto(`http://127.0.0.1:${console.product.ports.admin}${path}`);
}

/** A click on a tracking link, from an address of its own. */
async function click(link: string, address: string): Promise<void> {
  await console.click(link, { 'User-Agent': BROWSER, 'X-Forwarded-For': address });
}

const rowOf = (source: string) =>
  page.getByRole('table', { name: 'Newest events' }).getByRole('row').filter({ hasText: source });

describe('the live page', () => {
  it('shows a click within three seconds after it was made', async () => {
    await visit('/live');
    await page.getByText('Following').waitFor();
    const waitsMs: number[] = [];
    for (const turn of [1, 2, 3]) {
      const clickedMs = performance.now();
      await click(`/in/summer_sale?source=turn${turn}&medium=cpc`, `8.8.8.${turn}`);
      await rowOf(`turn${turn} / cpc`).waitFor();
      waitsMs.push(performance.now() - clickedMs);
    }
    // One of three may meet a machine that is busy with something else.
    expect(waitsMs.sort((one, other) => one - other)[1]).toBeLessThan(SEEN_MS_MAX);
    await expectAccessible(page);
  });

  it('tells everything about an event, and leads to its user’s journey', async () => {
    await rowOf('turn1')
      .getByRole('button', { name: /^Details of the click/ })
      .click();
    const details = page.getByRole('dialog');
    await details.getByText('/in/summer_sale', { exact: true }).waitFor();
    await details.getByText('8.8.8.1').waitFor();
    await expectAccessible(page);
    await details.getByRole('link', { name: 'The journey of this user' }).click();
    await page.getByRole('region', { name: 'Journey' }).getByText('turn1 / cpc').waitFor();
    await page.goBack();
  });

  it('shows only the campaign and the visitors that were asked for', async () => {
    await page.getByText('Following').waitFor();
    await page.getByRole('combobox', { name: 'Campaign' }).click();
    await page.getByRole('option', { name: 'Without campaign' }).click();
    await page.waitForURL('**/live?campaign=none');
    await click('/in/nothing_of_ours?source=stranger', '8.8.4.1');
    await rowOf('stranger').waitFor();
    expect(await rowOf('turn1').count()).toBe(0);
    await visit('/live?visitors=robots');
    await page.getByText('Nothing like that yet').waitFor();
    await console.click('/in/summer_sale?source=crawl', {
      'User-Agent': 'Googlebot/2.1 (+http://www.google.com/bot.html)',
    });
    await rowOf('crawl').getByText('Robot').waitFor();
  });

  it('stands still while it is paused and catches up afterwards', async () => {
    await visit('/live');
    await rowOf('turn1').waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText(/^Paused at/).waitFor();
    // A question may still be under way; its answer must not be mistaken for another one.
    await page.waitForLoadState('networkidle');
    await click('/in/summer_sale?source=meanwhile', '8.8.8.9');
    await expect
      .poll(
        async () => {
          const { events } = await console.ask<{ events: Array<{ source: string }> }>(
            'GET /api/v1/events?limit=1',
          );
          return events[0]?.source;
        },
        { timeout: 10_000 },
      )
      .toBe('meanwhile');
    expect(await rowOf('meanwhile').count()).toBe(0);
    await page.getByRole('button', { name: 'Resume' }).click();
    await rowOf('meanwhile').waitFor();
  });

  it('shows the last hour in figures too, and fits a telephone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('button', { name: 'Show the figures' }).click();
    const table = page.getByRole('table', { name: 'Traffic by minute in the last hour' });
    await expect.poll(() => table.getByRole('row').count(), { timeout: 10_000 }).toBe(61);
    await expectAccessible(page);
    const overhang = 'document.documentElement.scrollWidth - innerWidth';
    await expect.poll(() => page.evaluate(overhang), { timeout: 10_000 }).toBeLessThanOrEqual(0);
  });
});
