import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ShipJournal, WHOLE_SEGMENT } from './ship-journal.ts';
import { removeDirectory, temporaryDirectory } from './testing/segments.ts';

let directory: string;
let path: string;

beforeEach(() => {
  directory = temporaryDirectory();
  path = join(directory, 'journal');
});

afterEach(() => removeDirectory(directory));

describe('the ship journal', () => {
  it('remembers the steps of segments that still exist', async () => {
    const journal = await ShipJournal.open(path, new Set());
    await journal.record('try', 'a', WHOLE_SEGMENT, 1000);
    await journal.record('try', 'a', WHOLE_SEGMENT, 2000);
    await journal.record('split', 'a', WHOLE_SEGMENT, 2001);
    await journal.record('done', 'a', '0-4', 2002);
    await journal.record('try', 'gone', WHOLE_SEGMENT, 2003);
    await journal.close();
    const again = await ShipJournal.open(path, new Set(['a', 'new']));
    expect(again.begun()).toEqual(new Set(['a']));
    expect(again.history('a').get(WHOLE_SEGMENT)).toEqual({
      firstTryAtMs: 1000,
      lastTryAtMs: 2000,
      state: 'split',
    });
    expect(again.history('a').get('0-4')?.state).toBe('done');
    expect(again.history('new').size).toBe(0);
    await again.close();
  });

  it('takes every segment for tried at an unknown time when it was lost itself', async () => {
    const journal = await ShipJournal.open(path, new Set(['a']));
    expect(journal.history('a').get(WHOLE_SEGMENT)?.firstTryAtMs).toBe(0);
    expect(journal.begun()).toEqual(new Set());
    await journal.close();
    const again = await ShipJournal.open(path, new Set(['a', 'b']));
    expect(again.history('a').get(WHOLE_SEGMENT)?.firstTryAtMs).toBe(0);
    expect(again.history('b').size).toBe(0);
    await again.close();
  });

  it('keeps what matters when it has to begin its other file', async () => {
    const journal = await ShipJournal.open(path, new Set());
    await journal.record('split', 'kept', WHOLE_SEGMENT, 1);
    const longName = 'n'.repeat(60_000);
    for (let number = 0; number < 40; number += 1) {
      await journal.record('try', `${longName}${number}`, WHOLE_SEGMENT, number + 1);
      journal.forget(`${longName}${number}`, directory);
    }
    await journal.close();
    const again = await ShipJournal.open(path, new Set(['kept']));
    expect(again.history('kept').get(WHOLE_SEGMENT)?.state).toBe('split');
    await again.close();
  });

  it('passes over a line that was cut off at any byte', async () => {
    const journal = await ShipJournal.open(path, new Set());
    await journal.record('try', 'a', WHOLE_SEGMENT, 1);
    await journal.record('split', 'a', WHOLE_SEGMENT, 2);
    await journal.close();
    const file = readFileSync(`${path}.0`, 'utf8').includes('"split"') ? `${path}.0` : `${path}.1`;
    const whole = readFileSync(file, 'utf8');
    const start = whole.indexOf('["split"');
    const end = whole.indexOf('\n', start);
    for (let cut = start; cut < end; cut += 1) {
      writeFileSync(file, whole.slice(0, cut) + '\n'.repeat(whole.length - cut));
      const again = await ShipJournal.open(`${path}`, new Set(['a']));
      expect(again.history('a').get(WHOLE_SEGMENT)?.state).toBe('open');
      await again.close();
      writeFileSync(file === `${path}.0` ? `${path}.1` : `${path}.0`, '');
    }
  });
});
