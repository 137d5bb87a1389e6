/** Does one organisation with much traffic make another one's visitors wait? */
import { join } from 'node:path';
import { SUMMER_SALE } from '../../actors/worker/test-thread.ts';
import { createPostgres } from '../../stores/postgres/client.ts';
import { createCampaign } from '../../stores/postgres/configuration/campaigns.ts';
import { addDomain } from '../../stores/postgres/configuration/domains.ts';
import { createOrganization } from '../../stores/postgres/configuration/organizations.ts';
import { writeTemplates } from '../load/paced.ts';
import { untilStatus } from '../load/product.ts';
import {
  makeVisits,
  type RequestTemplate,
  requestTemplates,
  requestText,
} from '../load/traffic.ts';
import type { Product } from '../support/product.ts';
import { drainRows, finishWave, phaseRows, startWave, type WaveContext } from './wave.ts';

const QUIET_HOST = 'quiet.bench.example';
const QUIET = { seconds: 4, clicksPerSecond: 200 };
const HOT = { seconds: 4, clicksPerSecond: 8_000 };

export async function hotOrganization(context: WaveContext) {
  const templatesFile = join(context.folder, 'quiet.json');
  writeTemplates(templatesFile, await addQuietOrganization(context.product));
  const quiet = { ...context, templatesFile };
  const rowsBefore = await context.store.rows();
  const alone = await finishWave(quiet, startWave(quiet, 'alone-', [QUIET]), rowsBefore);
  const rowsBetween = await context.store.rows();
  const hotLoad = startWave(context, 'hot-', [HOT]);
  const quietLoad = startWave(quiet, 'quiet-', [QUIET]);
  const beside = await quietLoad.finished;
  const hot = await finishWave(context, hotLoad, rowsBetween + (beside.phases[0]?.answered ?? 0));
  const wave = 'hot organisation';
  return [
    ...phaseRows(wave, 'the quiet one alone', QUIET, alone.phases[0]),
    ...phaseRows(wave, 'beside the hot one', QUIET, beside.phases[0]),
    ...phaseRows(wave, 'the hot one', HOT, hot.phases[0]),
    ...drainRows(wave, hot),
  ];
}

/**
 * Adds a second organisation with the campaign of the first one, and waits until it is served.
 * @returns the requests of its visitors
 */
export async function addQuietOrganization(product: Product): Promise<RequestTemplate[]> {
  const postgres = createPostgres({
    url: product.postgresUrl,
    maxConnections: 1,
    applicationName: 'trellis-bench',
  });
  const organization_id = 'org_quiet';
  try {
    await createOrganization(postgres, { organization_id, name: 'Quiet' });
    await addDomain(postgres, organization_id, QUIET_HOST);
    await createCampaign(postgres, { ...SUMMER_SALE, organization_id });
  } finally {
    await postgres.end();
  }
  const templates = requestTemplates(makeVisits(500, { host: QUIET_HOST }));
  const probe = requestText(templates[0] as RequestTemplate, 'quiet-probe');
  await untilStatus(product.ports.engine, probe, 302);
  return templates;
}
