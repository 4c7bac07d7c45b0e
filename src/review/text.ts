import { printable } from '../text/printable.ts';
import { cut, type Review, type ReviewOptions, shownLines } from './review.ts';

/** A review as plain text for a log: in words by Service, each with its rules. */
export function textReview({ summary, groups, notes }: Review, options: ReviewOptions): string {
  const shown = (text: string): string => printable(options.verbose ? text : cut(text));
  const blocks = groups.map(({ name, items }) =>
    items
      .flatMap(({ message, lines }) => [
        `${shown(name)}: ${shown(message)}`,
        ...shownLines(lines, options).map((line) => `  ${printable(line)}`),
      ])
      .join('\n'),
  );
  const tail = [...notes.map((note) => `note: ${shown(note)}`), shown(summary)].join('\n');
  return `${[...blocks, tail].join('\n\n')}\n`;
}
