import { expect, test } from 'vitest';
import { makeQueue } from './in-turn.ts';

test('a question is asked when the one before is answered, also when that failed', async () => {
  const inTurn = makeQueue();
  const events: string[] = [];
  let fail: (reason: Error) => void = () => undefined;
  const first = inTurn(() => {
    events.push('first asked');
    return new Promise<string>((_, reject) => {
      fail = reject;
    });
  });
  const second = inTurn(async () => {
    events.push('second asked');
    return 'second';
  });
  await expect.poll(() => events).toEqual(['first asked']);
  events.push('first fails');
  fail(new Error('refused'));
  await expect(first).rejects.toThrow('refused');
  expect(await second).toBe('second');
  expect(events).toEqual(['first asked', 'first fails', 'second asked']);
});
