import { printable } from './printable.ts';

/** Formats rows as text that is safe for a terminal. Columns are two blanks apart, and the last is not padded. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, cell.length);
    });
  }
  return rows
    .map((row) =>
      row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd((widths[at] ?? 0) + 2))).join(''),
    )
    .map((line) => `${printable(line)}\n`)
    .join('');
}
