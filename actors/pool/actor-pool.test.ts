import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { campaignText } from '../../core/configuration.ts';
import type { BlockConfig } from '../../core/fraud/block.ts';
import { DEFAULT_FRAUD_SETTINGS } from '../../core/fraud/settings.ts';
import { createLogger } from '../../core/logger.ts';
import { SyncThread } from '../log/sync/sync-thread.ts';
import { CONTROL, REQUEST_KIND, SLOT } from '../mailbox/layout.ts';
import { RequestWriter } from '../mailbox/request-writer.ts';
import { loadGeoBuffers } from '../worker/enrich/geo-buffers.ts';
import { loadDataCentreBuffers } from '../worker/fraud/signals/data-centre-buffers.ts';
import { createActorCountersBuffer } from './actor-counters.ts';
import { ActorPool } from './actor-pool.ts';

const ORGANIZATION = 'org_acmecorp';
const SOON = { timeout: 20_000, interval: 20 };

let folder: string;
let sync: SyncThread;
let pool: ActorPool;
/** HTTP status of each reply, in their order. */
let statuses: number[];
/** Shards whose thread was replaced, in order. */
let restarted: number[];

function drain(shard: number): void {
  const mailbox = pool.mailbox(shard);
  Atomics.store(mailbox.memory.words, CONTROL.acceptorSignalled, 0);
  for (let slot = mailbox.nextReply(); slot !== -1; slot = mailbox.nextReply()) {
    statuses.push(mailbox.memory.word(slot, SLOT.replyStatus));
    mailbox.release(slot);
    mailbox.advance();
  }
}

function click(headers: Record<string, string> = {}): void {
  const writer = new RequestWriter();
  writer.begin('/in/summer_sale', '', '203.0.113.9');
  for (const [name, value] of Object.entries(headers)) {
    writer.add(name, value);
  }
  const mailbox = pool.mailbox(0);
  mailbox.submit(writer.writeTo(mailbox, null), REQUEST_KIND.click, 0, Date.now());
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trellis-pool-'));
  statuses = [];
  restarted = [];
  sync = new SyncThread({ registry: new Registry(), onDeath: () => undefined });
  const counters = createActorCountersBuffer();
  const geo = loadGeoBuffers();
  const dataCentres = loadDataCentreBuffers();
  pool = new ActorPool({
    threads: 1,
    taskFor: () => ({
      counters,
      limits: new SharedArrayBuffer(4),
      syncPort: sync.connect(),
      node: { number: 1, id: 'test', name: 'test' },
      dataDir: folder,
      trustedProxies: [],
      geo,
      dataCentres,
      faultInjection: true,
      logLevel: 'silent',
    }),
    onReplies: drain,
    onDetections: () => undefined,
    onRestart: (shard) => restarted.push(shard),
    clock: systemClock,
    logger: createLogger('test', 'silent'),
  });
  const organization = {
    organization_id: ORGANIZATION,
    name: '',
    cookies: true,
    fallback_url: null,
  };
  pool.configure(
    {
      version: 1,
      organizations: [{ ...organization, currency: 'USD', fraud: DEFAULT_FRAUD_SETTINGS }],
      domains: [],
      keys: [],
      blocks: [],
      campaigns: [
        campaignText({
          organization_id: ORGANIZATION,
          campaign_id: 'summer_sale',
          name: '',
          status: 'active',
          timezone: 'UTC',
          rules: [],
          default_action: {
            type: 'redirect',
            destination: 'https://shop.acmecorp.com/',
            passthrough: [],
            tags: [],
          },
        }),
      ],
    },
    () => 0,
  );
});

afterEach(async () => {
  await pool.stop();
  await sync.close();
  rmSync(folder, { recursive: true, force: true });
});

it('a thread that is killed again and again, also while it starts, is replaced each time', async () => {
  for (let death = 1; death <= 5; death++) {
    click();
    await expect.poll(() => pool.killThread(0), SOON).toBe(true);
    await expect.poll(() => pool.restarts(0), SOON).toBe(death);
  }
  click();
  await expect.poll(() => statuses, SOON).toEqual([302, 302, 302, 302, 302, 302]);
});

it('a request that kills its thread is served plainly by the third, and nobody else is harmed', async () => {
  click();
  click({ 'x-trellis-fault': 'crash' });
  click();
  await expect.poll(() => statuses, SOON).toEqual([302, 302, 302]);
  expect(pool.restarts(0)).toBe(2);
});

const BLOCK: BlockConfig = {
  block_id: 'blk_1',
  organization_id: ORGANIZATION,
  kind: 'block',
  network: '203.0.113.0/24',
  until_ms: null,
  removed: false,
};

it('a block holds from when it is told until it is removed, also for the successor of a dead thread', async () => {
  const nextStatus = async () => {
    const count = statuses.length;
    click();
    await expect.poll(() => statuses.length, SOON).toBe(count + 1);
    return statuses.at(-1);
  };
  expect(await nextStatus()).toBe(302);
  pool.tellBlocks([BLOCK], () => 0);
  expect(await nextStatus()).toBe(403);
  await expect.poll(() => pool.killThread(0), SOON).toBe(true);
  await expect.poll(() => restarted, SOON).toEqual([0]);
  expect(await nextStatus()).toBe(403);
  pool.tellBlocks([{ ...BLOCK, removed: true }], () => 0);
  expect(await nextStatus()).toBe(302);
});
