/** A line of a unified diff: of both sides, of the first side alone, or of the second side alone. */
export interface DiffLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
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
