/** What does a whole click cost on its actor thread, and which step of it costs what? */
import { rmSync } from 'node:fs';
import { ActorMailbox } from '../../actors/mailbox/actor-mailbox.ts';
import { SLOT } from '../../actors/mailbox/layout.ts';
import { type TestRequest, TestThread } from '../../actors/worker/test-thread.ts';
import { CLICK_STAGES, StagedClicks } from './click-stages.ts';
import { effort, measure, type Timing, timingOf, timingRow } from './measure.ts';
import { type BenchRow, median, resultHash, type Size } from './result.ts';
import { clickRequests, sharedGeoBuffers } from './test-requests.ts';

const BENCH = 'click';
const OPERATIONS = 12_800;
const BATCH = 64;
const VISITORS = 4_096;
const VISIT_INTERVAL_MS = 1_000;

export function click(size: Size): BenchRow[] {
  const thread = new TestThread();
  const staged = new TestThread();
  try {
    const whole = wholeClick(new ClickFeed(thread), size);
    return [whole.row, ...whereItGoes(staged, new ClickFeed(staged), whole.timing, size)];
  } finally {
    thread.dispose();
    staged.dispose();
  }
}

/** Keeps a thread's mailbox supplied, and counts only the time that the actor's side takes. */
class ClickFeed {
  readonly thread: TestThread;
  readonly #requests = clickRequests(VISITORS);
  #next = 0;

  constructor(thread: TestThread) {
    this.thread = thread;
  }

  /** @returns nanoseconds per click that `serve` took for batches of `BATCH` */
  time(operations: number, serve: () => void): number {
    const batches = Math.ceil(operations / BATCH);
    let totalMs = 0;
    for (let batch = 0; batch < batches; batch++) {
      this.submitBatch();
      const startedMs = performance.now();
      serve();
      totalMs += performance.now() - startedMs;
      this.releaseReplies();
    }
    this.#discardLog();
    return (totalMs * 1e6) / (batches * BATCH);
  }

  submitBatch(): void {
    for (let index = 0; index < BATCH; index++) {
      // Each visitor comes once an hour, or they would be blocked.
      this.thread.nowMs += VISIT_INTERVAL_MS;
      this.thread.submit(this.#requests[this.#next] as TestRequest);
      this.#next = (this.#next + 1) % VISITORS;
    }
  }

  releaseReplies(onReply?: (slot: number) => void): void {
    const { acceptor } = this.thread;
    for (let slot = acceptor.nextReply(); slot !== -1; slot = acceptor.nextReply()) {
      onReply?.(slot);
      acceptor.release(slot);
      acceptor.advance();
    }
  }

  /** Lets the log forget its full segments, so that a long run does not fill the disk. */
  #discardLog(): void {
    const { syncer } = this.thread;
    syncer.run();
    for (const segment of syncer.sealed.splice(0)) {
      rmSync(segment.path);
    }
  }
}

function wholeClick(feed: ClickFeed, size: Size): { row: BenchRow; timing: Timing } {
  const { samples, operations } = effort(size, OPERATIONS);
  const hash = hashOfReplies(feed);
  const timing = measure(samples, () =>
    feed.time(operations, () => feed.thread.thread.serveBatch()),
  );
  const parameters = `batches of ${BATCH}, ${VISITORS} visitors, no cookie`;
  const row = timingRow({ bench: BENCH, what: 'a whole click', parameters, hash }, timing, 6_000);
  return { row, timing };
}

/** Status, Location and cookie of one batch; event ids come from the clock and are not in them. */
function hashOfReplies(feed: ClickFeed): string {
  const { memory } = feed.thread.acceptor;
  const replies: string[] = [];
  feed.submitBatch();
  feed.thread.thread.serveBatch();
  feed.releaseReplies((slot) => {
    const at = memory.replyAt(slot);
    const end = at + memory.word(slot, SLOT.replyHeadBytes);
    replies.push(
      `${memory.word(slot, SLOT.replyStatus)} ${memory.bytes.toString('latin1', at, end)}`,
    );
  });
  return resultHash(replies);
}

/**
 * Times the first step alone, then the first two and so on, one after the other in each sample; a step
 * costs what it adds.
 */
function whereItGoes(thread: TestThread, feed: ClickFeed, whole: Timing, size: Size): BenchRow[] {
  const { samples, operations } = effort(size, OPERATIONS / 2);
  const mailbox = new ActorMailbox(thread.buffer, () => undefined);
  const stages = new StagedClicks(mailbox, thread, sharedGeoBuffers());
  const costs = CLICK_STAGES.map((): number[] => []);
  const sampleAll = () => {
    let beforeNs = 0;
    return CLICK_STAGES.map((_, last) => {
      const throughNs = feed.time(operations, () => stages.serveBatch(last));
      const costNs = throughNs - beforeNs;
      beforeNs = throughNs;
      return costNs;
    });
  };
  sampleAll();
  sampleAll();
  for (let sample = 0; sample < samples; sample++) {
    for (const [stage, costNs] of sampleAll().entries()) {
      costs[stage]?.push(costNs);
    }
  }
  const rows = CLICK_STAGES.map((what, stage) =>
    timingRow(
      { bench: BENCH, what: `  ${what}`, parameters: `batches of ${BATCH}` },
      timingOf(costs[stage] ?? []),
    ),
  );
  const knownNs = costs.reduce((sum, stage) => sum + median(stage), 0);
  const restNs = whole.medianNs - knownNs;
  return [
    ...rows,
    timingRow(
      { bench: BENCH, what: '  the rest', parameters: 'event id, organisation, counters' },
      { medianNs: restNs, range: [restNs, restNs] },
    ),
  ];
}
