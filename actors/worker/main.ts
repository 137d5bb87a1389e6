/**
 * The entry of an actor thread. The steps of a click on this thread, in the order of the flow:
 *
 * 3 click-handler.ts   identify, enrich, match, build the destination; encode the row
 * 4 event-batch.ts     append the whole mailbox batch to the event log by one write
 * 5 actor-thread.ts    publish the replies
 *
 * The thread runs one synchronous loop and sleeps on its mailbox's wake word. Its event loop turns
 * only now and then, so nothing here may depend on timers or promises.
 */
import { join } from 'node:path';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { isMainThread, receiveMessageOnPort } from 'node:worker_threads';
import { systemClock } from '../../core/clock.ts';
import { dataPaths } from '../../core/data-dir.ts';
import { createLogger, type Logger } from '../../core/logger.ts';
import { nameThread } from '../../core/thread-name.ts';
import { SegmentLog } from '../log/segment-log.ts';
import { ThreadSyncer } from '../log/sync/thread-syncer.ts';
import { ActorMailbox } from '../mailbox/actor-mailbox.ts';
import { CONTROL } from '../mailbox/layout.ts';
import { ReplyWriter } from '../mailbox/reply-writer.ts';
import { RequestReader } from '../mailbox/request-reader.ts';
import { openActorCounters } from '../pool/actor-counters.ts';
import { type ActorTask, type FromActor, REPLIES_WAIT, type ToActor } from '../pool/messages.ts';
import { ActorThread } from './actor-thread.ts';
import { CapCounters } from './caps/cap-counters.ts';
import { CapFile } from './caps/cap-file.ts';
import { ClickHandler } from './click-handler.ts';
import { DurableReplies } from './durable-replies.ts';
import { SourceLookup } from './enrich/source.ts';
import { EventBatch } from './event-batch.ts';
import { EventRecord } from './event-record.ts';
import { injectFault, injectNoFault } from './fault-injection.ts';
import { ThreadFraud } from './fraud/thread-fraud.ts';
import { hex64 } from './identity/hex.ts';
import { SnowflakeGenerator } from './identity/snowflake.ts';
import { loggedEventIds } from './logged-event-ids.ts';
import { NO_ORGANIZATION } from './organization-actor.ts';
import { OrganizationRegistry } from './organization-registry.ts';
import { PostbackHandler } from './postback-handler.ts';
import { VisitorFacts } from './visitor-facts.ts';
import { VisitHandler } from './visits/visit-handler.ts';

const SOURCES_MAX = 4_096;
/** How often the logs are ticked: seals and syncs are due at times. */
const TICK_MS = 25;
/** How long a thread sleeps at most that has had nothing to do for so long that all is sealed. */
const IDLE_SLEEP_MS = 250;
const QUIET_AFTER_MS = 3_000;
/** How often the event loop turns, for what the runtime itself does there. */
const TURN_MS = 1_000;

/** Runs until the mailbox's shutdown word is set; see ActorPool. */
export default async function runActor(task: ActorTask): Promise<void> {
  if (isMainThread) {
    throw new Error('actors/worker/main is the entry of a worker thread');
  }
  nameThread(`actor-${task.shard}`);
  const logger = createLogger(`actor-${task.shard}`, task.logLevel);
  const parts = composeThread(task, logger);
  const { mailbox, thread, clickLog, conversionLog } = parts;
  // Nothing can be decided before the organisations are known; they are on their way.
  receiveControl(task, parts);
  mailbox.republishReplies();
  const orphans = thread.serveOrphans();
  if (orphans > 0) {
    parts.counters.add('requests_recovered', orphans);
    logger.warn({ orphans }, 'served requests that a dead thread had left');
  }
  let tickedAtMs = 0;
  let turnedAtMs = Date.now();
  let workedAtMs = turnedAtMs;
  while (!(mailbox.shutdownRequested && mailbox.isEmpty && parts.durable.isEmpty)) {
    const wakeValue = mailbox.wakeValue();
    if (mailbox.takeControlMark()) {
      receiveControl(task, parts);
    }
    const worked = thread.serveBatch();
    const nowMs = Date.now();
    if (nowMs - tickedAtMs >= TICK_MS) {
      tickedAtMs = nowMs;
      clickLog.tick();
      conversionLog.tick();
    }
    if (nowMs - turnedAtMs >= TURN_MS) {
      turnedAtMs = nowMs;
      parts.organizations.passivateIdle();
      parts.fraud.tick();
      await eventLoopTurn();
    }
    if (worked) {
      workedAtMs = nowMs;
    } else {
      mailbox.sleep(wakeValue, nowMs - workedAtMs > QUIET_AFTER_MS ? IDLE_SLEEP_MS : TICK_MS);
    }
  }
  clickLog.close();
  conversionLog.close();
  parts.caps.close();
  parts.syncer.close();
  task.port.close();
}

function receiveControl(
  task: ActorTask,
  {
    organizations,
    caps,
    fraud,
  }: { organizations: OrganizationRegistry; caps: CapCounters; fraud: ThreadFraud },
): void {
  for (
    let received = receiveMessageOnPort(task.port);
    received !== undefined;
    received = receiveMessageOnPort(task.port)
  ) {
    const message = received.message as ToActor;
    switch (message.kind) {
      case 'organizations':
        organizations.apply(message.updates);
        break;
      case 'cap_counts':
        caps.applyCounts(message.counts);
        break;
      case 'blocks':
        fraud.blocks.apply(message.blocks);
        break;
      case 'windows':
        fraud.windows.seed(message.rows, systemClock.nowMs());
        break;
      case 'quarantine':
        organizations.quarantine(message.number, message.untilMs);
        break;
      default:
        message satisfies never;
    }
  }
}

function composeThread(task: ActorTask, logger: Logger) {
  const mailbox = new ActorMailbox(task.mailbox, () => task.port.postMessage(REPLIES_WAIT));
  const counters = openActorCounters(task.counters);
  const wake = { wakeBuffer: mailbox.memory.words, index: CONTROL.actorWake };
  const syncer = new ThreadSyncer(task.syncPort, wake);
  const capFile = new CapFile(dataPaths(task.dataDir).capCounts, task.shard, logger);
  const caps = new CapCounters(capFile);
  const { clickLog, conversionLog } = openLogs(task, syncer, caps, logger);
  counters.add('log_corrupt_records', clickLog.recovered.corruptRecords);
  counters.add('log_corrupt_records', conversionLog.recovered.corruptRecords);
  const ids = new SnowflakeGenerator({
    node: task.node.number,
    thread: task.shard,
    leaseFile: join(dataPaths(task.dataDir).idLeases, String(task.shard)),
    clock: systemClock,
  });
  const organizations = new OrganizationRegistry(systemClock, counters, caps, logger);
  const facts = new VisitorFacts(task.geo, task.trustedProxies);
  const sources = new SourceLookup(SOURCES_MAX);
  const batch = new EventBatch();
  const replies = new ReplyWriter(mailbox.memory);
  const durable = new DurableReplies();
  const fraud = new ThreadFraud({
    dataCentres: task.dataCentres,
    clock: systemClock,
    counters,
    send: (detections) =>
      task.port.postMessage({ kind: 'detections', detections } satisfies FromActor),
  });
  const handlerParts = { facts, sources, batch, replies };
  const nextEventId = () => {
    ids.next();
    return `evt_${hex64(ids.high, ids.low)}`;
  };
  const thread = new ActorThread({
    mailbox,
    requests: new RequestReader(mailbox.memory),
    replies,
    event: new EventRecord(NO_ORGANIZATION, facts.agents.lookup(''), facts.languages.lookup('')),
    batch,
    clickLog,
    durable,
    organizations,
    ids,
    clicks: new ClickHandler({ ...handlerParts, guard: fraud.guard }),
    visits: new VisitHandler({ ...handlerParts, nextEventId }),
    postbacks: new PostbackHandler({ log: conversionLog, durable, replies, counters }),
    fraud,
    counters,
    caps,
    limits: new Int32Array(task.limits),
    alreadyLogged: loggedEventIds(clickLog.recovered.payloads()),
    injectFault: task.faultInjection ? injectFault : injectNoFault,
  });
  return {
    ...{ mailbox, thread, clickLog, conversionLog, organizations },
    ...{ durable, syncer, counters, caps, fraud },
  };
}

function openLogs(task: ActorTask, syncer: ThreadSyncer, caps: CapCounters, logger: Logger) {
  const shared = { nodeId: task.node.id, shard: task.shard, clock: systemClock, syncer };
  const directory = (lane: string) => join(dataPaths(task.dataDir).log, lane, String(task.shard));
  const clickLog = SegmentLog.open({
    ...shared,
    lane: 'clicks',
    directory: directory('clicks'),
    observer: caps,
  });
  const conversionLog = SegmentLog.open({
    ...shared,
    lane: 'conversions',
    directory: directory('conversions'),
  });
  for (const [lane, log] of Object.entries({ clicks: clickLog, conversions: conversionLog })) {
    if (log.recovered.segments > 0) {
      const { payloads: _, ...counts } = log.recovered;
      logger.warn({ lane, ...counts }, 'recovered event log segments that were left open');
    }
  }
  return { clickLog, conversionLog };
}
