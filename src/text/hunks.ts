import { align, type Alignment } from './align.ts';

/** A line of a unified diff: of both sides, of the first side alone, or of the second side alone. */
export interface DiffLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** What is one line of a unified diff. */
export interface LineOf<Item> {
  /** Lines with the same key are the same line. */
  readonly key: (item: Item) => string;
  readonly text: (item: Item) => string;
}

/** Compares two lists, and returns the lines of both. A line that both have has the text of the first. */
export function diffLines<Item>(
  before: readonly Item[],
  after: readonly Item[],
  { key, text }: LineOf<Item>,
): readonly DiffLine[] {
  return linesOf(before, after, align(before.map(key), after.map(key)).same, text);
}

/** Returns the lines of both lists, of which `same` tells the positions of those that both have. */
export function linesOf<Item>(
  before: readonly Item[],
  after: readonly Item[],
  same: Alignment['same'],
  text: (item: Item) => string,
): readonly DiffLine[] {
  const lines: DiffLine[] = [];
  const emit = (sign: DiffLine['sign'], items: readonly Item[]): void => {
    for (const item of items) lines.push({ sign, text: text(item) });
  };
  let [beforeAt, afterAt] = [0, 0];
  for (const [sameBefore, sameAfter] of [...same, [before.length, after.length] as const]) {
    emit('-', before.slice(beforeAt, sameBefore));
    emit('+', after.slice(afterAt, sameAfter));
    emit(' ', before.slice(sameBefore, sameBefore + 1));
    [beforeAt, afterAt] = [sameBefore + 1, sameAfter + 1];
  }
  return lines;
}

/** Unchanged lines around each change, as in every unified diff. */
export const CONTEXT = 3;

/** Lines of a unified diff that stand together, and the number of the first of them on each side. */
export interface Hunk {
  readonly before: number;
  readonly removed: number;
  readonly after: number;
  readonly added: number;
  readonly lines: readonly DiffLine[];
}

/** Cuts out the changes with some lines around each; none when no line differs. Linear time. */
export function cutHunks(lines: readonly DiffLine[], context: number): readonly Hunk[] {
  const near = new Set<number>();
  lines.forEach(({ sign }, at) => {
    if (sign === ' ') return;
    for (let line = at - context; line <= at + context; line += 1) near.add(line);
  });
  const hunks: Hunk[] = [];
  let [before, after, at] = [1, 1, 0];
  while (at < lines.length) {
    if (!near.has(at)) {
      [before, after, at] = [before + 1, after + 1, at + 1];
      continue;
    }
    let end = at;
    while (end < lines.length && near.has(end)) end += 1;
    const hunk = lines.slice(at, end);
    const removed = hunk.filter(({ sign }) => sign !== '+').length;
    const added = hunk.filter(({ sign }) => sign !== '-').length;
    hunks.push({ before, removed, after, added, lines: hunk });
    [before, after, at] = [before + removed, after + added, end];
  }
  return hunks;
}

/** Returns the hunks of a unified diff, without a head; empty when no line differs. Linear time. */
export const printHunks = (lines: readonly DiffLine[]): string =>
  cutHunks(lines, CONTEXT)
    .map(
      ({ before, removed, after, added, lines: hunk }) =>
        `@@ -${before},${removed} +${after},${added} @@\n` +
        hunk.map(({ sign, text }) => `${sign}${text}\n`).join(''),
    )
    .join('');
