import { Readable } from 'node:stream';
import { csvLine, csvRow, csvText } from '../../../analytics/queries/reports/builder/csv.ts';
import { findDimension } from '../../../analytics/queries/reports/builder/dimensions.ts';
import {
  type ReportOptions,
  type ReportValue,
  readReport,
  streamReport,
} from '../../../analytics/queries/reports/builder/report.ts';
import { SharedAnswers } from '../../../analytics/queries/reports/shared-answers.ts';
import { moneyToJson } from '../../../analytics/schema/money.ts';
import { readRates } from '../../../stores/postgres/configuration/rates.ts';
import type { AdminContext, AdminInstance } from '../context.ts';
import { invalidRequest } from '../validation.ts';
import {
  CSV_ROWS_MAX,
  JSON_ROWS_MAX,
  type ReportAnswer,
  type ReportBody,
  reportAnswerSchema,
  reportBodySchema,
} from './report-schemas.ts';
import { tags } from './schemas.ts';
import { readTimeRange } from './time-range.ts';

const JSON_ROWS_DEFAULT = 1_000;

/** Reports that the asker puts together. */
export function addReportRoutes(app: AdminInstance, context: AdminContext): void {
  const { clickhouse } = context;
  const answers = new SharedAnswers<ReportAnswer>();
  app.post(
    '/api/v1/analytics/report',
    {
      config: { scope: 'analytics:read', rateLimit: { max: 240 } },
      schema: {
        operationId: 'buildReport',
        summary: 'Metrics of traffic, grouped and filtered at will',
        description:
          'JSON, or with `Accept: text/csv` the rows as CSV (RFC 4180, CRLF, a header line), streamed. Texts that a spreadsheet would take for formulas begin with an apostrophe there.',
        tags,
        body: reportBodySchema,
        response: { 200: reportAnswerSchema },
      },
    },
    async (request, reply) => {
      const { body, caller, headers } = request;
      const isCsv = wantsCsv(headers.accept);
      const limit = body.limit ?? (isCsv ? CSV_ROWS_MAX : JSON_ROWS_DEFAULT);
      if (!isCsv && limit > JSON_ROWS_MAX) {
        const message = `must be at most ${JSON_ROWS_MAX}, unless CSV is asked for`;
        throw invalidRequest([{ path: '/body/limit', message }]);
      }
      const options = { ...(await optionsOf(context, caller.organizationId, body)), limit };
      if (!isCsv) {
        const { organizationId, rates, ...question } = options;
        const money = [rates.reportingCurrency, ...rates.rates];
        return answers.get(organizationId, [question, money], async () =>
          toAnswer(options, await readReport(clickhouse, options)),
        );
      }
      // Whoever goes away in the middle takes his query with him.
      const abort = new AbortController();
      reply.raw.once('close', () => abort.abort());
      const bounded = { ...options, signal: abort.signal };
      const lines = await csvLines(streamReport(clickhouse, bounded), bounded);
      reply
        .type('text/csv; charset=utf-8')
        .header('Content-Disposition', 'attachment; filename="report.csv"');
      return sendStream(reply, lines);
    },
  );
}

/** Streams pass by the schema of the response, which describes the JSON. */
function sendStream(reply: { send(payload: never): unknown }, lines: AsyncIterable<string>): never {
  return reply.send(Readable.from(lines) as never) as never;
}

/** Whether CSV is named before JSON is. */
function wantsCsv(accept: string | undefined): boolean {
  const kinds = (accept ?? '').split(',').map((kind) => kind.split(';')[0]?.trim().toLowerCase());
  const first = kinds.find((kind) => kind === 'text/csv' || kind === 'application/json');
  return first === 'text/csv';
}

async function optionsOf(
  { pool, clock }: AdminContext,
  organizationId: string,
  body: ReportBody,
): Promise<Omit<ReportOptions, 'limit' | 'signal'>> {
  return {
    organizationId,
    range: readTimeRange(body.range, clock.nowMs(), '/body/range'),
    grouping: body.grouping.flatMap((name, index) => findDimension(name, index) ?? []),
    metrics: body.metrics,
    filters: body.filters,
    sort: body.sort,
    rates: await readRates(pool, organizationId),
    includeBots: body.include_bots,
    exact: body.exact,
  };
}

/**
 * The lines of the answer. Resolves once the first rows are there, so that a query that fails at once
 * is answered as any other; one that fails later breaks the answer off.
 */
async function csvLines(
  batches: AsyncGenerator<ReportValue[][]>,
  { grouping, metrics }: ReportOptions,
): Promise<AsyncGenerator<string>> {
  const names = [...grouping.map(({ name }) => name), ...metrics];
  const first = await batches.next();
  const textOf = (rows: ReportValue[][]) =>
    rows.map((row) => csvRow(row, grouping.length)).join('');
  return (async function* () {
    yield csvLine(names.map(csvText));
    if (first.done !== true) {
      yield textOf(first.value);
      for await (const rows of batches) {
        yield textOf(rows);
      }
    }
  })();
}

function toAnswer(
  { range, grouping, metrics, rates }: ReportOptions,
  { rows, totals, isTruncated, unconverted }: Awaited<ReturnType<typeof readReport>>,
): ReportAnswer {
  const dimensions = grouping.map(({ name }) => name);
  const metricsOf = (values: readonly ReportValue[]) =>
    metrics.map((name, index) => [name, toJson(values[index] ?? 0)] as const);
  return {
    range: {
      start: new Date(range.startMs).toISOString(),
      end: new Date(range.endMs).toISOString(),
      timezone: range.timezone,
    },
    grouping: dimensions,
    metrics: [...metrics],
    currency: rates.reportingCurrency,
    unconverted,
    rows: rows.map((row) =>
      Object.fromEntries([
        ...dimensions.map((name, index) => [name, row[index] ?? null] as const),
        ...metricsOf(row.slice(dimensions.length)),
      ]),
    ),
    totals: Object.fromEntries(metricsOf(totals)),
    truncated: isTruncated,
  };
}

/** A metric's value: Decimals arrive as text. */
function toJson(value: ReportValue): ReportValue {
  return typeof value === 'string' ? moneyToJson(value) : value;
}
