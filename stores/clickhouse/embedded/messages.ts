/** What the embedded ClickHouse's process tells the one that started it. */
export type FromEmbeddedClickHouse =
  | { kind: 'ready'; port: number }
  | { kind: 'failed'; code: string; message: string };
