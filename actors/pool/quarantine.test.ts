import { expect, it } from 'vitest';
import { Quarantine } from './quarantine.ts';

it('an organisation is quarantined by its third death within a minute, for ten minutes', () => {
  let nowMs = 0;
  const quarantine = new Quarantine({ nowMs: () => nowMs });
  expect(quarantine.recordDeath(1)).toBe(false);
  expect(quarantine.recordDeath(2)).toBe(false);
  nowMs = 59_999;
  expect(quarantine.recordDeath(1)).toBe(false);
  expect(quarantine.recordDeath(1)).toBe(true);
  expect(quarantine.active()).toEqual([{ number: 1, untilMs: 59_999 + 600_000 }]);
  nowMs = 59_999 + 600_000;
  expect(quarantine.active()).toEqual([]);
});

it('deaths that are further apart do not add up', () => {
  let nowMs = 0;
  const quarantine = new Quarantine({ nowMs: () => nowMs });
  for (let death = 0; death < 10; death++) {
    expect(quarantine.recordDeath(1)).toBe(false);
    nowMs += 30_000;
  }
});
