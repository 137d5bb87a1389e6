/** What does it cost to encode the row of a click? */

import { ActorMailbox } from '../../actors/mailbox/actor-mailbox.ts';
import { RequestReader } from '../../actors/mailbox/request-reader.ts';
import { updateBook } from '../../actors/pool/campaign-book.ts';
import { EventRowEncoder } from '../../actors/worker/encode/event-row.ts';
import { RowWriter } from '../../actors/worker/encode/row-writer.ts';
import { SourceLookup } from '../../actors/worker/enrich/source.ts';
import { EventRecord } from '../../actors/worker/event-record.ts';
import { OrganizationActor } from '../../actors/worker/organization-actor.ts';
import { ACME, SUMMER_SALE, TestThread } from '../../actors/worker/test-thread.ts';
import { VisitorFacts } from '../../actors/worker/visitor-facts.ts';
import { campaignText } from '../../core/configuration.ts';
import { effort, measure, nanosecondsPer, sink, timingRow } from './measure.ts';
import { type BenchRow, resultHash, type Size } from './result.ts';
import { clickRequests, sharedGeoBuffers, silentLogger } from './test-requests.ts';

const BENCH = 'encode';
const OPERATIONS = 20_000;
/** Different clicks, each with a reader and an event of its own. */
const CLICKS = 64;
const ROOM_BYTES = 1_048_576;

type DecidedClick = { event: EventRecord; request: RequestReader };

export function encode(size: Size): BenchRow[] {
  const thread = new TestThread();
  try {
    return [rowOfClick(decidedClicks(thread), size)];
  } finally {
    thread.dispose();
  }
}

function rowOfClick(clicks: readonly DecidedClick[], size: Size): BenchRow {
  const { samples, operations } = effort(size, OPERATIONS);
  const encoder = new EventRowEncoder();
  const rows = new RowWriter(ROOM_BYTES);
  const writeAll = () => {
    rows.position = 0;
    for (let index = 0; index < clicks.length; index++) {
      const click = clicks[index] as DecidedClick;
      encoder.write(rows, click.event, click.request);
    }
    return rows.position;
  };
  const rounds = Math.ceil(operations / clicks.length);
  const timing = measure(samples, () =>
    nanosecondsPer(rounds * clicks.length, () => {
      for (let round = 0; round < rounds; round++) {
        sink.value += writeAll();
      }
    }),
  );
  const bytes = writeAll();
  const parameters = `8 headers, 4 to 5 parameters, ${Math.round(bytes / clicks.length)} bytes`;
  const hash = resultHash([rows.buffer.subarray(0, bytes)]);
  return timingRow({ bench: BENCH, what: "a click's row", parameters, hash }, timing, 2_500);
}

/** Clicks with everything filled in, as they are when their row is written. */
function decidedClicks(thread: TestThread): DecidedClick[] {
  const facts = new VisitorFacts(sharedGeoBuffers(), ['127.0.0.0/8']);
  const sources = new SourceLookup(100);
  const mailbox = new ActorMailbox(thread.buffer, () => undefined);
  const campaigns = updateBook(null, [campaignText(SUMMER_SALE)]);
  const organization = new OrganizationActor(
    { number: 0, organization: ACME, campaigns },
    thread.nowMs,
    silentLogger,
    thread.caps,
  );
  const campaign = organization.campaign(SUMMER_SALE.campaign_id);
  return clickRequests(CLICKS).map((sent, index) => {
    const request = new RequestReader(mailbox.memory);
    request.read(thread.submit(sent));
    const event = new EventRecord(
      organization,
      facts.agents.lookup(''),
      facts.languages.lookup(''),
    );
    event.query.parse(request.query);
    facts.read(event, request, false);
    event.eventId = `evt_${index.toString(16).padStart(16, '0')}`;
    event.clickId = event.query.get('click_id') ?? '';
    event.occurredAtMs = request.receivedAtMs;
    event.url = request.path;
    event.traffic = sources.resolve(event.query, event.referer, request.header('host'));
    campaign?.route(event, null, true, false);
    return { event, request };
  });
}
