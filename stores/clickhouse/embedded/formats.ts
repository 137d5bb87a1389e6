/** The Content-Type of each format that is not plain text, as the server sends it. */
const CONTENT_TYPES: ReadonlyArray<readonly [formats: RegExp, contentType: string]> = [
  [
    /^(JSONEachRow|JSONCompactEachRow|JSONStringsEachRow|JSONLines|NDJSON)/i,
    'application/x-ndjson',
  ],
  [/^(JSONCompactStringsEachRow|JSONObjectEachRow|JSON)/i, 'application/json'],
  [/^(TabSeparated|TSV|Raw$)/i, 'text/tab-separated-values'],
  [/^CSV/i, 'text/csv'],
  [/^XML$/i, 'application/xml'],
  [/^Markdown$/i, 'text/markdown'],
];
const BINARY =
  /^(RowBinary|Native|Arrow|ArrowStream|Parquet|ORC|Avro|MsgPack|Protobuf|CapnProto|BSON|Npy)/i;

/** The Content-Type header for rows in a format. */
export function contentTypeOf(format: string): string {
  const known = CONTENT_TYPES.find(([formats]) => formats.test(format))?.[1];
  if (known === undefined) {
    return BINARY.test(format) ? 'application/octet-stream' : 'text/plain; charset=UTF-8';
  }
  const header = /^(CSV|TSV|TabSeparated)/i.test(format)
    ? `; header=${/WithNames/i.test(format) ? 'present' : 'absent'}`
    : '';
  return `${known}; charset=UTF-8${header}`;
}
