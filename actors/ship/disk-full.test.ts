import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../core/clock.ts';
import { EVENT_ROW_VERSION } from '../../core/event-columns.ts';
import { listDeadLetters } from './dead-letter-files.ts';
import { type NewDeadLetter, openDeadLetters } from './dead-letters.ts';
import { ShipJournal, WHOLE_SEGMENT } from './ship-journal.ts';
import { clickRow, encodeRow } from './testing/rows.ts';
import { removeDirectory, temporaryDirectory } from './testing/segments.ts';

function mountTmpfs(directory: string): void {
  const size = ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', directory];
  execFileSync('mount', size, { stdio: 'ignore' });
}

/** Why no small file system can be had here, or undefined. */
function whyNoTmpfs(): string | undefined {
  const directory = temporaryDirectory();
  try {
    mountTmpfs(directory);
    execFileSync('umount', [directory]);
    return undefined;
  } catch {
    return 'needs root and the right to mount a tmpfs';
  } finally {
    removeDirectory(directory);
  }
}

/** A disk of two MiB; `fill` takes what is left of it and `free` gives it back. */
function smallDisk() {
  const directory = temporaryDirectory();
  mountTmpfs(directory);
  onTestFinished(() => {
    execFileSync('umount', ['-l', directory]);
    removeDirectory(directory);
  });
  const filler = join(directory, 'filler');
  const fill = () => {
    try {
      writeFileSync(filler, Buffer.alloc(4 * 1024 * 1024));
    } catch (error) {
      expect(String(error)).toContain('ENOSPC');
    }
  };
  return { directory, fill, free: () => rmSync(filler) };
}

function letter(number: number): NewDeadLetter {
  return {
    id: `segment/${number}-${number + 1}`,
    organization_id: 'org_acmecorp',
    code: '27',
    reason: 'Cannot parse',
    kind: 'event',
    row_version: EVENT_ROW_VERSION,
    // Larger than a page, so that it needs room.
    row: encodeRow(clickRow(number, { url: 'u'.repeat(9000) })).toString('base64'),
  };
}

const reason = whyNoTmpfs();

describe.skipIf(reason !== undefined)(`a full disk${reason ? ` (skipped: ${reason})` : ''}`, () => {
  it('does not keep the shipper from noting steps, for shipping is what makes room', async () => {
    const { directory, fill } = smallDisk();
    const path = join(directory, 'journal');
    const journal = await ShipJournal.open(path, new Set());
    fill();
    const longName = 'n'.repeat(60_000);
    for (let number = 0; number < 30; number += 1) {
      await journal.record('try', `${longName}${number}`, WHOLE_SEGMENT, number + 1);
      journal.forget(`${longName}${number}`, directory);
    }
    await journal.record('split', 'a', WHOLE_SEGMENT, 1);
    await journal.close();
    const again = await ShipJournal.open(path, new Set(['a']));
    expect(again.history('a').get(WHOLE_SEGMENT)?.state).toBe('split');
    await again.close();
  });

  it('is no end of the dead letter queue: it says so and goes on when there is room', async () => {
    const { directory, fill, free } = smallDisk();
    const queue = await openDeadLetters({
      directory: join(directory, 'dead-letters'),
      clock: systemClock,
      registry: new Registry(),
    });
    await queue.append(letter(1));
    fill();
    await expect(queue.append(letter(2))).rejects.toMatchObject({
      code: 'dead_letters_unwritable',
      retriable: true,
    });
    free();
    expect(await queue.append(letter(2))).toBe('stored');
    await queue.close();
    const { letters } = await listDeadLetters({ directory: join(directory, 'dead-letters') });
    expect(letters.map(({ id }) => id)).toEqual(['segment/1-2', 'segment/2-3']);
    expect(letters.every(({ decoded }) => decoded !== null)).toBe(true);
  });
});
