/** The entry of the other thread of bench/micro/mailbox.ts. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { ActorMailbox } from '../../actors/mailbox/actor-mailbox.ts';
import { MailboxEcho } from './mailbox-echo.ts';

const SLEEP_MS_MAX = 250;

if (isMainThread || !(workerData instanceof SharedArrayBuffer)) {
  throw new Error('bench/micro/mailbox-echo-thread is the entry of a worker thread');
}
const mailbox = new ActorMailbox(workerData, () => parentPort?.postMessage(0));
const echo = new MailboxEcho(mailbox);
while (!mailbox.shutdownRequested) {
  const wakeValue = mailbox.wakeValue();
  if (!echo.serve()) {
    mailbox.sleep(wakeValue, SLEEP_MS_MAX);
  }
}
