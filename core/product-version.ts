import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './entry-file.ts';

/** Trellis's version, from package.json; `unknown` where that says none. */
export function productVersion(): string {
  const content: unknown = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
  const isVersioned = typeof content === 'object' && content !== null && 'version' in content;
  return isVersioned ? String(content.version) : 'unknown';
}
