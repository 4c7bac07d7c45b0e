/** The lists of codes in README and docs are those of the program. `UPDATE_README=1` writes them anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CodeText } from '../../src/diagnostics/code-text.ts';
import { CODES, type DiagnosticCode } from '../../src/diagnostics/codes.ts';
import { FINDING_CODES } from '../../src/diagnostics/lint-codes.ts';

const ROOT = join(import.meta.dirname, '../..');
const FINDINGS: ReadonlySet<string> = new Set(FINDING_CODES);
const ROWS = Object.entries(CODES) as [DiagnosticCode, CodeText][];

/** A list of Markdown: cells of a table would be too long to read in a terminal. */
const list = (rows: readonly [string, CodeText][]): string =>
  rows
    .map(
      ([code, { severity, example, meaning }]) =>
        `- \`${code}\` (${severity}): ${meaning} Example: ${example}.\n`,
    )
    .join('');

/** What stands between the marks of a name. */
const between = (name: string): RegExp =>
  new RegExp(`(?<=<!-- codes: ${name} -->\\n\\n)[^]*?(?=\\n?<!-- end of codes -->)`);

describe('the list of codes', () => {
  it.each([
    ['findings', 'docs/messages.md', list(ROWS.filter(([code]) => FINDINGS.has(code)))],
    ['others', 'docs/messages.md', list(ROWS.filter(([code]) => !FINDINGS.has(code)))],
  ])('of %s in %s is made from the table of the program', (name, file, expected) => {
    const path = join(ROOT, file);
    const text = readFileSync(path, 'utf8');
    if (process.env['UPDATE_README'] !== undefined) {
      writeFileSync(
        path,
        text.replace(between(name), () => expected),
      );
    }
    expect(between(name).exec(readFileSync(path, 'utf8'))?.[0]).toBe(expected);
  });
});
