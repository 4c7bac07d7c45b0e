import { printable } from '../text/printable.ts';

const LONGEST = 60;

/** Text from the input made fit for a label: on one line, and cut when nobody would read it to the end. */
export function shorten(text: string): string {
  const letters = Array.from(printable(text));
  return letters.length <= LONGEST ? letters.join('') : `${letters.slice(0, LONGEST - 1).join('')}…`;
}

const MOST_LINES = 8;

/** Lines made fit for a label: each on one line, and not too many. */
export function listedLines(lines: readonly string[]): readonly string[] {
  const shown = lines.length <= MOST_LINES ? lines : lines.slice(0, MOST_LINES - 1);
  const rest = lines.length - shown.length;
  return [...shown.map(shorten), ...(rest === 0 ? [] : [`and ${rest} more`])];
}
