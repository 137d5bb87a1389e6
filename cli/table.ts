/**
 * Lays rows out in columns for people.
 *
 * @param rows cells per row, as many as there are headings
 * @returns lines without line ends; the heading only when there are no rows
 */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const lines = [headings.map((heading) => heading.toUpperCase()), ...rows];
  const widths = headings.map((_, column) =>
    Math.max(...lines.map((cells) => printable(cells[column]).length)),
  );
  return lines.map((cells) =>
    cells
      .map((cell, column) => printable(cell).padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Names come from customers: control characters must not reach a terminal. */
function printable(cell: string | undefined): string {
  return (cell ?? '').replace(/\p{Cc}/gu, '?');
}
