import { InvalidArgumentError } from 'commander';
import { SCOPES, type Scope } from '../core/configuration.ts';
import { parseCurrency } from '../core/currencies.ts';

const UNITS_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** @throws InvalidArgumentError naming what there is */
export function scopesArgument(text: string): Scope[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !(SCOPES as readonly string[]).includes(name));
  if (unknown.length > 0) {
    throw new InvalidArgumentError(
      `No such scope: ${unknown.join(', ')}. Scopes are ${SCOPES.join(', ')}.`,
    );
  }
  return SCOPES.filter((scope) => names.includes(scope));
}

/**
 * A moment in the future: `90d`, `12h`, `30m` from now, a date (midnight UTC), or a date and time
 * with zone in ISO 8601.
 */
export function expiryArgument(nowMs: number): (text: string) => Date {
  return (text) => {
    const expiry = parseMoment(text, nowMs);
    if (expiry === undefined) {
      throw new InvalidArgumentError(
        'Give 90d, 12h or 30m, or a date such as 2030-12-31 or 2030-12-31T18:00:00Z.',
      );
    }
    if (expiry.getTime() <= nowMs) {
      throw new InvalidArgumentError('That is in the past.');
    }
    return expiry;
  };
}

function parseMoment(text: string, nowMs: number): Date | undefined {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  if (count !== undefined && (unit === 'm' || unit === 'h' || unit === 'd')) {
    return new Date(nowMs + Number(count) * UNITS_MS[unit]);
  }
  const isIso = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;
  const moment = new Date(isIso.test(text) ? text : Number.NaN);
  // Date turns 30 February into 1 March.
  const isReal = !Number.isNaN(moment.getTime()) && isDayOfMonth(text.slice(0, 10));
  return isReal ? moment : undefined;
}

function isDayOfMonth(date: string): boolean {
  return new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);
}

/** @returns the code in upper case */
export function currencyArgument(text: string): string {
  const currency = parseCurrency(text);
  if (currency === undefined) {
    throw new InvalidArgumentError('Give an ISO 4217 code such as USD.');
  }
  return currency;
}

/** A web address that visitors can be sent to. */
export function httpUrlArgument(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new InvalidArgumentError('Give an address that begins with https:// or http://.');
  }
  return url.href;
}

/** A whole number from 1 to `max`. */
export function countArgument(max: number): (text: string) => number {
  return (text) => {
    const count = /^\d+$/.test(text) ? Number(text) : 0;
    if (count < 1 || count > max) {
      throw new InvalidArgumentError(`Give a whole number from 1 to ${max}.`);
    }
    return count;
  };
}

/** For options that may be given several times. */
export function collectArgument(text: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), text];
}
