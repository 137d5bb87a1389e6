/**
 * The event ids of rows that are in the log already. `event_id` is the first column of a row
 * (core/event-columns.ts), `evt_` and 16 hex digits, so it stands behind one length byte.
 *
 * @param payloads RowBinary rows that a dead thread left in open segments
 */
export function loggedEventIds(payloads: Iterable<Buffer>): Set<string> {
  const ids = new Set<string>();
  for (const payload of payloads) {
    const length = payload[0] ?? 0;
    ids.add(payload.toString('latin1', 1, 1 + length));
  }
  return ids;
}
