import { formatPatch, structuredPatch, type StructuredPatchHunk } from 'diff';
import { alignTexts } from '../text/align.ts';
import { CONTEXT, cutHunks, type Hunk, linesOf } from '../text/hunks.ts';

/**
 * The most changed lines for which the shortest diff is looked for. The time for it grows with the square of them:
 * texts of which thousands of lines differ take hours.
 */
const MOST_CHANGED = 1000;

/**
 * Compares two texts line by line. Returns the changes with lines around them: the fewest changes where they are few,
 * else those that are found in nearly linear time.
 */
export function hunksOfTexts(before: string, after: string, context: number): readonly StructuredPatchHunk[] {
  const options = { context, maxEditLength: MOST_CHANGED };
  const shortest = structuredPatch('', '', before, after, undefined, undefined, options);
  if (shortest !== undefined) return shortest.hunks;
  const [beforeLines, afterLines] = [linesIn(before), linesIn(after)];
  const lines = linesOf(beforeLines, afterLines, alignTexts(beforeLines, afterLines), (line) => line);
  return cutHunks(lines, context).map(structuredHunk);
}

/** Returns a unified diff between two texts, under the names of both. */
export const unifiedPatch = (names: readonly [string, string], before: string, after: string): string =>
  formatPatch({
    oldFileName: names[0],
    newFileName: names[1],
    oldHeader: undefined,
    newHeader: undefined,
    hunks: [...hunksOfTexts(before, after, CONTEXT)],
  });

/** The last line says that it is not ended, if so: with and without a line feed it is not the same line. */
function linesIn(text: string): readonly string[] {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  return last === '' ? lines : [...lines, `${last}\n\\ No newline at end of file`];
}

const structuredHunk = ({ before, removed, after, added, lines }: Hunk): StructuredPatchHunk => ({
  oldStart: before,
  oldLines: removed,
  newStart: after,
  newLines: added,
  lines: lines.flatMap(({ sign, text }) => `${sign}${text}`.split('\n')),
});
