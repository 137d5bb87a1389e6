import { z } from 'zod';

/** Members of several analytics requests and answers. */

export const tags = ['analytics'];

const instant = z.string().min(1).max(40);

export const startSchema = instant
  .optional()
  .describe('ISO 8601, inclusive; a bare date is its midnight in `timezone`.');
export const endSchema = instant.optional().describe('ISO 8601, exclusive.');
export const timezoneSchema = z
  .string()
  .max(64)
  .optional()
  .describe('IANA name, such as Europe/Berlin: what a day and an hour are. UTC by default.');

/** A member of a query that is true or false; anything but these words is refused. */
export const flag = z
  .enum(['true', 'false', '1', '0'])
  .optional()
  .transform((word) => word === 'true' || word === '1');

export const includeBots = flag.describe('Count the clicks of robots too.');
export const exact = flag.describe(
  'Count unique users exactly, however many; otherwise within about 0.1 % beyond 30,000.',
);

export const count = z.int().min(0);
export const currencySchema = z.string().describe('ISO 4217: what amounts are in.');
export const unconvertedSchema = z
  .array(z.object({ currency: z.string(), value: z.number() }))
  .describe('Revenue in currencies without a rate, which is not part of the sums.');
