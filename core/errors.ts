/**
 * A failure of operation that a caller is expected to meet: a store that is down, a full disk, a
 * refused setting. Broken invariants are plain `Error`s instead and end the thread they happen on.
 */
export class TrellisError extends Error {
  /** Stable, machine-readable, lower_snake_case; never contains a value from outside. */
  readonly code: string;
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly retriable: boolean;

  constructor(
    code: string,
    message: string,
    options: { retriable?: boolean; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'TrellisError';
    this.code = code;
    this.retriable = options.retriable ?? false;
  }
}

/** The message of anything that was thrown, for logs and answers. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
