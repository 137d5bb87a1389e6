import { messageOf } from '../../core/errors.ts';

/** What can be wrong with Redis, and the label `kind` of `trellis_redis_errors_total`. */
export const REDIS_ERROR_KINDS = [
  /** No connection, or it was lost. */
  'unreachable',
  /** No answer in time: a hung server, or a network that swallows packets. */
  'timeout',
  /** So many commands are unanswered that this one was not sent. */
  'overload',
  /** A replica, or a server that may not write because it could not save. */
  'read_only',
  /** At its `maxmemory`. */
  'out_of_memory',
  /** Wrong or missing password, or commands and keys that the user may not use. */
  'unauthorized',
  /** Starting: it reads its data. */
  'loading',
  /** Any other answer that is an error. */
  'refused',
  /** A message from another node that cannot be used: malformed or too old. */
  'bad_message',
] as const;

export type RedisErrorKind = (typeof REDIS_ERROR_KINDS)[number];

/** The first word of an error answer, which is Redis's error code. */
const KINDS_BY_CODE: Readonly<Record<string, RedisErrorKind>> = {
  READONLY: 'read_only',
  MISCONF: 'read_only',
  NOREPLICAS: 'read_only',
  OOM: 'out_of_memory',
  WRONGPASS: 'unauthorized',
  NOAUTH: 'unauthorized',
  NOPERM: 'unauthorized',
  LOADING: 'loading',
  MASTERDOWN: 'loading',
};

/** ioredis's own errors have no codes. */
const TIMEOUT_MESSAGE = /^(Command timed out|Socket timeout)/;

/** The kind of anything that ioredis rejects with or emits as an error. */
export function redisErrorKind(error: unknown): RedisErrorKind {
  const message = messageOf(error);
  if (error instanceof Error && error.name === 'ReplyError') {
    return KINDS_BY_CODE[message.split(' ', 1)[0] ?? ''] ?? 'refused';
  }
  return TIMEOUT_MESSAGE.test(message) ? 'timeout' : 'unreachable';
}
