import { z } from 'zod';
import {
  DIMENSION_NAMES,
  findDimension,
} from '../../../analytics/queries/reports/builder/dimensions.ts';
import { checkFilters } from '../../../analytics/queries/reports/builder/filters.ts';
import { METRIC_NAMES } from '../../../analytics/queries/reports/builder/metrics.ts';
import { GROUPINGS_MAX } from '../../../analytics/queries/reports/builder/report.ts';
import {
  currencySchema,
  endSchema,
  startSchema,
  timezoneSchema,
  unconvertedSchema,
} from './schemas.ts';

const FILTERS_MAX = 50;
export const JSON_ROWS_MAX = 10_000;
export const CSV_ROWS_MAX = 1_000_000;

const dimensionName = z
  .string()
  .max(150)
  .refine(
    (name) => findDimension(name, 0) !== undefined,
    `must be of ${DIMENSION_NAMES.join(', ')} or param.<name>`,
  );

const filterSchema = z.strictObject({
  field: z.string().max(150),
  operator: z.string().max(30),
  value: z
    .union([
      z.string(),
      z.number(),
      z.boolean(),
      z.array(z.union([z.string(), z.number()])).max(1_000),
    ])
    .optional(),
});

const sortSchema = z.strictObject({
  field: z.string().max(150).describe('A name of the grouping or of the metrics.'),
  direction: z.enum(['asc', 'desc']).default('desc'),
});

export const reportBodySchema = z
  .strictObject({
    range: z
      .strictObject({ start: startSchema, end: endSchema, timezone: timezoneSchema })
      .default({})
      .describe('The last 30 days when left out.'),
    grouping: z
      .array(dimensionName)
      .max(GROUPINGS_MAX)
      .refine(isWithoutRepetition, 'names something twice')
      .default([])
      .describe(
        `What each row is about: ${DIMENSION_NAMES.join(', ')}, param.<name>. Empty: one row.`,
      ),
    metrics: z
      .array(z.enum(METRIC_NAMES))
      .min(1)
      .refine(isWithoutRepetition, 'names something twice')
      .default(['clicks', 'conversions', 'revenue']),
    filters: z
      .array(filterSchema)
      .max(FILTERS_MAX)
      .superRefine((filters, context) => {
        for (const { path, message } of checkFilters(filters)) {
          context.addIssue({ code: 'custom', path, message });
        }
      })
      .default([])
      .describe(
        'All must hold. Fields and operators of rules, and campaign_id, rule_id, event_type, conversion_event, conversion_currency, destination, user_id, tag, fraud_reason, is_blocked and is_suspicious.',
      ),
    sort: z
      .union([z.array(sortSchema).max(GROUPINGS_MAX), sortSchema.transform((one) => [one])])
      .default([])
      .describe('By the first metric, descending, when left out.'),
    limit: z
      .int()
      .min(1)
      .max(CSV_ROWS_MAX)
      .optional()
      .describe(
        `Rows at most: up to ${JSON_ROWS_MAX} in JSON (1000 when left out), ${CSV_ROWS_MAX} in CSV.`,
      ),
    include_bots: z.boolean().default(false).describe('Count the clicks of robots too.'),
    exact: z.boolean().default(false).describe('Count unique users exactly.'),
  })
  .superRefine(({ sort, grouping, metrics }, context) => {
    sort.forEach(({ field }, index) => {
      if (![...grouping, ...metrics].includes(field)) {
        const message = 'is neither in the grouping nor in the metrics';
        context.addIssue({ code: 'custom', path: ['sort', index, 'field'], message });
      }
    });
  });

export type ReportBody = z.output<typeof reportBodySchema>;

const rowSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

export const reportAnswerSchema = z
  .object({
    range: z.object({ start: z.string(), end: z.string(), timezone: z.string() }),
    grouping: z.array(z.string()),
    metrics: z.array(z.string()),
    currency: currencySchema,
    unconverted: unconvertedSchema,
    rows: z.array(rowSchema).describe('Members are the names of grouping and metrics.'),
    totals: rowSchema.describe('The metrics over everything, rows beyond the limit included.'),
    truncated: z.boolean().describe('Whether there are more rows than `limit`.'),
  })
  .describe('The report; with `Accept: text/csv` its rows as CSV.');

export type ReportAnswer = z.output<typeof reportAnswerSchema>;

function isWithoutRepetition(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}
