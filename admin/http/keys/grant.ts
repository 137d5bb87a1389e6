import type { Scope } from '../../../core/configuration.ts';
import type { Caller } from '../context.ts';
import { ProblemError } from '../problems.ts';

/**
 * A key gives no other key what it has not itself.
 *
 * @param path where the scopes stand in the request
 * @throws ProblemError 403 naming the scopes that cannot be given
 */
export function requireGrantable(caller: Caller, scopes: readonly Scope[], path: string): void {
  const lacking = scopes.filter((scope) => !caller.scopes.includes(scope));
  if (lacking.length > 0) {
    const message = `your key has not ${lacking.join(', ')} itself`;
    throw new ProblemError(403, 'scope_not_grantable', `Cannot be given: ${lacking.join(', ')}`, [
      { path, message },
    ]);
  }
}
