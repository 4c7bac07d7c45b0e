import { type Difference } from '../modes/comparison.ts';
import { printableLines } from '../text/printable.ts';

const HEAD = '--- expected\n+++ node\n';

/**
 * Formats a unified diff. `hunks` are those of the canonical forms. When these do not show the differences,
 * each difference becomes a hunk with its parts. The text is empty only when there is no difference.
 */
export function unifiedReport<Part>(
  hunks: string,
  differences: readonly Difference<Part>[],
  print: (part: Part) => string,
): string {
  if (differences.length === 0) return '';
  const told = hunks === '' ? differences.map((one) => hunkOf(one, print)).join('') : hunks;
  return `${HEAD}${printableLines(told)}`;
}

function hunkOf<Part>(
  { chain, message, expected, actual }: Difference<Part>,
  print: (part: Part) => string,
): string {
  const lines = (sign: '-' | '+', parts: readonly Part[]): string =>
    parts.map((part) => `${sign}${print(part)}\n`).join('');
  return `@@ ${chain}: ${message} @@\n${lines('-', expected)}${lines('+', actual)}`;
}
