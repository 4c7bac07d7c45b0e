import { type Compilation, isOfMode } from '../compile.ts';
import { COMPARED_MODES } from '../modes/compared-modes.ts';
import { type ModeName } from '../modes/modes.ts';
import { servicePlaces } from '../pipeline/service-places.ts';
import { reviewOfDifferences } from '../report/review.ts';
import { type Review } from '../review/review.ts';
import { hunksOfTexts } from './text-patch.ts';

/** A golden file and what the manifests compile to now. */
export interface GoldenCheck {
  /** The path of the golden file. */
  readonly path: string;
  /** What the file holds. */
  readonly golden: string;
  /** What it should hold. */
  readonly text: string;
  readonly compilation: Compilation;
  /** Some of the mode's parts; absent: all. */
  readonly parts: readonly string[] | undefined;
}

/**
 * Tells a reviewer in words by Service what became of a golden file. Where the rules mean the same, or the file cannot
 * be read, the texts are compared line by line.
 */
export function reviewOfGolden(check: GoldenCheck): Review {
  const { path, golden, text, compilation } = check;
  if (golden === text) return { summary: `${path} is up to date`, groups: [], notes: [] };
  const { mode } = compilation;
  const review = isOfMode(compilation, mode) ? reviewByMeaning(check, compilation) : undefined;
  if (review === undefined) return reviewOfText(check);
  return { ...review, summary: `${path} is out of date: ${review.summary}` };
}

/** Undefined when the file cannot be read in the mode, or its rules mean the same. */
function reviewByMeaning<Name extends ModeName>(
  { path, golden, parts }: GoldenCheck,
  compilation: Compilation<Name>,
): Review | undefined {
  const mode = COMPARED_MODES[compilation.mode];
  const family = compilation.settings.ipFamily;
  const dump = mode.read({ name: path, text: golden }, family).value;
  if (dump === undefined) return undefined;
  const comparison = mode.compare(compilation.model, dump, { parts });
  if (comparison.differences.length === 0) return undefined;
  return reviewOfDifferences(comparison, {
    print: (part) => mode.printPart(part, family),
    placeOf: servicePlaces(compilation.manifests.resources),
    file: path,
    versions: { fitting: '', likely: '', reasons: [] },
    unusual: [],
    tool: '',
  });
}

function reviewOfText({ path, golden, text }: GoldenCheck): Review {
  const hunks = hunksOfTexts(golden, text, 0);
  const lines = hunks.flatMap((hunk) => hunk.lines).filter((line) => !line.startsWith('\\'));
  const line = hunks[0]?.oldStart ?? 1;
  const message = 'the text is not what the manifests compile to';
  return {
    summary: `${path} is out of date`,
    groups: [
      {
        name: path,
        items: [
          {
            code: 'changed-text',
            severity: 'error',
            message,
            place: { file: path, line: Math.max(line, 1), column: 1 },
            lines: lines.map((one) => `${one.slice(0, 1)} ${one.slice(1).replaceAll('\t', '    ')}`),
          },
        ],
      },
    ],
    notes: [],
  };
}
