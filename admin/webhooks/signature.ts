import { createHmac } from 'node:crypto';

/**
 * The header `Trellis-Signature`, `t=<seconds since epoch>,v1=<HMAC-SHA256 in hex>`. Signed is
 * `<t>.<body>` with the secret's own text as the key. The time keeps an old request from being sent
 * again by somebody who has seen it.
 */
export function signatureOf(secret: string, body: string, nowMs: number): string {
  const t = Math.floor(nowMs / 1000);
  const v1 = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex');
  return `t=${t},v1=${v1}`;
}
