import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type CampaignText, campaignText, type EncodedChange } from '../../core/configuration.ts';
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
  const organizations = [{ ...organization, fallback_url: null, currency: 'EUR' }];
  return { version, organizations, domains: [], keys: [], campaigns };
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
  expect(loaded.ends).toEqual([false, false, true]);
  expect(loaded.snapshot.version).toBe(8);
  expect(loaded.parts[0]?.organizations).toEqual(change(7, []).organizations);
  const read = loaded.parts.flatMap((part) => part.campaigns);
  expect(read).toEqual(
    campaigns.map((old) => (old.campaign_id === 'campaign_3' ? campaign(3, 'new') : old)),
  );
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
