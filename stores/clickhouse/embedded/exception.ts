import { messageOf, TrellisError } from '../../../core/errors.ts';

/** Codes that this adapter raises itself; the engine has hundreds more. */
export const EXCEPTIONS = {
  NO_SUCH_COLUMN_IN_TABLE: 16,
  NOT_IMPLEMENTED: 48,
  SYNTAX_ERROR: 62,
  UNKNOWN_FORMAT: 73,
  UNKNOWN_TYPE_OF_QUERY: 78,
  UNKNOWN_SETTING: 115,
  READONLY: 164,
  TOO_MANY_SIMULTANEOUS_QUERIES: 202,
  ABORTED: 236,
  QUERY_IS_TOO_LARGE: 229,
  NOT_ENOUGH_SPACE: 243,
  DATABASE_ACCESS_DENIED: 291,
  UNKNOWN_COMPRESSION_METHOD: 89,
  CANNOT_DECOMPRESS: 271,
  INTO_OUTFILE_NOT_ALLOWED: 358,
  TOO_MANY_ROWS_OR_BYTES: 396,
  ACCESS_DENIED: 497,
} as const;

export type ExceptionName = keyof typeof EXCEPTIONS;

/** A failure of a query, as ClickHouse reports it: `Code: 60. DB::Exception: … (UNKNOWN_TABLE)`. */
export class ClickHouseException extends TrellisError {
  /** ClickHouse's number, as in `X-ClickHouse-Exception-Code`. */
  readonly exceptionCode: number;
  /** The HTTP status where it differs from the one that the code implies. */
  readonly status: number | undefined;

  constructor(
    exceptionCode: number,
    message: string,
    options: { status?: number; cause?: unknown } = {},
  ) {
    super('clickhouse_exception', message, { cause: options.cause });
    this.name = 'ClickHouseException';
    this.exceptionCode = exceptionCode;
    this.status = options.status;
  }
}

/** An exception of the adapter's own, worded like the server's. */
export function exception(
  name: ExceptionName,
  text: string,
  options: { status?: number; cause?: unknown } = {},
): ClickHouseException {
  const code = EXCEPTIONS[name];
  return new ClickHouseException(code, `Code: ${code}. DB::Exception: ${text}. (${name})`, options);
}

/** Reads what the engine threw. Anything without a code becomes code 1001 (STD_EXCEPTION). */
export function exceptionFrom(thrown: unknown): ClickHouseException {
  if (thrown instanceof ClickHouseException) {
    return thrown;
  }
  const message = messageOf(thrown);
  if (
    thrown instanceof Error &&
    'code' in thrown &&
    /^Z_|^ERR_.*BROTLI/.test(String(thrown.code))
  ) {
    return exception('CANNOT_DECOMPRESS', message, { status: 400, cause: thrown });
  }
  const code = /Code: (\d+)/.exec(message)?.[1];
  if (code === undefined) {
    const text = `Code: 1001. DB::Exception: ${message} (STD_EXCEPTION)`;
    return new ClickHouseException(1001, text, { cause: thrown });
  }
  // The server's clients never see paths of files that the adapter made for itself.
  const shown = message.replace(/: \(in file\/uri [^)]*\)/g, '');
  return new ClickHouseException(Number(code), shown, { cause: thrown });
}

/** From ClickHouse's src/Server/HTTP/exceptionCodeToHTTPStatus.cpp; 202 is our own choice. */
const STATUS_BY_CODE: ReadonlyMap<number, number> = new Map(
  (
    [
      [400, [6, 8, 15, 25, 26, 27, 36, 37, 38, 41, 44, 53, 62, 72, 117, 123, 167, 168, 223, 321]],
      [400, [376, 427, 441, 675, 676]],
      [403, [192, 193, 497, 512, 516]],
      [404, [46, 47, 50, 56, 60, 63, 73, 78, 81, 115, 152, 336, 511]],
      [408, [159]],
      [413, [229]],
      [501, [48]],
      [503, [76, 202, 209, 439]],
    ] as const
  ).flatMap(([status, codes]) => codes.map((code) => [code, status] as const)),
);

/** The HTTP status that goes with an exception. */
export function statusOf(failure: ClickHouseException): number {
  return failure.status ?? STATUS_BY_CODE.get(failure.exceptionCode) ?? 500;
}
