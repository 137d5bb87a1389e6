import { expect, it } from 'vitest';
import { type CampaignConfig, campaignText } from '../../core/configuration.ts';
import { CampaignIndex, updateBook } from './campaign-book.ts';

const campaign = (id: string, name: string): CampaignConfig => ({
  organization_id: 'org_acmecorp',
  campaign_id: id,
  name,
  status: 'active',
  timezone: 'UTC',
  rules: [],
  default_action: null,
});

it('a book has the last version of each campaign, and leaves the book before as it was', () => {
  const first = updateBook(null, [campaign('a', 'ä €'), campaign('b', '')].map(campaignText));
  const second = updateBook(first, [campaign('b', 'new'), campaign('c', 'c')].map(campaignText));
  const index = new CampaignIndex(second);
  expect(['a', 'b', 'c', 'd'].map((id) => index.find(id)?.name)).toEqual([
    ...['ä €', 'new', 'c'],
    undefined,
  ]);
  expect(index.find('a')).toEqual(campaign('a', 'ä €'));
  expect(new CampaignIndex(first).find('b')?.name).toBe('');
  expect(new CampaignIndex(updateBook(null, [])).find('a')).toBeUndefined();
});
