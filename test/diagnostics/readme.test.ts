/** README's tables of codes are those of the program. `UPDATE_README=1` writes them anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CodeText } from '../../src/diagnostics/code-text.ts';
import { CODES, type DiagnosticCode } from '../../src/diagnostics/codes.ts';
import { FINDING_CODES } from '../../src/diagnostics/lint-codes.ts';

const PATH = join(import.meta.dirname, '../../README.md');
const FINDINGS: ReadonlySet<string> = new Set(FINDING_CODES);
const ROWS = Object.entries(CODES) as [DiagnosticCode, CodeText][];

/** A table of Markdown as Prettier writes it. */
function table(rows: readonly [string, CodeText][]): string {
  const cells = [
    ['Code', 'Severity', 'Example', 'Meaning'],
    ...rows.map(([code, { severity, example, meaning }]) => [`\`${code}\``, severity, example, meaning]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`;
  const [head = '', ...body] = cells.map(line);
  return `${head}${line(widths.map((width) => '-'.repeat(width)))}${body.join('')}`;
}

/** What stands between the marks of a name. */
const between = (name: string): RegExp =>
  new RegExp(`(?<=<!-- codes: ${name} -->\\n\\n)[^]*?(?=\\n?<!-- end of codes -->)`);

describe('the table of README', () => {
  it.each([
    ['findings', table(ROWS.filter(([code]) => FINDINGS.has(code)))],
    ['others', table(ROWS.filter(([code]) => !FINDINGS.has(code)))],
  ])('of %s is made from that of the program', (name, expected) => {
    const readme = readFileSync(PATH, 'utf8');
    if (process.env['UPDATE_README'] !== undefined) {
      writeFileSync(
        PATH,
        readme.replace(between(name), () => expected),
      );
    }
    expect(between(name).exec(readFileSync(PATH, 'utf8'))?.[0]).toBe(expected);
  });
});
