import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * The path of the first of these programs that is installed.
 *
 * @throws Error naming them when none is
 */
export function findProgram(names: readonly string[]): string {
  for (const name of names) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      const path = join(folder, name);
      if (folder !== '' && existsSync(path)) {
        return path;
      }
    }
  }
  throw new Error(`None of these programs is installed: ${names.join(', ')}`);
}
