import { describe, expect, it } from 'vitest';
import { AcceptorMailbox } from './acceptor-mailbox.ts';
import { ActorMailbox } from './actor-mailbox.ts';
import {
  CONTROL,
  LARGE_LANE,
  OUTCOMES,
  REQUEST_KIND,
  SLOT,
  SLOT_STATE,
  SMALL_LANE,
} from './layout.ts';
import { createMailboxBuffer, MailboxMemory } from './mailbox.ts';
import { ReplyWriter } from './reply-writer.ts';
import { RequestReader } from './request-reader.ts';
import { RequestWriter } from './request-writer.ts';

function pair() {
  const buffer = createMailboxBuffer();
  let signals = 0;
  const acceptor = new AcceptorMailbox(buffer);
  const newActor = () =>
    new ActorMailbox(buffer, () => {
      signals++;
    });
  return { buffer, acceptor, actor: newActor(), newActor, signals: () => signals };
}

const writer = new RequestWriter();

function submit(
  acceptor: AcceptorMailbox,
  path: string,
  query = '',
  body: Uint8Array | null = null,
) {
  writer.begin(path, query, '203.0.113.7');
  writer.add('user-agent', 'Mozilla/5.0 (ünïcode 😀)');
  writer.add('x-empty', '');
  const slot = writer.writeTo(acceptor, body);
  if (slot >= 0) {
    acceptor.submit(slot, REQUEST_KIND.click, 7, 1_750_000_000_123);
  }
  return slot;
}

describe('a request in the mailbox', () => {
  it('is read as it was written, whatever characters it has', () => {
    const { acceptor, actor } = pair();
    const body = new Uint8Array([0, 255, 10, 13]);
    const slot = submit(acceptor, '/in/söm\nmer', 'a=1&b=%E4\u0000', body);
    expect(actor.take()).toBe(slot);
    const reader = new RequestReader(actor.memory);
    reader.read(slot);
    expect(reader).toMatchObject({
      kind: REQUEST_KIND.click,
      organization: 7,
      receivedAtMs: 1_750_000_000_123,
      path: '/in/söm\nmer',
      query: 'a=1&b=%E4\u0000',
      peer: '203.0.113.7',
      headerCount: 2,
    });
    expect(reader.header('user-agent')).toBe('Mozilla/5.0 (ünïcode 😀)');
    expect(reader.header('x-empty')).toBe('');
    expect(reader.header('missing')).toBe('');
    expect([...reader.body()]).toEqual([...body]);
  });

  it('goes to the large lane when it is large, and is refused when it is larger than that', () => {
    const { acceptor, actor } = pair();
    const large = submit(acceptor, '/collect', '', new Uint8Array(500_000).fill(65));
    expect(large).toBeGreaterThanOrEqual(SMALL_LANE.slots);
    expect(actor.take()).toBe(large);
    const reader = new RequestReader(actor.memory);
    reader.read(large);
    expect(reader.body().length).toBe(500_000);
    expect(submit(acceptor, '/collect', '', new Uint8Array(LARGE_LANE.requestBytes + 1))).toBe(-2);
  });

  it('finds no slot when the lane is full, and finds one again after a release', () => {
    const { acceptor, actor } = pair();
    for (let count = 0; count < SMALL_LANE.slots; count++) {
      expect(submit(acceptor, '/in/a')).toBeGreaterThanOrEqual(0);
    }
    expect(submit(acceptor, '/in/a')).toBe(-1);
    expect(acceptor.depth).toBe(SMALL_LANE.slots);
    const slot = actor.take();
    actor.complete(slot);
    actor.flush();
    expect(acceptor.nextReply()).toBe(slot);
    acceptor.release(slot);
    acceptor.advance();
    expect(submit(acceptor, '/in/a')).toBe(slot);
  });
});

describe('replies', () => {
  it('become visible together at the flush, with one signal until the acceptor drains', () => {
    const { acceptor, actor, signals } = pair();
    const replies = new ReplyWriter(actor.memory);
    const slots = [submit(acceptor, '/in/a'), submit(acceptor, '/in/b')];
    for (const slot of slots) {
      expect(actor.take()).toBe(slot);
      replies.redirect(slot, 'https://shop.example/', 'redirected');
      actor.complete(slot);
    }
    expect(acceptor.nextReply()).toBe(-1);
    actor.flush();
    actor.flush();
    expect(signals()).toBe(1);
    for (const slot of slots) {
      expect(acceptor.nextReply()).toBe(slot);
      const memory = acceptor.memory;
      expect(memory.word(slot, SLOT.replyStatus)).toBe(302);
      expect(OUTCOMES[memory.word(slot, SLOT.replyOutcome)]).toBe('redirected');
      acceptor.release(slot);
      acceptor.advance();
    }
    expect(acceptor.nextReply()).toBe(-1);
    Atomics.store(acceptor.memory.words, CONTROL.acceptorSignalled, 0);
    actor.flush();
    expect(signals()).toBe(2);
  });

  it('that do not fit their slot are a broken invariant, not a damaged neighbour', () => {
    const { acceptor, actor } = pair();
    const slot = submit(acceptor, '/postback');
    const replies = new ReplyWriter(actor.memory);
    expect(() => replies.claim(slot, 'evt_0', new Uint8Array(SMALL_LANE.replyBytes))).toThrow(
      /fit/,
    );
  });
});

describe('the successor of a dead actor', () => {
  it('finds what was taken, serves what was submitted, and publishes what was replied', () => {
    const { acceptor, actor, newActor } = pair();
    const [taken, replied, submitted] = [
      submit(acceptor, '/in/taken'),
      submit(acceptor, '/in/replied'),
      submit(acceptor, '/in/submitted'),
    ] as [number, number, number];
    actor.take();
    actor.take();
    actor.complete(replied); // and dies before the flush
    const successor = newActor();
    expect(successor.republishReplies()).toBe(1);
    expect(successor.orphans()).toEqual([taken]);
    expect(successor.take()).toBe(submitted);
    expect(successor.take()).toBe(-1);
    expect(acceptor.nextReply()).toBe(replied);
    acceptor.release(replied);
    acceptor.advance();
    expect(acceptor.nextReply()).toBe(-1);
  });

  it('does not publish again what is published, or held by the acceptor', () => {
    const { acceptor, actor, newActor } = pair();
    const held = submit(acceptor, '/postback');
    const published = submit(acceptor, '/in/b');
    for (const slot of [held, published]) {
      actor.take();
      actor.complete(slot);
    }
    actor.flush();
    expect(acceptor.nextReply()).toBe(held);
    acceptor.hold(held);
    acceptor.advance();
    expect(newActor().republishReplies()).toBe(0);
    expect(acceptor.nextReply()).toBe(published);
    expect(acceptor.memory.state(held)).toBe(SLOT_STATE.held);
  });
});

it('random traffic with dying actors answers each request exactly once', () => {
  const { acceptor, newActor } = pair();
  let actor = newActor();
  let seed = 42;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const waiting = new Set<number>();
  let answered = 0;
  let submitted = 0;
  const answerAll = () => {
    for (let slot = acceptor.nextReply(); slot !== -1; slot = acceptor.nextReply()) {
      expect(waiting.delete(slot)).toBe(true);
      answered++;
      acceptor.release(slot);
      acceptor.advance();
    }
  };
  for (let round = 0; round < 20_000; round++) {
    switch (random(5)) {
      case 0:
      case 1: {
        const slot = submit(acceptor, `/in/${round}`);
        if (slot >= 0) {
          expect(waiting.has(slot)).toBe(false);
          waiting.add(slot);
          submitted++;
        }
        break;
      }
      case 2: {
        const slot = actor.take();
        if (slot !== -1 && random(4) > 0) {
          actor.complete(slot);
        }
        break;
      }
      case 3:
        actor.flush();
        answerAll();
        break;
      default:
        if (random(20) === 0) {
          actor = newActor();
          actor.republishReplies();
          for (const slot of actor.orphans()) {
            actor.complete(slot);
          }
        }
    }
  }
  actor = newActor();
  actor.republishReplies();
  for (const slot of actor.orphans()) {
    actor.complete(slot);
  }
  for (let slot = actor.take(); slot !== -1; slot = actor.take()) {
    actor.complete(slot);
  }
  actor.flush();
  answerAll();
  expect(waiting.size).toBe(0);
  expect(answered).toBe(submitted);
});

it('a mailbox of another layout is refused', () => {
  const buffer = createMailboxBuffer();
  new Int32Array(buffer)[CONTROL.version] = 99;
  expect(() => new MailboxMemory(buffer)).toThrow(/layout 99/);
  expect(() => new MailboxMemory(new SharedArrayBuffer(64))).toThrow(/bytes/);
});
