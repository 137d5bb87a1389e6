import { readFile } from 'node:fs/promises';

/**
 * What Linux tells of a process, see proc(5).
 *
 * @returns reads a field by its number there, from 3 on (1 is the id, 2 the name)
 * @throws the system's error when there is no such process
 */
export async function readProcessStat(pid: number): Promise<(field: number) => string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name may contain blanks and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (field) => fields[field - 3] ?? '';
}
