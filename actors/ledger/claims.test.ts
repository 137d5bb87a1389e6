import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type ClaimOutcome, ConversionClaims } from './claims.ts';
import type { InsertOutcome } from './insert-conversions.ts';
import { makeConversion } from './test-support.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Claims at a ledger that answers when the test says so. */
function makeClaims() {
  const sizes: number[] = [];
  const settlers: Array<{ answer: (kind: 'inserted' | 'duplicate') => void; fail: () => void }> =
    [];
  const circuit: boolean[] = [];
  const probe = vi.fn(async () => undefined);
  const claims = new ConversionClaims({
    insert: (records) =>
      new Promise<InsertOutcome[]>((resolve, reject) => {
        sizes.push(records.length);
        settlers.push({
          answer: (kind) => resolve(records.map(() => ({ kind }))),
          fail: () => reject(new Error('away')),
        });
      }),
    probe,
    onAccepted: () => undefined,
    onOutcome: () => undefined,
    onCircuit: ({ open }) => circuit.push(open),
  });
  return { claims, sizes, settlers, circuit, probe };
}

function claimMany(claims: ConversionClaims, count: number): ClaimOutcome[] {
  const outcomes: ClaimOutcome[] = [];
  for (let index = 0; index < count; index += 1) {
    void claims.claim(makeConversion()).then((outcome) => outcomes.push(outcome));
  }
  return outcomes;
}

test('a claim that is not answered in 300 ms is unavailable, and no sooner', async () => {
  const { claims, settlers } = makeClaims();
  const outcomes = claimMany(claims, 1);
  await vi.advanceTimersByTimeAsync(299);
  expect(outcomes).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(outcomes).toEqual(['unavailable']);
  settlers[0]?.answer('inserted');
  await vi.advanceTimersByTimeAsync(0);
  expect(outcomes).toEqual(['unavailable']);
  expect(vi.getTimerCount()).toBe(0);
});

test('claims of the same moment share a statement, of at most 200 rows, two at a time', async () => {
  const { claims, sizes, settlers } = makeClaims();
  const outcomes = claimMany(claims, 700);
  await vi.advanceTimersByTimeAsync(2);
  expect(sizes).toEqual([200, 200]);
  settlers[0]?.answer('inserted');
  await vi.advanceTimersByTimeAsync(0);
  expect(sizes).toEqual([200, 200, 200]);
  settlers[1]?.answer('duplicate');
  settlers[2]?.answer('inserted');
  await vi.advanceTimersByTimeAsync(0);
  settlers[3]?.answer('inserted');
  await vi.advanceTimersByTimeAsync(0);
  expect(sizes).toEqual([200, 200, 200, 100]);
  expect(outcomes.filter((outcome) => outcome === 'duplicate')).toHaveLength(200);
  expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(500);
});

test('a statement of a second opens the circuit; a probe each second closes it', async () => {
  const { claims, circuit, probe, sizes } = makeClaims();
  claimMany(claims, 1);
  await vi.advanceTimersByTimeAsync(1_001);
  expect(circuit).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(circuit).toEqual([true]);
  const outcomes = claimMany(claims, 1);
  await vi.advanceTimersByTimeAsync(0);
  expect([outcomes, sizes]).toEqual([['unavailable'], [1]]);
  probe.mockRejectedValueOnce(new Error('away'));
  await vi.advanceTimersByTimeAsync(1_000);
  expect([probe.mock.calls.length, claims.isOpen]).toEqual([1, true]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect([probe.mock.calls.length, claims.isOpen]).toEqual([2, false]);
  expect(circuit).toEqual([true, false]);
});

test('a failed statement answers its claims and those that wait behind it', async () => {
  const { claims, settlers, circuit } = makeClaims();
  const outcomes = claimMany(claims, 500);
  await vi.advanceTimersByTimeAsync(2);
  settlers[0]?.fail();
  await vi.advanceTimersByTimeAsync(0);
  expect(outcomes).toHaveLength(300);
  expect(circuit).toEqual([true]);
  settlers[1]?.answer('inserted');
  await vi.advanceTimersByTimeAsync(0);
  expect(outcomes).toHaveLength(500);
});

test('after a stop everything is answered and nothing is left running', async () => {
  const { claims } = makeClaims();
  const outcomes = claimMany(claims, 3);
  claims.stop();
  await vi.advanceTimersByTimeAsync(0);
  expect(outcomes).toEqual(['unavailable', 'unavailable', 'unavailable']);
  expect(await claims.claim(makeConversion())).toBe('unavailable');
  expect(vi.getTimerCount()).toBe(0);
});
