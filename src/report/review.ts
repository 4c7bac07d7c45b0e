import { type Comparison, type Difference, portNameOf, serviceOf } from '../modes/comparison.ts';
import { type Review, type ReviewItem } from '../review/review.ts';
import { groupBy } from '../text/groups.ts';
import { type Place } from '../text/source.ts';
import { type Circumstances, summarize } from './summary.ts';

/** What a review needs besides the differences. */
export interface ReviewContext<Part> extends Circumstances {
  /** Prints a part as the node's own tool does. */
  readonly print: (part: Part) => string;
  /** Where a Service, as `namespace/name`, stands in the manifests. */
  readonly placeOf: (service: string) => Place | undefined;
  /**
   * The file of rules that was compared in place of a node. Its lines are old, those of the manifests new: `-` and `+`
   * stand as in the diff of a commit.
   */
  readonly file?: string | undefined;
}

/** Differences as a review: a group a service port, at the place of its Service, each with its rules. */
export function reviewOfDifferences<Part>(
  comparison: Comparison<Part>,
  context: ReviewContext<Part>,
): Review {
  const groups = groupBy(comparison.differences, ({ service }) => service);
  const unusual =
    context.unusual.length === 0
      ? []
      : [`taken from the dump, unlike the defaults: ${context.unusual.join(', ')}`];
  return {
    summary: summarize(comparison, context),
    groups: [...groups].map(([service, differences]) => ({
      name: service === undefined ? 'node' : portNameOf(service),
      items: differences.map((difference) => itemOf(difference, context)),
    })),
    notes: [...comparison.notes.map(({ message }) => message), ...unusual],
  };
}

function itemOf<Part>(
  { kind, service, message, expected, actual }: Difference<Part>,
  { print, placeOf, file }: ReviewContext<Part>,
): ReviewItem {
  const expectedLines = expected.map(print);
  const actualLines = actual.map(print);
  const [before, after] = file === undefined ? [expectedLines, actualLines] : [actualLines, expectedLines];
  const fallback = file === undefined ? undefined : { file, line: 1, column: 1 };
  return {
    code: kind,
    severity: 'error',
    message: file === undefined ? message : aboutFile(message),
    place: (service === undefined ? undefined : placeOf(serviceOf(service))) ?? fallback,
    lines: [...before.map((line) => `- ${line}`), ...after.map((line) => `+ ${line}`)],
  };
}

/** Comparisons tell of a node; here a file of rules is in its place. */
const aboutFile = (message: string): string =>
  message.replace(/ on the node\b/, ' in the file').replace(/^the node still /, 'the file still ');
