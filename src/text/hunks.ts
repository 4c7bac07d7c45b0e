import { align } from './align.ts';

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
  const { same } = align(before.map(key), after.map(key));
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
const CONTEXT = 3;

/** Returns the hunks of a unified diff, without a head; empty when no line differs. Linear time. */
export function printHunks(lines: readonly DiffLine[]): string {
  const near = new Set<number>();
  lines.forEach(({ sign }, at) => {
    if (sign === ' ') return;
    for (let line = at - CONTEXT; line <= at + CONTEXT; line += 1) near.add(line);
  });
  let text = '';
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
    text += `@@ -${before},${removed} +${after},${added} @@\n`;
    text += hunk.map(({ sign, text: line }) => `${sign}${line}\n`).join('');
    [before, after, at] = [before + removed, after + added, end];
  }
  return text;
}
