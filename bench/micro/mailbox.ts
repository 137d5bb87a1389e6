/** What does one crossing of the mailbox and back cost, in one thread and between two? */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { AcceptorMailbox } from '../../actors/mailbox/acceptor-mailbox.ts';
import { ActorMailbox } from '../../actors/mailbox/actor-mailbox.ts';
import { CONTROL, SLOT } from '../../actors/mailbox/layout.ts';
import { createMailboxBuffer } from '../../actors/mailbox/mailbox.ts';
import { RequestWriter } from '../../actors/mailbox/request-writer.ts';
import { entryFile } from '../../core/entry-file.ts';
import { MailboxEcho } from './mailbox-echo.ts';
import { effort, measure, nanosecondsPer, sink, timingOf, timingRow } from './measure.ts';
import { type BenchRow, resultHash, type Size } from './result.ts';
import { clickRequests } from './test-requests.ts';

const BENCH = 'mailbox';
const OPERATIONS = 20_000;
const BATCHES = [1, 64];
const RECEIVED_AT_MS = 1_718_447_445_123;
const BUDGET_NS = 2_000;

export async function mailbox(size: Size): Promise<BenchRow[]> {
  const inOne = BATCHES.map((batch) => inOneThread(batch, size));
  const betweenTwo: BenchRow[] = [];
  for (const batch of BATCHES) {
    betweenTwo.push(await betweenTwoThreads(batch, size));
  }
  return [...inOne, ...betweenTwo];
}

/** The acceptor's side: writes and submits requests, reads and frees replies. */
class Sender {
  readonly acceptor: AcceptorMailbox;
  readonly #writer = new RequestWriter();
  readonly #requests = clickRequests(1_024);
  #next = 0;

  constructor(buffer: SharedArrayBuffer) {
    this.acceptor = new AcceptorMailbox(buffer);
  }

  send(count: number): void {
    for (let index = 0; index < count; index++) {
      const request = this.#requests[this.#next % this.#requests.length];
      this.#next++;
      this.#writer.begin(request?.path ?? '', request?.query ?? '', request?.peer ?? '');
      for (const name in request?.headers) {
        this.#writer.add(name, request.headers[name] as string);
      }
      const slot = this.#writer.writeTo(this.acceptor, null);
      this.acceptor.submit(slot, 0, 0, RECEIVED_AT_MS);
    }
  }

  /** @returns how many replies there were */
  receive(onReply?: (text: string) => void): number {
    const { acceptor } = this;
    const { memory } = acceptor;
    let replies = 0;
    for (let slot = acceptor.nextReply(); slot !== -1; slot = acceptor.nextReply()) {
      const headBytes = memory.word(slot, SLOT.replyHeadBytes);
      sink.value += headBytes;
      if (onReply !== undefined) {
        const at = memory.replyAt(slot);
        onReply(memory.bytes.toString('latin1', at, at + headBytes));
      }
      acceptor.release(slot);
      acceptor.advance();
      replies++;
    }
    return replies;
  }
}

function inOneThread(batch: number, size: Size): BenchRow {
  const { samples, operations } = effort(size, OPERATIONS);
  const buffer = createMailboxBuffer();
  const sender = new Sender(buffer);
  const echo = new MailboxEcho(new ActorMailbox(buffer, () => undefined));
  const replies: string[] = [];
  sender.send(64);
  echo.serve();
  sender.receive((text) => replies.push(text));
  const rounds = Math.ceil(operations / batch);
  const timing = measure(samples, () =>
    nanosecondsPer(rounds * batch, () => {
      for (let round = 0; round < rounds; round++) {
        sender.send(batch);
        echo.serve();
        sender.receive();
      }
    }),
  );
  const parameters = `1 thread, batches of ${batch}, 8 headers`;
  const row = { bench: BENCH, what: 'there and back', parameters, hash: resultHash(replies) };
  return timingRow(row, timing, BUDGET_NS);
}

/** As in the engine: the actor sleeps on the mailbox, the acceptor is signalled by a message. */
async function betweenTwoThreads(batch: number, size: Size): Promise<BenchRow> {
  const { samples, operations } = effort(size, batch === 1 ? OPERATIONS / 4 : OPERATIONS);
  const buffer = createMailboxBuffer();
  const sender = new Sender(buffer);
  const worker = new Worker(entryFile('bench/micro/mailbox-echo-thread'), { workerData: buffer });
  const words = sender.acceptor.memory.words;
  const rounds = Math.ceil(operations / batch);
  const sample = async () => {
    const startedMs = performance.now();
    for (let round = 0; round < rounds; round++) {
      sender.send(batch);
      for (let waiting = batch; waiting > 0; ) {
        await once(worker, 'message');
        Atomics.store(words, CONTROL.acceptorSignalled, 0);
        waiting -= sender.receive();
      }
    }
    return ((performance.now() - startedMs) * 1e6) / (rounds * batch);
  };
  await sample();
  const nanoseconds: number[] = [];
  for (let taken = 0; taken < samples; taken++) {
    nanoseconds.push(await sample());
  }
  Atomics.store(words, CONTROL.shutdown, 1);
  sender.acceptor.wakeActor();
  await once(worker, 'exit');
  const parameters = `2 threads, ${batch} at once, 8 headers`;
  const row = { bench: BENCH, what: 'there and back', parameters };
  return timingRow(row, timingOf(nanoseconds));
}
