import { promises as dns } from 'node:dns';

/**
 * Finds the addresses of a name. An empty list, or a rejection: there are none, or nobody could say.
 *
 * @param signal ends the search
 */
export type ResolveName = (name: string, signal: AbortSignal) => Promise<string[]>;

const QUESTION_MS_MAX = 2_000;
const TRIES = 2;

/**
 * Asks the DNS directly. The system's own resolver would block one of the few threads of the process
 * for as long as a name server likes, and cannot be stopped. The price: the hosts file is not read.
 */
export const resolveByDns: ResolveName = async (name, signal) => {
  if (/(^|\.)localhost\.?$/i.test(name)) {
    return ['127.0.0.1', '::1']; // RFC 6761: no name server is to be asked.
  }
  const resolver = new dns.Resolver({ timeout: QUESTION_MS_MAX, tries: TRIES });
  const cancel = () => resolver.cancel();
  signal.addEventListener('abort', cancel);
  try {
    const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  } finally {
    signal.removeEventListener('abort', cancel);
  }
};
