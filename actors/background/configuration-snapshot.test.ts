import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type CampaignText, campaignText, type EncodedChange } from '../../core/configuration.ts';
import type { BlockConfig } from '../../core/fraud/block.ts';
import { DEFAULT_FRAUD_SETTINGS } from '../../core/fraud/settings.ts';
import { ConfigurationSnapshot } from './configuration-snapshot.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trellis-snapshot-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = () => join(folder, 'engine', 'snapshot');

function campaign(number: number, name = ''): CampaignText {
  return campaignText({
    ...{ organization_id: 'org_one', campaign_id: `campaign_${number}`, name, status: 'active' },
    ...{ timezone: 'UTC', rules: [], default_action: null },
  });
}

function change(version: number, campaigns: CampaignText[]): EncodedChange {
  const organization = { organization_id: 'org_one', name: 'Ä\n', cookies: true };
  const fraud = { ...DEFAULT_FRAUD_SETTINGS, block_hours: 3 };
  const organizations = [{ ...organization, fallback_url: null, currency: 'EUR', fraud }];
  return { version, organizations, domains: [], keys: [], campaigns, blocks: [] };
}

function load(): {
  snapshot: ConfigurationSnapshot;
  parts: EncodedChange[];
  ends: boolean[];
} {
  const snapshot = new ConfigurationSnapshot(file());
  const parts: EncodedChange[] = [];
  const ends: boolean[] = [];
  snapshot.load((part, more) => {
    parts.push(part);
    ends.push(!more);
  });
  return { snapshot, parts, ends };
}

it('what was applied comes back from the file, in parts', () => {
  const snapshot = new ConfigurationSnapshot(file());
  const campaigns = Array.from({ length: 1_203 }, (_, number) => campaign(number, 'old €'));
  snapshot.apply(change(7, campaigns));
  snapshot.apply({ ...change(8, [campaign(3, 'new')]), organizations: [] });
  snapshot.save();
  const loaded = load();
  expect(loaded.ends).toEqual([false, false, false, true]);
  expect(loaded.snapshot.version).toBe(8);
  expect(loaded.parts[0]?.organizations).toEqual(change(7, []).organizations);
  const read = loaded.parts.flatMap((part) => part.campaigns);
  expect(read).toEqual(
    campaigns.map((old) => (old.campaign_id === 'campaign_3' ? campaign(3, 'new') : old)),
  );
});

function block(number: number, until_ms: number | null, removed = false): BlockConfig {
  const network = `10.${number >> 8}.${number & 255}.0/24`;
  return {
    block_id: `blk_${number}`,
    organization_id: 'org_one',
    ...{ kind: 'block', network, until_ms, removed },
  };
}

it('blocks come back too, without those that were removed or have expired', () => {
  const later = Date.now() + 3_600_000;
  const snapshot = new ConfigurationSnapshot(file());
  const blocks = Array.from({ length: 1_200 }, (_, number) => block(number, later));
  snapshot.apply({ ...change(7, [campaign(1)]), blocks });
  snapshot.apply({
    ...change(8, [campaign(2)]),
    blocks: [block(3, later, true), block(4, Date.now() - 1), block(5, null)],
  });
  snapshot.save();
  const { parts, snapshot: loaded } = load();
  const kept = blocks.filter((_, number) => number < 3 || number > 5);
  expect(parts.flatMap((part) => part.blocks)).toEqual([
    ...kept.slice(0, 3),
    block(5, null),
    ...kept.slice(3),
  ]);
  expect(parts.flatMap((part) => part.campaigns)).toEqual([campaign(1), campaign(2)]);
  expect(loaded.removedBlocks()).toHaveLength(1_198);
  expect(loaded.fraudSettingsOf('org_one').block_hours).toBe(3);
});

it('a file of a release that knew nothing of fraud has its defaults, and no blocks', () => {
  const { organization_id, name, cookies } = {
    organization_id: 'org_one',
    name: '',
    cookies: true,
  };
  const organization = { organization_id, name, cookies, fallback_url: null, currency: 'EUR' };
  const head = { version: 9, organizations: [organization], domains: [], keys: [] };
  const { text } = campaign(1);
  mkdirSync(dirname(file()));
  writeFileSync(file(), `${JSON.stringify(head)}\norg_one\tcampaign_1\t${text}\n`);
  const { parts, snapshot } = load();
  expect(snapshot.version).toBe(9);
  expect(parts[0]?.organizations).toEqual([{ ...organization, fraud: DEFAULT_FRAUD_SETTINGS }]);
  expect(parts.flatMap((part) => part.campaigns)).toEqual([campaign(1)]);
});

it('a missing or damaged file counts for nothing', () => {
  expect(load()).toMatchObject({ parts: [], snapshot: { version: 0 } });
  const snapshot = new ConfigurationSnapshot(file());
  snapshot.apply(change(7, [campaign(1)]));
  snapshot.save();
  expect(load().snapshot.version).toBe(7);
  appendFileSync(file(), '{"organization_id":');
  expect(load().snapshot.version).toBe(0);
});
