import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCRIPTED_AGENT } from '../../bench/fraud/people.ts';
import { expectAccessible, type OpenConsole, openConsole } from './console.ts';

type Blocks = { blocks: Array<{ network: string; reason: string; until: string | null }> };
type NeverBlock = { never_block: Array<{ network: string; reason: string }> };

const SCRIPT = '198.51.100.42';
const CLICKS_MAX = 150;

let console: OpenConsole;
let page: Page;
beforeAll(async () => {
  console = await openConsole();
  page = console.page;
  await clickUntilBlocked();
}, 120_000);
afterAll(() => console?.close());

/** A script clicks until it is refused. */
async function clickUntilBlocked(): Promise<void> {
  for (let clicks = 0; clicks < CLICKS_MAX; clicks++) {
    const headers = { 'User-Agent': SCRIPTED_AGENT, 'X-Forwarded-For': SCRIPT };
    if ((await console.click(`/in/summer_sale?click_id=script_${clicks}`, headers)) === 403) {
      return;
    }
  }
  throw new Error(`the script was not blocked within ${CLICKS_MAX} clicks`);
}

async function open(tab: string): Promise<void> {
  await page.goto(`http://127.0.0.1:${console.product.ports.admin}/fraud/${tab}`);
}

const blocked = async () =>
  (await console.ask<Blocks>('GET /api/v1/fraud/blocks')).blocks.map(({ network }) => network);

describe('fraud', { timeout: 60_000 }, () => {
  it('shows an alert with what the address did, and resolves it with a reason', async () => {
    await open('alerts');
    const alert = page.getByRole('article', { name: `Alert about ${SCRIPT}` });
    await alert.waitFor();
    await alert.getByText('Blocked', { exact: true }).waitFor();
    await alert.getByText(/clicks in an hour · 1 user agent · one each/).waitFor();
    await expectAccessible(page);
    await alert.getByRole('button', { name: 'Resolve' }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('A load test of ours');
    await page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click();
    await page.getByText('No open alerts').waitFor();
    await page.getByText('Resolved', { exact: true }).first().click();
    await alert.getByText('A load test of ours').waitFor();
    await expectAccessible(page);
  });

  it('lets a blocked address in again when its block is removed', async () => {
    await open('blocks');
    await page.getByRole('button', { name: `Remove ${SCRIPT}` }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('Nobody is blocked').waitFor();
    expect(await blocked()).toEqual([]);
  });

  it('blocks a network by hand, and says at the field what is wrong with it', async () => {
    await page.getByRole('button', { name: 'Block an address' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Address or network').fill('203.0.113.0/400');
    await dialog.getByLabel('Reason').fill('Click farm');
    await dialog.getByRole('button', { name: 'Block' }).click();
    const field = dialog.getByLabel('Address or network');
    await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true');
    await expectAccessible(page);
    await field.fill('203.0.113.0/24');
    await dialog.getByRole('button', { name: 'Block' }).click();
    const table = page.getByRole('table', { name: 'Blocked addresses and networks' });
    await table.getByText('Click farm').waitFor();
    await table.getByText('tomorrow').or(table.getByText('in 24 hours')).first().waitFor();
    await expectAccessible(page);
    expect(await blocked()).toEqual(['203.0.113.0/24']);
  });

  it('keeps a list of addresses that are never blocked', async () => {
    await page.getByRole('tab', { name: 'Never blocked' }).click();
    await page.waitForURL('**/fraud/never-block');
    await page.getByRole('button', { name: 'Add an address' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Address or network').fill('192.0.2.7');
    await dialog.getByLabel('Reason').fill('Our office');
    await dialog.getByRole('button', { name: 'Add' }).click();
    await page.getByRole('table').getByText('Our office').waitFor();
    await expectAccessible(page);
    const { never_block } = await console.ask<NeverBlock>('GET /api/v1/fraud/never-block');
    expect(never_block).toMatchObject([{ network: '192.0.2.7/32', reason: 'Our office' }]);
  });

  it('shows scores of the day and the report over stored clicks', async () => {
    await open('scores');
    await page.getByRole('table', { name: 'Scores by address' }).getByText(SCRIPT).waitFor();
    await expectAccessible(page);
    await open('report');
    await expect
      .poll(async () => {
        await page.reload();
        const table = page.getByRole('table', { name: 'Suspicious addresses' });
        await table.or(page.getByText('Nothing stands out')).first().waitFor();
        return table.getByText(SCRIPT).isVisible();
      })
      .toBe(true);
    await expectAccessible(page);
  });

  it('tries thresholds out before they are saved, and the trail tells who did', async () => {
    await open('settings');
    await page.getByLabel('Single agent: clicks in an hour').fill('60');
    await page.getByRole('button', { name: 'Save …' }).click();
    await page.getByText('These thresholds have not been tried out').waitFor();
    await page.getByRole('button', { name: 'Leave it' }).click();
    await page.getByRole('button', { name: 'Try them out' }).click();
    const found = page.getByRole('table', { name: 'What would have been found' });
    await found.getByText('Addresses blocked').waitFor();
    await page.getByRole('button', { name: 'Save …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/they would have flagged \d+ addresses instead of \d+/).waitFor();
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved. Engines follow within a second.').waitFor();
    expect(await console.ask('GET /api/v1/fraud/settings')).toMatchObject({
      single_agent_clicks: 60,
    });
    await expectAccessible(page);
    await open('audit');
    const trail = page.getByRole('table', { name: 'Audit trail' });
    await trail.getByText('Settings changed').waitFor();
    await trail.getByText('Block removed').waitFor();
    await expectAccessible(page);
  });
});
