import { z } from 'zod';
import type { FieldError } from '../../../core/postback/sent-field.ts';

/** A visit that came by no redirect, as `/collect` or the pixel reports it. */
export type Visit = {
  type: string;
  url: string;
  referer: string;
  /** '' when the sender knows none. */
  userId: string;
  clickId: string;
  params: Record<string, string>;
  /** Ms since epoch, the sender's clock; null when it does not say. */
  occurredAtMs: number | null;
};

const VISITS_MAX = 500;
const PARAMS_MAX = 100;
/** A page that was offline may report late, but not so late that its month is closed. */
const AGE_MS_MAX = 90 * 24 * 3_600_000;
const AHEAD_MS_MAX = 5 * 60_000;

// Text that ClickHouse, a report and a log line can show.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused.
const printable = z.string().regex(/^[^\x00-\x1f\x7f]*$/, 'has control characters');

const visitSchema = z.strictObject({
  type: printable
    .min(1)
    .max(64)
    .refine((type) => type.toLowerCase() !== 'click', 'clicks are recorded by redirects only'),
  url: printable.max(4096),
  referer: printable.max(4096).default(''),
  user_id: z
    .string()
    .regex(/^usr_[0-9a-f]{16}$/, 'is not usr_ and 16 hex digits')
    .optional(),
  click_id: printable.max(256).optional(),
  params: z
    .record(printable.max(256), z.union([printable.max(2048), z.number(), z.boolean()]))
    .refine((params) => Object.keys(params).length <= PARAMS_MAX, `has more than ${PARAMS_MAX}`)
    .default({}),
  occurred_at: z.iso.datetime({ offset: true }).optional(),
});

export type ParsedVisits =
  | { kind: 'ok'; visits: Visit[] }
  | { kind: 'refused'; errors: FieldError[] };

/**
 * Reads the body of `/collect`: one visit or an array of up to 500. All or nothing: one bad visit
 * refuses the body, so that the sender can mend it and send all of it again.
 *
 * @param nowMs this machine's clock; `occurred_at` may be 90 days behind it and 5 minutes ahead
 */
export function parseVisits(body: Buffer, nowMs: number): ParsedVisits {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return { kind: 'refused', errors: [{ path: 'body', message: 'is not JSON' }] };
  }
  const isList = Array.isArray(value);
  const items: unknown[] = isList ? (value as unknown[]) : [value];
  if (items.length === 0 || items.length > VISITS_MAX) {
    const message = `holds ${items.length} visits; 1 to ${VISITS_MAX} are possible`;
    return { kind: 'refused', errors: [{ path: 'body', message }] };
  }
  const visits: Visit[] = [];
  const errors: FieldError[] = [];
  items.forEach((item, index) => {
    const prefix = isList ? `[${index}].` : '';
    const parsed = visitSchema.safeParse(item);
    if (!parsed.success) {
      for (const issue of parsed.error.issues) {
        errors.push({ path: prefix + issue.path.join('.') || 'body', message: issue.message });
      }
      return;
    }
    const occurredAtMs =
      parsed.data.occurred_at === undefined ? null : Date.parse(parsed.data.occurred_at);
    if (occurredAtMs !== null && !isPlausible(occurredAtMs, nowMs)) {
      const message = 'is more than 90 days ago or more than 5 minutes ahead';
      errors.push({ path: `${prefix}occurred_at`, message });
      return;
    }
    visits.push(toVisit(parsed.data, occurredAtMs));
  });
  return errors.length > 0 ? { kind: 'refused', errors } : { kind: 'ok', visits };
}

function isPlausible(occurredAtMs: number, nowMs: number): boolean {
  return occurredAtMs > nowMs - AGE_MS_MAX && occurredAtMs < nowMs + AHEAD_MS_MAX;
}

function toVisit(sent: z.infer<typeof visitSchema>, occurredAtMs: number | null): Visit {
  return {
    type: sent.type,
    url: sent.url,
    referer: sent.referer,
    userId: sent.user_id ?? '',
    clickId: sent.click_id ?? '',
    params: Object.fromEntries(
      Object.entries(sent.params).map(([name, value]) => [name, String(value)]),
    ),
    occurredAtMs,
  };
}
