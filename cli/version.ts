import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../core/entry-file.ts';

/** Trellis's version, from package.json. */
export function version(): string {
  const content: unknown = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
  const isVersioned = typeof content === 'object' && content !== null && 'version' in content;
  return isVersioned ? String(content.version) : 'unknown';
}
