import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Logger } from '../../../core/logger.ts';

export interface ServerLog {
  /** For the message of a start that failed. */
  lastLines(): string;
  /** Settles when the server and all its children have closed their log. */
  ended: Promise<void>;
}

const LINES_KEPT = 30;
/** What every open session is told when the server stops as asked. */
const STOPPING = 'terminating connection due to administrator command';

/**
 * Passes the server's log on to ours. Statements that an application got wrong are the
 * application's to report, so an ERROR is only a debug line here.
 */
export function followServerLog(stderr: Readable, logger: Logger): ServerLog {
  const kept: string[] = [];
  const lines = createInterface({ input: stderr });
  const ended = new Promise<void>((resolve) => lines.once('close', resolve));
  lines.on('line', (line) => {
    kept.push(line);
    if (kept.length > LINES_KEPT) {
      kept.shift();
    }
    const text = `postgres: ${line}`;
    if (line.startsWith('PANIC:')) {
      logger.error(text);
    } else if (/^(?:FATAL|WARNING):/.test(line) && !line.endsWith(STOPPING)) {
      logger.warn(text);
    } else {
      logger.debug(text);
    }
  });
  return { lastLines: () => kept.join('\n'), ended };
}
