import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { RESERVED_CAMPAIGN_ID } from '../../../core/rules/definition.ts';
import { getCampaign } from '../../../stores/postgres/configuration/campaigns.ts';

const LENGTH_MAX = 100;
const ATTEMPTS_MAX = 20;

/**
 * An id that the organisation has not used: `wanted`, else with a number, else with random digits.
 *
 * @param wanted any text, for example a campaign's name
 */
export async function newCampaignId(
  pool: pg.Pool | pg.ClientBase,
  organizationId: string,
  wanted: string,
): Promise<string> {
  const slug = slugOf(wanted);
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const id = attempt === 1 ? slug : `${slug}_${attempt}`;
    const isFree = id !== RESERVED_CAMPAIGN_ID;
    if (isFree && (await getCampaign(pool, organizationId, id)) === undefined) {
      return id;
    }
  }
  return `${slug}_${randomBytes(8).toString('hex')}`;
}

function slugOf(text: string): string {
  const slug = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9.~-]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, LENGTH_MAX);
  return slug === '' ? `campaign_${randomBytes(4).toString('hex')}` : slug;
}
