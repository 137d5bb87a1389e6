import type { z } from 'zod';
import { type ConvertedClick, findClick } from '../../../analytics/queries/events/find-click.ts';
import { moneyToJson } from '../../../analytics/schema/money.ts';
import { conversionEventId } from '../../../core/postback/conversion-key.ts';
import { type Postback, parsePostback } from '../../../core/postback/parse.ts';
import type { LedgerEntry } from '../../../stores/postgres/conversions/ledger-entry.ts';
import { findConversion } from '../../../stores/postgres/conversions/list.ts';
import type { AdminContext } from '../context.ts';
import type { trialSchema } from './schemas.ts';

type Trial = z.input<typeof trialSchema>;

/**
 * Judges a postback as the engine would, and says which click it belongs to. Stores nothing.
 *
 * @param body JSON
 * @param currency the organisation's, ISO 4217
 */
export async function tryPostback(
  { pool, clickhouse, clock }: AdminContext,
  {
    organizationId,
    body,
    currency,
  }: { organizationId: string; body: Uint8Array; currency: string },
): Promise<Trial> {
  const request = { method: 'POST', contentType: 'application/json', body, query: '' };
  const parsed = parsePostback(request, currency);
  if (parsed.kind === 'refused') {
    return {
      ...{ status: 'invalid', http_status: 400, errors: parsed.errors, warnings: [] },
      reason: `The engine would refuse it: ${parsed.errors.map(({ message }) => message).join('; ')}.`,
      ...{ event_id: null, conversion: null, duplicate_of: null, click: null },
    };
  }
  const { postback, warnings } = parsed;
  const { click_id: clickId, conversion_event: event, order_id: orderId } = postback;
  const nowMs = clock.nowMs();
  const [first, click] = await Promise.all([
    findConversion(pool, organizationId, { clickId, event, orderId }),
    findClick(clickhouse, { organizationId, clickId, convertedAtMs: nowMs }),
  ]);
  const eventId = conversionEventId(organizationId, clickId, event, orderId);
  return {
    status: first === undefined ? 'accepted' : 'duplicate',
    http_status: 200,
    reason: `${first === undefined ? ACCEPTED : duplicateReason(first, postback)} ${clickReason(click, nowMs)}`,
    errors: [],
    warnings,
    event_id: first?.event_id ?? eventId,
    conversion: { ...postback, conversion_value: moneyToJson(postback.conversion_value) },
    duplicate_of:
      first === undefined
        ? null
        : {
            event_id: first.event_id,
            created_at: first.created_at,
            matched: first.matched_at !== null,
          },
    click: click ?? null,
  };
}

const ACCEPTED = 'The engine would accept it and count it once.';

function duplicateReason(first: LedgerEntry, { order_id }: Postback): string {
  const time = first.created_at.toISOString();
  const key =
    order_id === '' ? 'click_id and event, without order_id,' : 'click_id, event and order_id';
  const advice = order_id === '' ? ' Send an order_id to count several of one click.' : '';
  return `The engine would answer duplicate and not count it: a conversion with the same ${key} came at ${time}.${advice}`;
}

function clickReason(click: ConvertedClick | undefined, nowMs: number): string {
  if (click === undefined) {
    return 'No click with this click_id is recorded yet: the conversion would be published without one after five seconds, and its click looked for during 90 days.';
  }
  const isLater = Date.parse(click.event_time) > nowMs;
  const campaign =
    click.campaign_id === null ? 'which has no campaign' : `of the campaign ${click.campaign_id}`;
  const doubt = click.is_blocked
    ? ' The address was blocked.'
    : click.is_bot
      ? ' A robot clicked.'
      : '';
  return `Its click is the one of ${click.event_time}${isLater ? ' (in the future)' : ''}, ${campaign}, source ${click.source}.${doubt}`;
}
