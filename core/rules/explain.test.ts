import { expect, test } from 'vitest';
import { explainRules } from './explain.ts';
import { blankEvent } from './testing/random-events.ts';

test('an explanation names what the event had and which condition did not hold', () => {
  const event = {
    ...blankEvent,
    source: 'TikTok',
    country: 'US',
    occurredAtMs: Date.UTC(2024, 6, 1),
  };
  const rules = [
    { rule_id: 'late', priority: 0, conditions: [] },
    {
      rule_id: 'first',
      priority: 9,
      conditions: [
        { field: 'source', operator: 'equals', value: 'tiktok' },
        { field: 'hour', operator: 'lt', value: 9 },
        {
          any: [
            { field: 'country', operator: 'in', value: ['DE', 'FR'] },
            { not: { field: 'date', operator: 'gte', value: '2024-07-01' } },
            { field: 'medium', operator: 'exists' },
            { field: 'is_bot', operator: 'equals', value: false },
          ],
        },
      ],
    },
  ];
  expect(explainRules(rules, event, { timezone: 'Asia/Tokyo' })).toEqual({
    firstMatch: 1,
    rules: [
      {
        rule_id: 'first',
        priority: 9,
        matched: false,
        conditions: [
          { field: 'source', operator: 'equals', value: 'tiktok', actual: 'TikTok', held: true },
          { field: 'hour', operator: 'lt', value: 9, actual: 9, held: false },
          {
            any: [
              { field: 'country', operator: 'in', value: ['DE', 'FR'], actual: 'US', held: false },
              {
                not: {
                  field: 'date',
                  operator: 'gte',
                  value: '2024-07-01',
                  actual: '2024-07-01',
                  held: true,
                },
                held: false,
              },
              { field: 'medium', operator: 'exists', actual: null, held: false },
              { field: 'is_bot', operator: 'equals', value: false, actual: false, held: true },
            ],
            held: true,
          },
        ],
      },
      { rule_id: 'late', priority: 0, matched: true, conditions: [] },
    ],
  });
});
