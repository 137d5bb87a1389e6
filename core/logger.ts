import pino from 'pino';

export type Logger = pino.Logger;

/**
 * The log of one process or thread: JSON lines on standard error, written synchronously so that a
 * line survives the crash it reports and a thread whose event loop is busy can still write.
 *
 * @param component which part speaks, for example `engine` or `actor-0`
 * @param level of TRELLIS_LOG_LEVEL
 */
export function createLogger(component: string, level = 'info'): Logger {
  return pino({ name: component, level }, pino.destination({ dest: 2, sync: true }));
}
