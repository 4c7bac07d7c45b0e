import { isWithoutLine } from '../text/source.ts';
import {
  cut,
  type Review,
  type ReviewGroup,
  type ReviewItem,
  type ReviewOptions,
  shownLines,
} from './review.ts';
import { asBlock, asCode, asSentence } from './markdown-text.ts';

/** The most findings that are shown of one group. */
const MOST_ITEMS = 20;

/** A comment on GitHub holds 65,536 characters; the rest is room for what a workflow writes around it. */
const MOST_CHARACTERS = 60_000;

/**
 * A review as Markdown for a comment on a pull request: in words by Service first, rules folded below. Names of the
 * input cannot leave their place. Without `verbose` the text fits into one comment.
 */
export function markdownReview({ summary, groups, notes }: Review, options: ReviewOptions): string {
  const head = [`### svc2ipt: ${asSentence(summary)}`];
  const tail = notes.map((note) => `> ${asSentence(options.verbose ? note : cut(note))}`);
  const blocks: string[] = [];
  let length = 0;
  for (const group of groups) {
    const block = groupBlock(group, options);
    length += block.length;
    if (!options.verbose && length > MOST_CHARACTERS) break;
    blocks.push(block);
  }
  const left = groups.length - blocks.length;
  const rest = left === 0 ? [] : [`${left} more of them: the same command with <code>-v</code> tells all.`];
  return `${[...head, ...blocks, ...rest, ...tail].join('\n\n')}\n`;
}

function groupBlock({ name, items }: ReviewGroup, options: ReviewOptions): string {
  const shown = options.verbose ? items : items.slice(0, MOST_ITEMS);
  const more = items.length - shown.length;
  const list = [
    `**${asCode(options.verbose ? name : cut(name))}**`,
    '',
    ...shown.map((item) => itemLine(item, options)),
    ...(more > 0 ? [`- ${more} more`] : []),
  ].join('\n');
  const lines = shown.flatMap((item) => shownLines(item.lines, options));
  return lines.length === 0 ? list : `${list}\n\n${folded(lines)}`;
}

function itemLine({ code, severity, message, place }: ReviewItem, { verbose }: ReviewOptions): string {
  const where =
    place === undefined ? [] : [isWithoutLine(place) ? place.file : `${place.file}:${place.line}`];
  const mark = severity === 'warning' ? 'warning: ' : '';
  return `- ${mark}${asSentence(verbose ? message : cut(message))} (${[...where, code].map(asCode).join(', ')})`;
}

/** Blank lines around the block let Markdown begin and end inside the HTML. */
const folded = (lines: readonly string[]): string =>
  `<details><summary>rules</summary>\n\n${asBlock(lines, 'diff')}\n\n</details>`;
