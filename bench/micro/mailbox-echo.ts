import type { ActorMailbox } from '../../actors/mailbox/actor-mailbox.ts';
import { ReplyWriter } from '../../actors/mailbox/reply-writer.ts';
import { RequestReader } from '../../actors/mailbox/request-reader.ts';

/** The least that an actor can do: it reads each request and redirects to what it was asked for. */
export class MailboxEcho {
  readonly #mailbox: ActorMailbox;
  readonly #requests: RequestReader;
  readonly #replies: ReplyWriter;

  constructor(mailbox: ActorMailbox) {
    this.#mailbox = mailbox;
    this.#requests = new RequestReader(mailbox.memory);
    this.#replies = new ReplyWriter(mailbox.memory);
  }

  /** Serves what is there. @returns whether there was anything */
  serve(): boolean {
    const mailbox = this.#mailbox;
    let served = 0;
    for (let slot = mailbox.take(); slot !== -1; slot = mailbox.take()) {
      this.#requests.read(slot);
      const { path, query } = this.#requests;
      this.#replies.redirect(slot, `https://shop.acmecorp.com${path}?${query}`, 'redirected');
      mailbox.complete(slot);
      served++;
    }
    if (served > 0) {
      mailbox.flush();
    }
    return served > 0;
  }
}
