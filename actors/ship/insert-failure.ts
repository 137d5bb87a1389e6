import { ClickHouseError } from '@clickhouse/client';
import { messageOf } from '../../core/errors.ts';
import { isRetriableClickHouseError } from '../../stores/clickhouse/client.ts';

/**
 * What a failed insert says about the rows.
 * - `unavailable`: nothing; ClickHouse is down, slow or overloaded. The same bytes go again later.
 * - `misconfigured`: nothing; every insert would be refused (a missing table or column, a wrong
 *   password). The same bytes go again later, when somebody has repaired it.
 * - `refused`: one or more of them cannot be stored.
 */
type FailureKind = 'unavailable' | 'misconfigured' | 'refused';

export type InsertFailure = {
  kind: FailureKind;
  /** ClickHouse's error number, or `connection` without an answer from it. Bounded: a label. */
  code: string;
  message: string;
};

/** ClickHouse's error number for "too many parts": merges lag behind inserts. */
export const TOO_MANY_PARTS = '252';

/**
 * Errors that have nothing to do with the rows of the insert: numbers of ClickHouse's
 * `ErrorCodes.cpp`, and the statuses of a proxy in front of it.
 */
const MISCONFIGURED: ReadonlySet<string> = new Set([
  '16', // NO_SUCH_COLUMN_IN_TABLE
  '20', // NUMBER_OF_COLUMNS_DOESNT_MATCH
  '46', // UNKNOWN_FUNCTION
  '47', // UNKNOWN_IDENTIFIER
  '48', // NOT_IMPLEMENTED
  '50', // UNKNOWN_TYPE
  '60', // UNKNOWN_TABLE
  '62', // SYNTAX_ERROR
  '73', // UNKNOWN_FORMAT
  '81', // UNKNOWN_DATABASE
  '115', // UNKNOWN_SETTING
  '192', // UNKNOWN_USER
  '193', // WRONG_PASSWORD
  '194', // REQUIRED_PASSWORD
  '195', // IP_ADDRESS_NOT_ALLOWED
  '218', // TABLE_IS_DROPPED
  '291', // DATABASE_ACCESS_DENIED
  '344', // SUPPORT_IS_DISABLED
  '452', // SETTING_CONSTRAINT_VIOLATION
  '497', // ACCESS_DENIED
  '516', // AUTHENTICATION_FAILED
]);

export function classifyInsertFailure(error: unknown): InsertFailure {
  const code = error instanceof ClickHouseError ? error.code : 'connection';
  return { kind: kindOf(error, code), code, message: messageOf(error) };
}

function kindOf(error: unknown, code: string): FailureKind {
  if (isRetriableClickHouseError(error)) {
    return 'unavailable';
  }
  // Without ClickHouse's word that it read the rows, the rows are not to blame.
  return code === 'connection' || MISCONFIGURED.has(code) ? 'misconfigured' : 'refused';
}
