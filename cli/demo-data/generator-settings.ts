/**
 * Settings of the statements that generate. The catalogue stands in their text. Blocks are small, so
 * that columns stay in the processor's caches, and inserted in pieces of some 40,000 rows, which
 * become parts. Measured: pieces of 128 MiB cost twice the processor time, in page faults for the
 * memory that they take and give back.
 */
export const GENERATOR_SETTINGS = {
  max_query_size: '4000000',
  max_block_size: '8192',
  min_insert_block_size_rows: '0',
  min_insert_block_size_bytes: String(32 * 1024 * 1024),
} as const;
