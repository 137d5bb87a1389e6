import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, type OpenConsole, openConsole } from './console.ts';

type Saved = {
  campaign_id: string;
  name: string;
  status: string;
  version: number;
  rules: Array<{
    rule_id: string;
    priority: number;
    conditions: unknown[];
    action: Record<string, unknown>;
    caps?: unknown;
  }>;
};

/** A run ends with writing its patches into the rows. */
const RUN_MS_MAX = 40_000;

const PHONES = {
  campaign_id: 'phones',
  name: 'Phones',
  rules: [
    {
      conditions: [
        { field: 'device_type', operator: 'equals', value: 'mobile' },
        { field: 'param.sub1', operator: 'equals', value: 'gold' },
      ],
      action: { type: 'redirect', destination: 'https://shop.example/n?c={event_id}' },
    },
  ],
  default_action: { type: 'redirect', destination: 'https://shop.example/' },
};

let console: OpenConsole;
let page: Page;
beforeAll(async () => {
  console = await openConsole();
  page = console.page;
  await console.ask('POST /api/v1/campaigns', PHONES);
});
afterAll(() => console.close());

const saved = (id: string) => console.ask<Saved>(`GET /api/v1/campaigns/${id}`);

async function visit(path: string): Promise<void> {
  await page.goto(`http://127.0.0.1:${console.product.ports.admin}${path}`);
}

/** The page when it has everything, which is then looked at by axe. */
async function expectAccessibleWhole(): Promise<void> {
  await expect.poll(() => page.locator('[aria-busy]').count(), { timeout: 15_000 }).toBe(0);
  await expectAccessible(page);
}

/** Chooses from a list that opens at a field. */
async function choose(within: ReturnType<Page['locator']>, field: string, option: string) {
  await within.getByRole('combobox', { name: field, exact: true }).click();
  await page.getByRole('option', { name: option }).first().click();
}

describe('campaigns', () => {
  it('are created with a rule made of what the API says rules can be made of', async () => {
    await visit('/campaigns');
    await page.getByRole('link', { name: 'New campaign' }).click();
    await page.getByLabel('Name').first().fill('Night phones');
    await page.getByLabel('Id', { exact: true }).fill('night_phones');
    await page.getByRole('button', { name: 'Add a rule' }).click();
    const rule = page.getByRole('article', { name: 'Rule 1' });
    await choose(rule, 'Field', 'device type');
    await choose(rule, 'Value', 'mobile');
    await rule.getByRole('button', { name: 'Condition', exact: true }).click();
    const second = rule.getByRole('combobox', { name: 'Field' }).nth(1);
    await second.click();
    await page.getByRole('option', { name: /^parameter/ }).click();
    await rule.getByLabel('Name of the parameter').fill('sub1');
    await rule.getByLabel('Value', { exact: true }).last().fill('gold');
    await rule
      .getByLabel('Destination', { exact: true })
      .fill('https://shop.example/n?c={event_id}');
    await rule.getByLabel('Clicks a day').fill('500');
    const others = page.getByRole('region', { name: 'All other clicks' });
    await others.getByLabel('Destination', { exact: true }).fill('https://shop.example/');
    await expectAccessibleWhole();
    await page.getByRole('button', { name: 'Create campaign' }).click();
    await page.waitForURL('**/campaigns/night_phones');
    expect((await saved('night_phones')).rules).toMatchObject([
      {
        conditions: [
          { field: 'device_type', operator: 'equals', value: 'mobile' },
          { field: 'param.sub1', operator: 'equals', value: 'gold' },
        ],
        action: { type: 'redirect', destination: 'https://shop.example/n?c={event_id}' },
        caps: { clicks_per_day: 500, overflow: 'next' },
      },
    ]);
    await page
      .getByRole('button', { name: /^Copy the link of/ })
      .first()
      .waitFor();
    await expectAccessibleWhole();
  });

  it('show what the API refuses at the field where it stands, until that is changed', async () => {
    await visit('/campaigns/phones/rules');
    await page.getByRole('button', { name: /^rule_/ }).click();
    const destination = page.getByLabel('Destination', { exact: true }).first();
    await destination.fill('https://shop.example/{nothing}');
    await page.getByRole('button', { name: 'Save' }).click();
    const alert = page.getByRole('alert').filter({ hasText: 'Not saved: one problem' });
    await alert.getByRole('button', { name: 'Rule 1, destination' }).click();
    expect(await destination.and(page.locator(':focus')).count()).toBe(1);
    expect(await destination.getAttribute('aria-invalid')).toBe('true');
    await expectAccessibleWhole();
    await destination.fill('https://shop.example/{country}');
    expect(await destination.getAttribute('aria-invalid')).not.toBe('true');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Everything is saved.').waitFor();
    const [rule] = (await saved('phones')).rules;
    expect(rule?.action.destination).toBe('https://shop.example/{country}');
  });

  it('nest conditions, split traffic, and are tried in the order that is shown', async () => {
    await visit('/campaigns/phones/rules');
    await page.getByRole('button', { name: 'Add a rule' }).click();
    const rule = page.getByRole('article', { name: 'Rule 2' });
    await rule.getByRole('button', { name: 'Group', exact: true }).click();
    await rule.getByRole('button', { name: 'Remove this condition' }).first().click();
    const group = rule.getByRole('group', { name: 'Group of conditions' });
    await choose(group, 'How these conditions are joined', 'none of these holds');
    await choose(group, 'Field', 'hour');
    await choose(group, 'Operator', 'is between');
    await group.getByLabel('From', { exact: true }).fill('6');
    await group.getByLabel('To', { exact: true }).fill('17');
    await rule.getByRole('button', { name: 'Split between destinations' }).click();
    await rule.getByLabel('Destination 1', { exact: true }).fill('https://shop.example/a');
    await rule.getByLabel('Destination 2', { exact: true }).fill('https://shop.example/b');
    await rule.getByLabel('Weight').first().fill('3');
    await rule.getByText('75 %').waitFor();
    await rule.getByRole('button', { name: 'Move Rule 2 up' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Everything is saved.').waitFor();
    const { rules } = await saved('phones');
    expect(rules[0]).toMatchObject({
      priority: 0,
      conditions: [{ not: { any: [{ field: 'hour', operator: 'between', value: [6, 17] }] } }],
      action: {
        destinations: [
          { url: 'https://shop.example/a', weight: 3 },
          { url: 'https://shop.example/b', weight: 1 },
        ],
      },
    });
    expect(rules[1]?.conditions).toHaveLength(2);
  });

  it('that somebody else has saved meanwhile are not overwritten unasked', async () => {
    await visit('/campaigns/phones/rules');
    const name = page.getByLabel('Name').first();
    await name.fill('Mine');
    await console.ask('PATCH /api/v1/campaigns/phones', { name: 'Theirs', timezone: 'UTC' });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Somebody else has saved this campaign meanwhile').waitFor();
    await page.getByText('You have changed the name as well').waitFor();
    await expectAccessibleWhole();
    expect((await saved('phones')).name).toBe('Theirs');
    await page.getByRole('button', { name: 'Save mine over theirs' }).click();
    await page.getByText('Everything is saved.').waitFor();
    expect((await saved('phones')).name).toBe('Mine');
  });

  it('say which rule takes a visitor, with what each comparison saw', async () => {
    await visit('/campaigns/phones/test');
    await page.getByLabel('Parameters of the link').fill('sub1=gold');
    await page.getByRole('combobox', { name: 'Browser' }).fill('iPhone, Safari');
    await page.getByLabel('When').waitFor();
    await page.getByRole('button', { name: 'What would happen?' }).click();
    const tried = page.getByRole('region', { name: 'Rules as they were tried' });
    await tried.getByText('takes the click').waitFor();
    await tried.getByText('device_type').waitFor();
    await tried.getByText('mobile').first().waitFor();
    await page
      .getByText(/^https:\/\/shop\.example\//)
      .first()
      .waitFor();
    await expectAccessibleWhole();
  });

  it('are paused, cloned, archived and found again', async () => {
    await visit('/campaigns/phones');
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Activate' }).waitFor();
    expect((await saved('phones')).status).toBe('paused');
    await page.getByRole('button', { name: 'More for this campaign' }).click();
    await page.getByRole('menuitem', { name: 'Clone' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Clone' }).click();
    await page.waitForURL('**/campaigns/phones_copy/rules');
    await page.getByRole('button', { name: 'More for this campaign' }).click();
    await page.getByRole('menuitem', { name: 'Archive' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Archive' }).click();
    await page.getByRole('button', { name: 'Bring back' }).waitFor();
    await page.getByRole('navigation').getByRole('link', { name: 'Campaigns' }).click();
    const table = page.getByRole('table', { name: 'Campaigns' });
    await table.getByRole('link', { name: 'Mine', exact: true }).waitFor();
    expect(await table.getByText('phones_copy').count()).toBe(0);
    await page.getByText('Archived', { exact: true }).click();
    await table.getByText('phones_copy').waitFor();
    await expectAccessibleWhole();
  });
});

describe('past traffic', () => {
  it(
    'is counted, claimed, and given back',
    async () => {
      for (let visitor = 0; visitor < 3; visitor++) {
        await console.click(`/in/nowhere?source=pastsource&click_id=past_${visitor}`, {
          'User-Agent': 'Mozilla/5.0 (X11; Linux x64; rv:127.0) Gecko/20100101 Firefox/127.0',
          'X-Forwarded-For': `198.51.100.${visitor + 1}`,
        });
      }
      await console.ask('POST /api/v1/campaigns', {
        campaign_id: 'past',
        name: 'Past',
        rules: [
          {
            conditions: [{ field: 'source', operator: 'equals', value: 'pastsource' }],
            action: { type: 'redirect', destination: 'https://shop.example/' },
          },
        ],
      });
      await visit('/campaigns/past/past');
      await page.getByRole('button', { name: 'From which day to which' }).click();
      const today = page.locator('.mantine-DatePickerInput-day[data-today]').first();
      await today.click();
      await today.click();
      await expect
        .poll(
          async () => {
            await page.getByRole('button', { name: 'Count first' }).click();
            const month = page.getByRole('table', { name: 'By month' });
            const none = page.getByText('No traffic without a campaign');
            await month.or(none).first().waitFor();
            return month.isVisible();
          },
          { timeout: 15_000 },
        )
        .toBe(true);
      await expectAccessibleWhole();
      await page.getByRole('button', { name: 'Claim', exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Claim' }).click();
      const run = page.getByRole('article', { name: /^Run / });
      await run.getByText('Done').waitFor({ timeout: RUN_MS_MAX });
      await run.getByText('3 of about 3 clicks and visits').waitFor();
      await run.getByRole('button', { name: 'Undo' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Undo' }).click();
      await run.getByText('Undone').waitFor({ timeout: RUN_MS_MAX });
      await expectAccessibleWhole();
    },
    3 * RUN_MS_MAX,
  );
});
