import { writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Settings } from './engine-session.ts';

const GIB = 1024 ** 3;

/**
 * How much of the machine the engine may take. It shares it with the process that redirects.
 *
 * - memory: half of the machine's, at most 4 GiB; one query at most three quarters of that, and it
 *   goes to disk from half of its own share on
 * - merges: half of the cores; short ones first, so that a long one does not let parts pile up
 */
export function engineSettings(folder: string): { connectionArgs: string[]; baseline: Settings } {
  const serverBytesMax = Math.floor(Math.min(4 * GIB, totalmem() / 2));
  const queryBytesMax = Math.floor(serverBytesMax * 0.75);
  const mergeThreads = Math.max(1, Math.floor(availableParallelism() / 2));
  const configFile = join(folder, 'engine.xml');
  writeFileSync(
    configFile,
    `<clickhouse>
  <max_server_memory_usage>${serverBytesMax}</max_server_memory_usage>
  <mark_cache_size>${Math.floor(serverBytesMax / 8)}</mark_cache_size>
  <index_uncompressed_cache_size>${Math.floor(serverBytesMax / 16)}</index_uncompressed_cache_size>
  <background_pool_size>${mergeThreads}</background_pool_size>
  <background_merges_mutations_concurrency_ratio>4</background_merges_mutations_concurrency_ratio>
  <background_merges_mutations_scheduling_policy>shortest_task_first</background_merges_mutations_scheduling_policy>
</clickhouse>
`,
  );
  const baseline = new Map([
    ['max_memory_usage', String(queryBytesMax)],
    ['max_bytes_before_external_group_by', String(Math.floor(queryBytesMax / 2))],
    ['max_bytes_before_external_sort', String(Math.floor(queryBytesMax / 2))],
    // An answer goes through a file; it must not fill the disk that the event log needs.
    ['max_result_bytes', String(4 * GIB)],
    // What the engine has otherwise because it thinks that it is a command-line tool.
    ['implicit_select', '0'],
    ['allow_introspection_functions', '0'],
    // What it must have because it is one; named, so that a request's value is undone.
    // Mapped files, its default here, cost an insert 1 µs a row in page faults.
    ['storage_file_read_method', 'pread'],
    ['serialize_query_plan', '0'],
    ['output_format_arrow_use_native_writer', '0'],
  ]);
  return {
    connectionArgs: ['--async_load_databases=0', `--config-file=${configFile}`],
    baseline,
  };
}
