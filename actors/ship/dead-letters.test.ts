import { appendFileSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EVENT_ROW_VERSION } from '../../core/event-columns.ts';
import { letterFile, listDeadLetters, markReplayed, replayedFile } from './dead-letter-files.ts';
import { type NewDeadLetter, openDeadLetters } from './dead-letters.ts';
import { clickRow, encodeRow } from './testing/rows.ts';
import { removeDirectory, temporaryDirectory } from './testing/segments.ts';

let directory: string;
let registry: Registry;
let nowMs: number;
const clock = { nowMs: () => nowMs };

beforeEach(() => {
  directory = join(temporaryDirectory(), 'dead-letters');
  registry = new Registry();
  nowMs = Date.UTC(2026, 0, 15);
});

afterEach(() => removeDirectory(join(directory, '..')));

function openQueue(bytesMax?: number) {
  registry.clear();
  return openDeadLetters({
    directory,
    clock,
    registry,
    ...(bytesMax === undefined ? {} : { bytesMax }),
  });
}

function letter(number: number): NewDeadLetter {
  return {
    id: `segment/${number}-${number + 1}`,
    organization_id: 'org_acmecorp',
    code: '27',
    reason: 'Cannot parse',
    kind: 'event',
    row_version: EVENT_ROW_VERSION,
    row: encodeRow(clickRow(number)).toString('base64'),
  };
}

describe('the dead letter queue', () => {
  it('lists what was put into it, decoded, also after it was opened again', async () => {
    const queue = await openQueue();
    expect(await queue.append(letter(1))).toBe('stored');
    await queue.close();
    const again = await openQueue();
    expect(await again.append(letter(2))).toBe('stored');
    await again.close();
    const { letters, cursor } = await listDeadLetters({ directory });
    expect(letters.map(({ id }) => id)).toEqual(['segment/1-2', 'segment/2-3']);
    expect(letters[0]?.decoded?.event_id).toBe('evt_0000000000000001');
    expect(letters[0]?.dead_lettered_at).toBe('2026-01-15T00:00:00.000Z');
    expect(cursor).toBeNull();
  });

  it('keeps a letter with the same id once', async () => {
    const queue = await openQueue();
    await queue.append(letter(1));
    expect(await queue.append(letter(1))).toBe('stored');
    await queue.close();
    const again = await openQueue();
    expect(again.has('segment/1-2')).toBe(true);
    expect(await again.append(letter(1))).toBe('stored');
    await again.close();
    expect((await listDeadLetters({ directory })).letters).toHaveLength(1);
  });

  it('writes over a line that a crash cut off', async () => {
    const queue = await openQueue();
    await queue.append(letter(1));
    await queue.close();
    appendFileSync(letterFile(directory, 1), '{"id":"segment/2-3","kind":"ev');
    const again = await openQueue();
    expect(again.has('segment/2-3')).toBe(false);
    await again.append(letter(3));
    await again.close();
    const { letters } = await listDeadLetters({ directory });
    expect(letters.map(({ id }) => id)).toEqual(['segment/1-2', 'segment/3-4']);
    expect(readFileSync(letterFile(directory, 1), 'utf8').split('\n')).toHaveLength(3);
  });

  it('gives pages that together are the whole list', async () => {
    const queue = await openQueue();
    for (let number = 0; number < 7; number += 1) {
      await queue.append(letter(number));
    }
    await queue.close();
    await markReplayed(directory, 1, ['segment/2-3']);
    const ids: string[] = [];
    let cursor: string | null = '';
    for (let page = 0; page < 10 && cursor !== null; page += 1) {
      const answer = await listDeadLetters({ directory, limit: 2, ...(cursor && { cursor }) });
      ids.push(...answer.letters.map(({ id }) => id));
      cursor = answer.cursor;
    }
    expect(ids).toEqual([0, 1, 3, 4, 5, 6].map((number) => `segment/${number}-${number + 1}`));
    const all = await listDeadLetters({ directory, withReplayed: true });
    expect(all.letters.filter(({ replayed }) => replayed).map(({ id }) => id)).toEqual([
      'segment/2-3',
    ]);
  });

  it('refuses letters at its cap and counts them', async () => {
    const queue = await openQueue(3000);
    const outcomes = new Set<string>();
    for (let number = 0; number < 6; number += 1) {
      outcomes.add(await queue.append(letter(number)));
    }
    await queue.close();
    expect(outcomes).toEqual(new Set(['stored', 'full']));
    expect(await registry.metrics()).toMatch(/trellis_dead_letters_refused_total [1-9]/);
    expect(readFileSync(letterFile(directory, 1)).length).toBeLessThanOrEqual(3000);
  });

  it('makes room from files whose every letter was replayed an hour ago', async () => {
    const queue = await openQueue();
    await queue.append(letter(1));
    await queue.close();
    await markReplayed(directory, 1, ['segment/1-2']);
    const markedAt = new Date(nowMs);
    utimesSync(replayedFile(directory, 1), markedAt, markedAt);
    await (await openQueue()).close();
    expect(readdirSync(directory)).toHaveLength(2);
    nowMs += 3_600_001;
    await (await openQueue()).close();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is an empty list where it was never opened', async () => {
    expect(await listDeadLetters({ directory })).toEqual({ letters: [], cursor: null });
  });
});
