import { z } from 'zod';
import { describeRules } from '../../../core/rules/vocabulary.ts';
import type { AdminInstance } from '../context.ts';

const fieldSchema = z.object({
  field: z.string().describe('`param.` and `header.` are followed by a name.'),
  type: z.enum(['text', 'version', 'address', 'number', 'boolean', 'date']),
  operators: z.array(z.string()),
  values: z.array(z.string()).optional().describe('The only values that there are.'),
  takes_name: z.boolean().describe('Whether a name follows, as in `param.sub1`.'),
  hint: z.string(),
});

const answerSchema = z
  .object({
    fields: z.array(fieldSchema),
    operators: z.array(
      z.object({
        operator: z.string(),
        takes: z
          .enum(['none', 'one', 'list', 'range'])
          .describe('What `value` is: left out, one value, a list, or `[from, to]`.'),
        label: z.string(),
      }),
    ),
    macros: z.array(
      z.object({
        macro: z.string().describe('With its braces.'),
        meaning: z.string(),
      }),
    ),
    limits: z.object({
      rules: z.int().describe('Of a campaign.'),
      comparisons: z.int().describe('Of a rule, at all depths together.'),
      depth: z.int().describe('Of conditions that join others.'),
      patterns: z.int().describe('Comparisons with `matches`, of a campaign.'),
      list_values: z.int().describe('Of `in` and `not_in`.'),
      networks: z.int().describe('Of `in_cidr`.'),
      text_length: z.int().describe('Of a value.'),
      destinations: z.int().describe('Of an action.'),
      destination_length: z.int(),
      passthrough_names: z.int(),
      tags: z.int(),
    }),
  })
  .describe('Made from the table by which rules are checked and matched.');

/** What rules can be made of, for whoever draws a form. */
export function addRuleSchemaRoute(app: AdminInstance): void {
  app.get(
    '/api/v1/campaigns/rule-schema',
    {
      config: { scope: 'campaigns:read' },
      schema: {
        operationId: 'getRuleSchema',
        summary: 'Fields, operators and macros that rules can use',
        tags: ['campaigns'],
        response: { 200: answerSchema },
      },
    },
    async () => describeRules(),
  );
}
