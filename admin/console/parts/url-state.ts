import { useCallback } from 'react';
import { useSearchParams } from 'wouter';

/**
 * A text that is kept in the address's query, so that a reload, a link and the way back show the same.
 *
 * @param fallback what holds when the address does not say; it is not written there
 */
export function useUrlState(
  name: string,
  fallback = '',
): readonly [value: string, set: (value: string) => void] {
  const [params, setParams] = useSearchParams();
  const set = useCallback(
    (value: string) =>
      setParams(
        (current) => {
          const next = new URLSearchParams(current);
          if (value === fallback) {
            next.delete(name);
          } else {
            next.set(name, value);
          }
          return next;
        },
        { replace: true },
      ),
    [name, fallback, setParams],
  );
  return [params.get(name) ?? fallback, set];
}

/** The same for several texts, which are changed together. A member of '' is not written. */
export function useUrlFilters<Name extends string>(
  names: readonly Name[],
): readonly [values: Record<Name, string>, set: (changes: Partial<Record<Name, string>>) => void] {
  const [params, setParams] = useSearchParams();
  const values = Object.fromEntries(names.map((name) => [name, params.get(name) ?? ''])) as Record<
    Name,
    string
  >;
  const set = useCallback(
    (changes: Partial<Record<Name, string>>) =>
      setParams(
        (current) => {
          const next = new URLSearchParams(current);
          for (const [name, value] of Object.entries<string | undefined>(changes)) {
            if (value === undefined || value === '') {
              next.delete(name);
            } else {
              next.set(name, value);
            }
          }
          return next;
        },
        { replace: true },
      ),
    [setParams],
  );
  return [values, set];
}
