import { createHash, randomBytes } from 'node:crypto';
import type pg from 'pg';
import { withTransaction } from '../client.ts';
import { API_KEY_COLUMNS, type ApiKey } from './keys.ts';

/** Sessions of one key at a time; signing in once more ends the oldest. */
const SESSIONS_PER_KEY_MAX = 50;
const TOKEN_BYTES = 32;
const TOKEN_PATTERN = /^[0-9a-f]{64}$/;

/** Whether this can be a session's token at all. */
export function isSessionToken(text: string): boolean {
  return TOKEN_PATTERN.test(text);
}

/** SHA-256 of a token, 64 hex digits; 256 random bits need no slow hash. */
export function hashSessionToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/**
 * Begins a session of a key. Expired sessions, whoever's they are, are forgotten on this occasion.
 *
 * @param lifetimeMs from now on
 * @returns the session's token, which cannot be had again
 */
export async function createSession(
  pool: pg.Pool,
  keyId: string,
  lifetimeMs: number,
): Promise<string> {
  const token = randomBytes(TOKEN_BYTES).toString('hex');
  await withTransaction(pool, async (client) => {
    await client.query('DELETE FROM sessions WHERE expires_at <= now()');
    await client.query(
      `DELETE FROM sessions WHERE token_hash IN (
        SELECT token_hash FROM sessions WHERE key_id = $1
        ORDER BY created_at DESC, token_hash OFFSET $2)`,
      [keyId, SESSIONS_PER_KEY_MAX - 1],
    );
    await client.query(
      `INSERT INTO sessions (token_hash, key_id, expires_at)
        VALUES ($1, $2, now() + $3 * interval '1 millisecond')`,
      [hashSessionToken(token), keyId, lifetimeMs],
    );
  });
  return token;
}

/**
 * The key of a session that may be used now.
 *
 * @param tokenHash from `hashSessionToken`
 * @returns undefined when there is no such session, or it or its key has ended
 */
export async function findSessionKey(
  pool: pg.Pool,
  tokenHash: string,
): Promise<ApiKey | undefined> {
  const { rows } = await pool.query<ApiKey>(
    `SELECT ${API_KEY_COLUMNS} FROM api_keys
      WHERE key_id = (SELECT key_id FROM sessions WHERE token_hash = $1 AND expires_at > now())
        AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`,
    [tokenHash],
  );
  return rows[0];
}

/** Ends a session; one that has ended already stays so. */
export async function endSession(pool: pg.Pool, tokenHash: string): Promise<void> {
  await pool.query('DELETE FROM sessions WHERE token_hash = $1', [tokenHash]);
}
