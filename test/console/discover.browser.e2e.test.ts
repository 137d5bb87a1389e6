import { createClient } from '@clickhouse/client';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEED_ANSWER, seedHistory } from '../../analytics/testing/seed-history.ts';
import type { Product } from '../../bench/support/product.ts';
import { expectAccessible, type OpenConsole, openConsole } from './console.ts';

type Runs = { runs: Array<{ status: string; events_attributed: number }> };

const { clicks: CLICKS } = SEED_ANSWER.metrics;
const PERIOD = 'period=120d';
const SEARCH_MS_MAX = 30_000;
const HISTORY_END_MS = Date.UTC(2024, 5, 1);
const WEEK_MS = 7 * 86_400_000;
const BACKGROUND_CLICKS = 2_000;

let console: OpenConsole;
let page: Page;
beforeAll(async () => {
  console = await openConsole({ prepare: writeHistory });
  page = console.page;
}, 120_000);
afterAll(() => console?.close());

/** Three months of clicks by TikTok that no campaign has, among others, until at most a week ago. */
async function writeHistory({ credentials }: Product): Promise<void> {
  const { organization_id: organizationId, clickhouse_url: url } = credentials;
  // By whole weeks, so that weekdays stay what they are.
  const shiftMs = Math.floor((Date.now() - HISTORY_END_MS) / WEEK_MS) * WEEK_MS;
  const shifted = (time: string) =>
    new Date(Date.parse(`${time.replace(' ', 'T')}Z`) + shiftMs).toISOString().slice(0, 23);
  const values = seedHistory({ organizationId, backgroundClicks: BACKGROUND_CLICKS }).map(
    (event) => ({
      ...event,
      event_time: shifted(event.event_time),
      conversion_time: event.conversion_time === null ? null : shifted(event.conversion_time),
    }),
  );
  const client = createClient({ url, database: 'trellis' });
  try {
    await client.insert({ table: 'events', values, format: 'JSONEachRow' });
  } finally {
    await client.close();
  }
}

async function open(query: string): Promise<void> {
  await page.goto(`http://127.0.0.1:${console.product.ports.admin}/discover?${query}`);
}

/** The card of the group that was planted; a search may take as long as the API lets it. */
async function tiktok() {
  const card = page.getByRole('article', { name: /^tiktok\.com/ });
  await card.waitFor({ timeout: SEARCH_MS_MAX });
  return card;
}

/** From the card to the dialog in which its campaign is made. */
async function openDialog() {
  await open(PERIOD);
  await (await tiktok()).getByRole('button', { name: 'Make it a campaign' }).click();
  return page.getByRole('dialog');
}

/** The campaigns that were made from patterns of TikTok's, archived ones left out. */
async function madeCampaigns(): Promise<Array<{ campaign_id: string; status: string }>> {
  type List = { campaigns: Array<{ campaign_id: string; status: string }> };
  const { campaigns } = await console.ask<List>('GET /api/v1/campaigns?limit=200');
  return campaigns.filter(({ campaign_id }) => campaign_id.startsWith('discovered_tiktok'));
}

describe('discovery', { timeout: 90_000 }, () => {
  it('says what a group has in common, how large it is, and what its confidence means', async () => {
    await open(PERIOD);
    const card = await tiktok();
    await card.getByText(CLICKS.toLocaleString('en-US')).waitFor();
    await card.getByText('mobile').first().waitFor();
    await card.getByText(/^The odds are at least [\d.]+ times those of other traffic/).waitFor();
    await card.getByRole('button', { name: 'Show the rules' }).click();
    await card.getByText('referer domain').or(card.getByText('referer_domain')).first().waitFor();
    await expectAccessible(page);
  });

  it('makes no campaign of a destination that nobody can be sent to', async () => {
    const dialog = await openDialog();
    await dialog.getByLabel('Destination').fill('https://shop.example/{nothing}');
    await dialog.getByRole('button', { name: 'Make it and count' }).click();
    await expect
      .poll(() => dialog.getByLabel('Destination').getAttribute('aria-invalid'))
      .toBe('true');
    await expectAccessible(page);
    expect(await madeCampaigns()).toEqual([]);
  });

  it('counts before anything is attributed, and a discarded campaign leaves nothing', async () => {
    const dialog = await openDialog();
    await dialog.getByLabel('Destination').fill('https://shop.example/?c={event_id}');
    await dialog.getByRole('button', { name: 'Make it and count' }).click();
    await dialog.getByText('the campaign would take what belongs to no campaign').waitFor();
    await dialog.getByText(CLICKS.toLocaleString('en-US')).waitFor();
    await expectAccessible(page);
    expect(await madeCampaigns()).toMatchObject([{ status: 'paused' }]);
    await dialog.getByRole('button', { name: 'Discard the campaign' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await madeCampaigns()).toEqual([]);
  });

  it('gives the traffic to the campaign, and takes it back', async () => {
    const dialog = await openDialog();
    await dialog.getByRole('button', { name: 'Make it and count' }).click();
    await dialog.getByRole('button', { name: 'Attribute this traffic' }).click();
    await dialog.getByText('Done', { exact: true }).waitFor();
    const attributed = `${CLICKS.toLocaleString('en-US')} clicks and visits`;
    await dialog.getByText(attributed).waitFor();
    await expectAccessible(page);
    const [campaign] = await madeCampaigns();
    expect(campaign?.status).toBe('active');
    const runs = `GET /api/v1/campaigns/${campaign?.campaign_id}/retroactive/runs`;
    expect((await console.ask<Runs>(runs)).runs).toMatchObject([
      { status: 'done', events_attributed: CLICKS },
    ]);
    // After a reload the pattern is gone, its traffic belongs to somebody; the way back is still there.
    await page.reload();
    const made = page.getByRole('region', { name: 'Retroactive campaigns' });
    await made.getByText(attributed).waitFor();
    await made.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Undo the run' }).click();
    await made.getByText('Undone').waitFor();
    await expectAccessible(page);
    expect((await console.ask<Runs>(runs)).runs).toMatchObject([
      { status: 'undone', events_attributed: 0 },
    ]);
  });

  it('says what to do when there is nothing to find', async () => {
    await open('period=today');
    await page.getByText('No traffic without a campaign').waitFor();
    await expectAccessible(page);
  });
});
