import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Detection } from '../../../core/fraud/detection.ts';
import { DEFAULT_FRAUD_SETTINGS } from '../../../core/fraud/settings.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/stores.ts';
import { withTransaction } from '../client.ts';
import { createOrganization } from '../configuration/organizations.ts';
import { readChanges } from '../configuration/read-changes.ts';
import { getAlert, listAlerts, type NewAlert, raiseAlerts, resolveAlert } from './alerts.ts';
import { listAudit } from './audit.ts';
import { addAutomaticBlocks } from './automatic-blocks.ts';
import { addBlock, listBlocks, type NewBlock, removeBlock } from './blocks.ts';
import { forgetExpired } from './forget.ts';
import { newRecordId } from './record-ids.ts';
import { getScore, listScores, saveScores } from './scores.ts';
import { readSettings, saveSettings } from './settings.ts';

const HOUR_MS = 3_600_000;
const ACTOR = 'key_1';
const ADDRESS = '198.51.100.42';

let database: TestDatabase;
let organizationId: string;
let nextNumber = 0;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  organizationId = `org_test_${nextNumber++}`;
  await createOrganization(database.pool, { organization_id: organizationId, name: 'Test' });
});

function detection(changes: Partial<Detection> = {}): Detection {
  return {
    ...{ organizationId, address: ADDRESS, country: 'DE', userAgent: 'curl/8', confidence: 0.97 },
    patterns: [{ pattern: 'rapid_fire', confidence: 0.9 }],
    window: { clicks: 50, agents: 1, clickIds: 50, meanIntervalMs: 300, intervalVariation: 0.1 },
    detectedAtMs: Date.now(),
    version: 1,
    ...changes,
  };
}

function automatic(changes: Partial<Detection> = {}, hours = 24) {
  const found = detection(changes);
  return {
    block_id: newRecordId('blk', Date.now()),
    organization_id: found.organizationId,
    network: `${found.address}/32`,
    until_ms: found.detectedAtMs + hours * HOUR_MS,
    detection: found,
  };
}

function manual(changes: Partial<NewBlock> = {}): NewBlock {
  return { kind: 'block', network: ADDRESS, reason: 'seen in the log', until: null, ...changes };
}

const actions = async () =>
  (await listAudit(database.pool, organizationId)).map(({ action, subject }) => [action, subject]);

describe('blocks', () => {
  it('are listed, changed and removed, each with an audit entry, and engines hear of it', async () => {
    const { pool } = database;
    const { version } = await readChanges(pool, 0);
    const added = await addBlock(pool, organizationId, manual(), ACTOR);
    expect(added).toMatchObject({ network: `${ADDRESS}/32`, source: 'manual', created_by: ACTOR });
    const until = new Date(Date.now() + HOUR_MS);
    const changed = await addBlock(pool, organizationId, manual({ until, reason: 'x' }), ACTOR);
    expect(changed).toMatchObject({ block_id: added.block_id, until, reason: 'x' });
    expect(await listBlocks(pool, organizationId, 'block')).toEqual([changed]);
    expect((await readChanges(pool, version)).blocks).toEqual([
      {
        ...{ block_id: added.block_id, organization_id: organizationId, kind: 'block' },
        ...{ network: `${ADDRESS}/32`, until_ms: until.getTime(), removed: false },
      },
    ]);
    const { block_id } = added;
    expect(await removeBlock(pool, 'org_other', 'block', block_id, ACTOR)).toBeUndefined();
    expect(await removeBlock(pool, organizationId, 'never_block', block_id, ACTOR)).toBeUndefined();
    expect(await removeBlock(pool, organizationId, 'block', block_id, ACTOR)).toMatchObject({
      removed_by: ACTOR,
    });
    expect(await removeBlock(pool, organizationId, 'block', block_id, ACTOR)).toBeUndefined();
    expect(await listBlocks(pool, organizationId, 'block')).toEqual([]);
    expect((await readChanges(pool, version)).blocks).toMatchObject([{ block_id, removed: true }]);
    expect((await readChanges(pool, 0)).blocks).toEqual([]);
    expect(await actions()).toEqual([
      ['block_removed', `${ADDRESS}/32`],
      ['block_added', `${ADDRESS}/32`],
      ['block_added', `${ADDRESS}/32`],
    ]);
  });

  it('are refused when they are no network, or of nobody', async () => {
    const { pool } = database;
    await expect(addBlock(pool, organizationId, manual({ network: 'x' }), ACTOR)).rejects.toThrow(
      expect.objectContaining({ code: 'network_invalid' }),
    );
    await expect(addBlock(pool, 'org_nobody', manual(), ACTOR)).rejects.toThrow(
      expect.objectContaining({ code: 'organization_unknown' }),
    );
  });

  it('pages of a list join without a gap', async () => {
    const { pool } = database;
    for (let number = 0; number < 5; number++) {
      await addBlock(pool, organizationId, manual({ network: `10.0.0.${number}` }), ACTOR);
    }
    const all = await listBlocks(pool, organizationId, 'block');
    const first = await listBlocks(pool, organizationId, 'block', { limit: 2 });
    const after = first.at(-1)?.block_id ?? '';
    expect([...first, ...(await listBlocks(pool, organizationId, 'block', { after }))]).toEqual(
      all,
    );
    expect(
      all
        .map(({ network }) => network)
        .sort()
        .reverse(),
    ).toHaveLength(5);
  });

  it('that are automatic are written once, whoever writes them', async () => {
    const { pool } = database;
    const [one, other] = [automatic(), automatic()];
    const written = await Promise.all([
      addAutomaticBlocks(pool, [one]),
      addAutomaticBlocks(pool, [other]),
    ]);
    expect(written.flatMap(({ added }) => added)).toHaveLength(1);
    expect(await addAutomaticBlocks(pool, [one, other])).toEqual({ added: [], refused: [] });
    const listed = await listBlocks(pool, organizationId, 'block');
    expect(listed).toMatchObject([
      {
        ...{ source: 'automatic', created_by: 'automatic', reason: 'rapid_fire' },
        ...{
          confidence: 0.97,
          until: expect.any(Date),
        },
      },
    ]);
    expect(await actions()).toEqual([['block_added', `${ADDRESS}/32`]]);
  });

  it('that somebody removes do not come back before their time would have been over', async () => {
    const { pool } = database;
    const now = Date.now();
    const { added } = await addAutomaticBlocks(pool, [automatic({ detectedAtMs: now - 1_000 }, 1)]);
    await removeBlock(pool, organizationId, 'block', added[0]?.block_id ?? '', ACTOR);
    for (const detectedAtMs of [now - 2_000, now + 1_000, now + HOUR_MS - 1_001]) {
      const late = automatic({ detectedAtMs });
      expect(await addAutomaticBlocks(pool, [late])).toEqual({
        added: [],
        refused: [late.block_id],
      });
    }
    const later = automatic({ detectedAtMs: now + HOUR_MS });
    expect((await addAutomaticBlocks(pool, [later])).added).toHaveLength(1);
  });

  it('that somebody has made and removed do not hinder an automatic one that follows', async () => {
    const { pool } = database;
    const { block_id } = await addBlock(pool, organizationId, manual(), ACTOR);
    await removeBlock(pool, organizationId, 'block', block_id, ACTOR);
    const before = automatic({ detectedAtMs: Date.now() - 1_000 });
    const after = automatic({ detectedAtMs: Date.now() + 1_000 });
    expect((await addAutomaticBlocks(pool, [before])).refused).toEqual([before.block_id]);
    expect((await addAutomaticBlocks(pool, [after])).added).toHaveLength(1);
  });

  it('never cover what is on the other list', async () => {
    const { pool } = database;
    const network = '198.51.100.0/24';
    await addBlock(pool, organizationId, manual({ kind: 'never_block', network }), ACTOR);
    const [inside, outside] = [automatic(), automatic({ address: '198.51.101.42' })];
    expect(await addAutomaticBlocks(pool, [inside, outside])).toMatchObject({
      added: [{ network: '198.51.101.42/32' }],
      refused: [inside.block_id],
    });
  });

  it('whose time is over make room for a new one of the same network', async () => {
    const { pool } = database;
    const until = new Date(Date.now() - 1);
    const old = await addBlock(pool, organizationId, manual({ until }), ACTOR);
    expect(await listBlocks(pool, organizationId, 'block')).toEqual([]);
    const [block] = (await addAutomaticBlocks(pool, [automatic()])).added;
    expect(block?.block_id).not.toBe(old.block_id);
    expect(await listBlocks(pool, organizationId, 'block')).toEqual([block]);
  });

  it('can be deleted only when their time is over', async () => {
    const { pool } = database;
    const month = 31 * 24 * HOUR_MS;
    await addBlock(pool, organizationId, manual({ until: new Date(Date.now() - month) }), ACTOR);
    await addBlock(pool, organizationId, manual({ network: '10.0.0.1' }), ACTOR);
    const remove = 'DELETE FROM fraud_blocks WHERE organization_id = $1';
    await expect(pool.query(remove, [organizationId])).rejects.toThrow('mark them as removed');
    await forgetExpired(pool);
    const { rows } = await pool.query(
      'SELECT network FROM fraud_blocks WHERE organization_id = $1',
      [organizationId],
    );
    expect(rows).toEqual([{ network: '10.0.0.1/32' }]);
  });
});

describe('alerts', () => {
  const raise = (...alerts: NewAlert[]) =>
    withTransaction(database.pool, (client) => raiseAlerts(client, alerts));
  const alert = (changes: Partial<Detection> = {}): NewAlert => ({
    ...{ pattern: 'rapid_fire', message: `from ${ADDRESS}`, detection: detection(changes) },
  });

  it('are raised once for each address, pattern and hour', async () => {
    const hour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
    expect(await raise(alert({ detectedAtMs: hour }))).toHaveLength(1);
    expect(await raise(alert({ detectedAtMs: hour + HOUR_MS - 1 }))).toHaveLength(0);
    expect(await raise(alert({ detectedAtMs: hour + HOUR_MS }))).toHaveLength(1);
    expect(await raise({ ...alert({ detectedAtMs: hour }), pattern: 'click_flood' })).toHaveLength(
      1,
    );
    expect(await raise(alert({ detectedAtMs: hour, address: '198.51.100.43' }))).toHaveLength(1);
    const listed = await listAlerts(database.pool, organizationId);
    expect(listed).toHaveLength(4);
    expect(listed[0]).toMatchObject({
      ...{ type: 'fraud_detection', severity: 'high', organization_id: organizationId },
      ...{ status: 'open', data: { confidence: 0.97, window: { clicks: 50 } } },
    });
  });

  it('are resolved once, with a reason', async () => {
    const { pool } = database;
    const [raised] = await raise(alert());
    const id = raised?.alert_id ?? '';
    expect(await resolveAlert(pool, 'org_other', id, 'mine', ACTOR)).toBeUndefined();
    const [first, second] = await Promise.all([
      resolveAlert(pool, organizationId, id, 'our own test', ACTOR),
      resolveAlert(pool, organizationId, id, 'our own test', ACTOR),
    ]);
    expect([first?.wasOpen, second?.wasOpen].sort()).toEqual([false, true]);
    expect(await getAlert(pool, organizationId, id)).toMatchObject({
      ...{ status: 'resolved', resolution: 'our own test', resolved_by: ACTOR },
    });
    expect(await listAlerts(pool, organizationId, { status: 'open' })).toEqual([]);
    expect(await actions()).toEqual([
      ['alert_resolved', id],
      ['alert_raised', id],
    ]);
  });
});

describe('scores', () => {
  it('the newest of an address counts, for a day', async () => {
    const { pool } = database;
    const now = Date.now();
    await saveScores(pool, [detection({ confidence: 0.6, detectedAtMs: now })]);
    await saveScores(pool, [detection({ confidence: 0.9, detectedAtMs: now - 1 })]);
    const expired = { address: '198.51.100.43', detectedAtMs: now - 24 * HOUR_MS };
    await saveScores(pool, [detection(expired)]);
    expect(await listScores(pool, organizationId)).toMatchObject([
      { address: ADDRESS, confidence: 0.6, expires_at: new Date(now + 24 * HOUR_MS) },
    ]);
    expect(await listScores(pool, organizationId, { confidenceMin: 0.7 })).toEqual([]);
    expect(await getScore(pool, organizationId, expired.address)).toBeUndefined();
    await forgetExpired(pool);
    const { rows } = await pool.query(
      'SELECT address FROM fraud_scores WHERE organization_id = $1',
      [organizationId],
    );
    expect(rows).toEqual([{ address: ADDRESS }]);
  });
});

describe('settings', () => {
  it('have defaults, change by member, and each change says from what to what', async () => {
    const { pool } = database;
    expect(await readSettings(pool, organizationId)).toEqual(DEFAULT_FRAUD_SETTINGS);
    const { version } = await readChanges(pool, 0);
    const saved = await saveSettings(pool, organizationId, { block_hours: 2 }, ACTOR);
    expect(saved).toEqual({ ...DEFAULT_FRAUD_SETTINGS, block_hours: 2 });
    await saveSettings(pool, organizationId, { block_hours: 2 }, ACTOR);
    expect((await readChanges(pool, version)).organizations).toMatchObject([{ fraud: saved }]);
    expect(await listAudit(pool, organizationId)).toMatchObject([
      { action: 'settings_changed', actor: ACTOR, detail: { block_hours: { from: 24, to: 2 } } },
    ]);
    await expect(saveSettings(pool, 'org_nobody', {}, ACTOR)).rejects.toThrow(
      expect.objectContaining({ code: 'organization_unknown' }),
    );
  });
});
