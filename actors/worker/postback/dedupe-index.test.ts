import { expect, test } from 'vitest';
import { DedupeIndex } from './dedupe-index.ts';

test('a repeat finds the receipt and the ticket of the first', () => {
  const index = new DedupeIndex(2);
  expect(index.find('a')).toBeUndefined();
  index.remember('a', { receiptId: 'r1', syncTicket: 1 });
  index.remember('a', { receiptId: 'r2', syncTicket: 2 });
  expect(index.find('a')).toEqual({ receiptId: 'r1', syncTicket: 1 });
});

test('the oldest key makes room when the index is full', () => {
  const index = new DedupeIndex(2);
  for (const key of ['a', 'b', 'c']) index.remember(key, { receiptId: key, syncTicket: 0 });
  expect([index.find('a'), index.find('b')?.receiptId, index.size]).toEqual([undefined, 'b', 2]);
});

test('a postback that could not be made durable is no longer the first one', () => {
  const index = new DedupeIndex();
  index.remember('a', { receiptId: 'r1', syncTicket: 1 });
  index.forget('a', 'another');
  expect(index.find('a')?.receiptId).toBe('r1');
  index.forget('a', 'r1');
  expect(index.find('a')).toBeUndefined();
});
