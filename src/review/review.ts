/** What a reviewer of a change is told, whatever command found it: the writers beside this file know no rules. */
import { type Severity } from '../diagnostics/codes.ts';
import { type Place } from '../text/source.ts';

/** One finding of a review. */
export interface ReviewItem {
  /** The code of a finding of lint, or the kind of a difference. */
  readonly code: string;
  readonly severity: Severity;
  /** Says what is wrong, without the name of its group. */
  readonly message: string;
  /** Where to change something; absent when no file of the input is concerned. */
  readonly place?: Place | undefined;
  /** Rules that belong to the finding; lines that begin with `-` and `+` are read as those of a diff. */
  readonly lines: readonly string[];
}

/** The findings about one thing: a Service, an object, the node itself. */
export interface ReviewGroup {
  readonly name: string;
  readonly items: readonly ReviewItem[];
}

/** All that a command found. */
export interface Review {
  /** One line that counts: `2 Services differ, 5 equal`. */
  readonly summary: string;
  readonly groups: readonly ReviewGroup[];
  /** What to know besides, a line each. */
  readonly notes: readonly string[];
}

/** How a review is written. */
export interface ReviewOptions {
  /** Writes everything, whatever its length. */
  readonly verbose: boolean;
}

/** The most lines of rules that are shown with one finding. */
const MOST_LINES = 20;

/** The most characters of a line that are shown. */
const LONGEST_LINE = 1000;

/** The lines of a finding; without `verbose` only the first, cut when they are very long. */
export function shownLines(lines: readonly string[], { verbose }: ReviewOptions): readonly string[] {
  if (verbose) return lines;
  const more = lines.length - MOST_LINES;
  return [...lines.slice(0, MOST_LINES).map(cut), ...(more > 0 ? [`(${more} more lines)`] : [])];
}

/** Cuts a text that is longer than a reader wants to see. */
export const cut = (text: string): string =>
  text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE)}...` : text;
