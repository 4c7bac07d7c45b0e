import {
  type Comparison,
  type Difference,
  type DifferenceKind,
  portNameOf,
  serviceOf,
} from '../modes/comparison.ts';
import { printable } from '../text/printable.ts';
import { type Circumstances, summarize } from './summary.ts';

/** Functions that colour the parts of a report. Without colours they return the text unchanged. */
export interface Paint {
  readonly title: (text: string) => string;
  readonly expected: (text: string) => string;
  readonly actual: (text: string) => string;
}

/** No colours. */
export const NO_PAINT: Paint = { title: (text) => text, expected: (text) => text, actual: (text) => text };

/** How much the report prints, and in which colours. */
export interface TextOptions<Part> extends Circumstances {
  /** One line for a part of a difference. */
  readonly print: (part: Part) => string;
  readonly paint: Paint;
  /** Prints everything: no limit on findings or on their rules. */
  readonly verbose: boolean;
}

/** The most rules of one side that are printed with a finding. */
const MOST_RULES = 6;
/** The most findings that are printed with their rules. */
const MOST_WITH_RULES = 50;

/** The most findings that are printed in text. JSON has all of them. */
const MOST_FINDINGS = 1000;

/** The most missing (or stale) Services that get a block each. If there are more, one line counts them. */
const MOST_ALIKE = 20;

/**
 * Formats the differences by Service: first in words, then as rules, `-` for expected and `+` for the node.
 */
export function textReport<Part>(comparison: Comparison<Part>, options: TextOptions<Part>): string {
  const { differences, notes } = comparison;
  const alike = options.verbose ? [] : manyAlike(differences);
  const all = differences.filter(({ kind }) => !alike.includes(kind));
  const single = options.verbose ? all : all.slice(0, MOST_FINDINGS);
  const untold = all.length - single.length;
  const blocks = single.map((difference, at) => {
    const block = [titleOf(difference, options), ...rulesOf(difference, at, options)].join('\n');
    return at > 0 && difference.service !== single[at - 1]?.service ? `\n${block}` : block;
  });
  const isCut = !options.verbose && single.length > MOST_WITH_RULES;
  const summed = alike.map((kind) => summedUp(kind, differences));
  const body = [...blocks, ...(blocks.length > 0 && summed.length > 0 ? [''] : []), ...summed];
  const tail = [
    ...(untold > 0 ? [`(${untold} more findings; -v and -o json tell all)`] : []),
    ...(isCut ? [`(rules are shown for the first ${MOST_WITH_RULES} findings; -v shows them all)`] : []),
    ...notes.map(({ message }) => `note: ${printable(message)}`),
    ...(options.unusual.length > 0
      ? [`taken from the dump, unlike the defaults: ${options.unusual.join(', ')}`]
      : []),
    summarize(comparison, options),
  ];
  return [...body, ...(body.length > 0 ? [''] : []), ...tail, ''].join('\n');
}

const SERVICE_WIDE = { 'missing-service': 'missing on the node', 'stale-service': 'stale' } as const;
type ServiceWide = keyof typeof SERVICE_WIDE;

const manyAlike = (differences: readonly Difference[]): readonly DifferenceKind[] =>
  (Object.keys(SERVICE_WIDE) as ServiceWide[]).filter(
    (wide) => differences.filter(({ kind }) => kind === wide).length > MOST_ALIKE,
  );

function summedUp(wide: DifferenceKind, differences: readonly Difference[]): string {
  const ports = differences.flatMap(({ kind, service }) =>
    kind === wide && service !== undefined ? [service] : [],
  );
  const services = [...new Set(ports.map(serviceOf))];
  const named = services.slice(0, 5).map(printable).join(', ');
  const more = services.length > 5 ? ` and ${services.length - 5} more (-v names them all)` : '';
  return `${services.length} Services are ${SERVICE_WIDE[wide as ServiceWide]}: ${named}${more}`;
}

function titleOf({ service, message }: Difference, { paint }: { readonly paint: Paint }): string {
  const name = service === undefined ? 'node' : portNameOf(service);
  return `${paint.title(`${printable(name)}:`)} ${printable(message)}`;
}

function rulesOf<Part>(
  { expected, actual }: Difference<Part>,
  at: number,
  options: TextOptions<Part>,
): readonly string[] {
  if (!options.verbose && at >= MOST_WITH_RULES) return [];
  return [
    ...sideOf(expected, '-', options.paint.expected, options),
    ...sideOf(actual, '+', options.paint.actual, options),
  ];
}

function sideOf<Part>(
  parts: readonly Part[],
  sign: '-' | '+',
  paint: (text: string) => string,
  { print, verbose }: TextOptions<Part>,
): readonly string[] {
  const most = verbose ? parts.length : MOST_RULES;
  const shown = parts.slice(0, most).map((part) => paint(`  ${sign} ${printable(print(part))}`));
  const more = parts.length - shown.length;
  return more > 0 ? [...shown, paint(`  ${sign} (${more} more)`)] : shown;
}
