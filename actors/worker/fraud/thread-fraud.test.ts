import { expect, it, onTestFinished, vi } from 'vitest';
import { addressOf } from '../../../core/rules/address/ip-address.ts';
import { createActorCountersBuffer, openActorCounters } from '../../pool/actor-counters.ts';
import { AddressKey } from './address-key.ts';
import { KeyTable } from './key-table.ts';
import { loadDataCentreBuffers } from './signals/signals.ts';
import { ThreadFraud } from './thread-fraud.ts';

const NOON_MS = 1_718_452_800_000;
const ADDRESSES = 16_384;

it('forgets an hour’s addresses little by little: no call looks at more than 128 of them', () => {
  let nowMs = NOON_MS;
  const fraud = new ThreadFraud({
    dataCentres: loadDataCentreBuffers(),
    clock: { nowMs: () => nowMs },
    counters: openActorCounters(createActorCountersBuffer()),
    send: () => undefined,
    limits: { addressesMax: ADDRESSES, fullMax: 1_024 },
  });
  const key = new AddressKey();
  for (let number = 0; number < ADDRESSES; number++) {
    key.take(addressOf(`10.0.${number >> 8}.${number & 255}`));
    fraud.windows.note(0, key, 7, -1, false, nowMs);
  }
  nowMs += 3_600_000;
  const looks = vi.spyOn(KeyTable.prototype, 'idleMs');
  onTestFinished(() => looks.mockRestore());
  let looksMax = 0;
  for (let millisecond = 0; millisecond < 3_000; millisecond++) {
    nowMs++;
    fraud.flush();
    looksMax = Math.max(looksMax, looks.mock.calls.length);
    looks.mockClear();
    if (millisecond % 1_000 === 0) {
      fraud.tick();
      looksMax = Math.max(looksMax, looks.mock.calls.length);
      looks.mockClear();
    }
  }
  expect(looksMax).toBeLessThanOrEqual(128);
  expect(fraud.windows.size).toBe(0);
});
