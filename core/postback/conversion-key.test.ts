import { expect, test } from 'vitest';
import { conversionEventId } from './conversion-key.ts';

test('the same conversion has the same id on every node, for ever', () => {
  expect(conversionEventId('org_acmecorp', 'fb_123abc', 'purchase', 'ORD-456789')).toBe(
    'evt_e158762eb08cac72',
  );
});

test('moving characters from one part to the next gives another id', () => {
  const ids = [
    conversionEventId('org', 'a', 'b', 'c'),
    conversionEventId('org', 'ab', '', 'c'),
    conversionEventId('org', 'a","b', '', 'c'),
    conversionEventId('org', 'a', 'bc', ''),
    conversionEventId('orga', '', 'b', 'c'),
    conversionEventId('org', 'a\\', 'b', 'c'),
    conversionEventId('org', 'a', '\\b', 'c'),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});
