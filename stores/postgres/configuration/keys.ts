import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { Scope } from '../../../core/configuration.ts';
import { TrellisError } from '../../../core/errors.ts';
import { createKey, type KeyEnvironment } from '../../../core/keys.ts';
import { isConstraint, onlyRow } from './constraints.ts';

export type NewApiKey = {
  organization_id: string;
  name: string;
  /** At least one. */
  scopes: readonly Scope[];
  expires_at?: Date | null;
  /** `live` by default. */
  environment?: KeyEnvironment;
};

/** A key as it is listed; what it opens can no longer be told from it. */
export type ApiKey = {
  key_id: string;
  organization_id: string;
  name: string;
  key_prefix: string;
  scopes: Scope[];
  created_at: Date;
  expires_at: Date | null;
  revoked_at: Date | null;
};

/** Of `ApiKey`, as SQL lists them. */
export const API_KEY_COLUMNS =
  'key_id, organization_id, name, key_prefix, scopes, created_at, expires_at, revoked_at';

/**
 * @returns the key's row, and the key itself, which cannot be had again
 * @throws TrellisError `organization_unknown`, `key_without_scope`
 */
export async function createApiKey(
  pool: pg.Pool | pg.ClientBase,
  wanted: NewApiKey,
): Promise<ApiKey & { key: string }> {
  if (wanted.scopes.length === 0) {
    throw new TrellisError('key_without_scope', 'A key needs at least one scope');
  }
  const { key, key_hash, key_prefix } = createKey(wanted.environment ?? 'live');
  const keyId = `key_${randomBytes(8).toString('hex')}`;
  try {
    const { rows } = await pool.query<ApiKey>(
      `INSERT INTO api_keys
        (key_id, organization_id, name, key_hash, key_prefix, scopes, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${API_KEY_COLUMNS}`,
      [
        ...[keyId, wanted.organization_id, wanted.name, key_hash, key_prefix],
        ...[[...new Set(wanted.scopes)], wanted.expires_at ?? null],
      ],
    );
    return { ...onlyRow(rows), key };
  } catch (error) {
    if (isConstraint(error, 'foreignKey')) {
      throw new TrellisError(
        'organization_unknown',
        `There is no organisation ${wanted.organization_id}`,
      );
    }
    throw error;
  }
}

export type KeyListOptions = {
  /** All organisations when it is not given. */
  organization_id?: string;
  /** The last key_id of the page before; '' for the first page. */
  after?: string;
  limit?: number;
};

/** @returns keys by key_id, revoked and expired ones included */
export async function listApiKeys(pool: pg.Pool, options: KeyListOptions = {}): Promise<ApiKey[]> {
  const { rows } = await pool.query<ApiKey>(
    `SELECT ${API_KEY_COLUMNS} FROM api_keys
      WHERE key_id > $1 AND ($2::text IS NULL OR organization_id = $2)
      ORDER BY key_id LIMIT $3`,
    [options.after ?? '', options.organization_id ?? null, options.limit ?? 1_000],
  );
  return rows;
}

/**
 * Ends a key at once; doing so again changes nothing.
 *
 * @param organizationId when given, only a key of this organisation is revoked
 * @returns the revoked key, or undefined when there is none
 */
export async function revokeApiKey(
  pool: pg.Pool,
  keyId: string,
  organizationId?: string,
): Promise<ApiKey | undefined> {
  const { rows } = await pool.query<ApiKey>(
    `UPDATE api_keys SET revoked_at = coalesce(revoked_at, now())
      WHERE key_id = $1 AND ($2::text IS NULL OR organization_id = $2) RETURNING ${API_KEY_COLUMNS}`,
    [keyId, organizationId ?? null],
  );
  return rows[0];
}

/**
 * The key that has this hash and may be used now.
 *
 * @param keyHash from `hashKey`
 * @returns undefined when there is none, or it is revoked or expired
 */
export async function findUsableApiKey(
  pool: pg.Pool,
  keyHash: string,
): Promise<ApiKey | undefined> {
  const { rows } = await pool.query<ApiKey>(
    `SELECT ${API_KEY_COLUMNS} FROM api_keys
      WHERE key_hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`,
    [keyHash],
  );
  return rows[0];
}
