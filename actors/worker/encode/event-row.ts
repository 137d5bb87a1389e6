// HOT PATH: one row per click. Budget: 2.5 µs. Guarded by bench/micro/encode.ts.
import type { RequestReader } from '../../mailbox/request-reader.ts';
import type { EventRecord } from '../event-record.ts';
import { HeaderNames } from './header-names.ts';
import type { RowWriter } from './row-writer.ts';

/**
 * Writes the row of a click or visit: the columns of core/event-columns.ts in their order. What
 * lookups have encoded already (place, user agent, language, source) is copied as it is.
 */
export class EventRowEncoder {
  readonly #names = new HeaderNames();

  /** @param request whose headers are stored with the event */
  write(row: RowWriter, event: EventRecord, request: RequestReader): void {
    row.string(event.eventId);
    row.string(event.clickId);
    row.int64(event.occurredAtMs);
    row.raw(event.organization.encodedId);
    row.string(event.eventType);
    row.string(event.userId);
    row.string(event.url);
    row.nullableString(event.campaignId);
    row.string(event.ruleId);
    row.string(event.destination);
    row.stringArray(event.tags);
    row.raw(event.traffic.encoded);
    row.string(event.referer);
    row.string(event.ip);
    row.raw(event.place.encoded);
    row.raw(event.agent.encoded);
    row.raw(event.languageResult.encoded);
    row.byte(event.isUnique ? 1 : 0);
    row.float32(event.fraudScore);
    row.stringArray(event.fraudReasons);
    row.byte(event.fraudVersion);
    row.byte(event.isBlocked ? 1 : 0);
    this.#writeParams(row, event);
    this.#writeHeaders(row, request);
  }

  #writeParams(row: RowWriter, event: EventRecord): void {
    const query = event.query;
    row.varint(query.count);
    for (let index = 0; index < query.count; index++) {
      row.string(query.name(index));
      row.string(query.value(index));
    }
  }

  /** A Map begins with its size, which is known only after the headers that are left out. */
  #writeHeaders(row: RowWriter, request: RequestReader): void {
    let stored = 0;
    for (let index = 0; index < request.headerCount; index++) {
      stored += this.#names.encode(request.headerName(index)) === null ? 0 : 1;
    }
    row.varint(stored);
    for (let index = 0; index < request.headerCount; index++) {
      const name = this.#names.encode(request.headerName(index));
      if (name !== null) {
        row.raw(name);
        row.string(request.headerValue(index));
      }
    }
  }
}
