import { type Comparison, type Difference, type PlacedRule, portNameOf } from '../compare/difference.ts';
import { printRule } from '../iptables/print.ts';
import { type IpFamily } from '../text/ip.ts';
import { printable } from '../text/problem.ts';
import { type Circumstances, summarise } from './summary.ts';

/** How pieces of a report are coloured; the same text comes back where there are no colours. */
export interface Paint {
  readonly title: (text: string) => string;
  readonly expected: (text: string) => string;
  readonly actual: (text: string) => string;
}

export const NO_PAINT: Paint = { title: (text) => text, expected: (text) => text, actual: (text) => text };

export interface TextOptions extends Circumstances {
  readonly family: IpFamily;
  readonly paint: Paint;
  /** All rules of all findings, however many. */
  readonly verbose: boolean;
}

/** So many rules of one side are shown with a finding, and so many findings with their rules. */
const MOST_RULES = 6;
const MOST_WITH_RULES = 50;

/** What differs, Service by Service: in words first, then by rules, `-` expected and `+` on the node. */
export function textReport(comparison: Comparison, options: TextOptions): string {
  const { differences, notes } = comparison;
  const blocks = differences.map((difference, at) =>
    [titleOf(difference, options), ...rulesOf(difference, at, options)].join('\n'),
  );
  const separated = blocks.map((block, at) =>
    at > 0 && differences[at]?.service !== differences[at - 1]?.service ? `\n${block}` : block,
  );
  const hidden = !options.verbose && differences.length > MOST_WITH_RULES;
  const tail = [
    ...(hidden ? [`(rules are shown for the first ${MOST_WITH_RULES} findings; -v shows them all)`] : []),
    ...notes.map(({ message }) => `note: ${printable(message)}`),
    summarise(comparison, options),
  ];
  const body = separated.length === 0 ? '' : `${separated.join('\n')}\n\n`;
  return `${body}${tail.join('\n')}\n`;
}

function titleOf({ service, message }: Difference, { paint }: TextOptions): string {
  const name = service === undefined ? 'node' : portNameOf(service);
  return `${paint.title(`${printable(name)}:`)} ${printable(message)}`;
}

function rulesOf({ expected, actual }: Difference, at: number, options: TextOptions): readonly string[] {
  if (!options.verbose && at >= MOST_WITH_RULES) return [];
  return [
    ...sideOf(expected, '-', options.paint.expected, options),
    ...sideOf(actual, '+', options.paint.actual, options),
  ];
}

function sideOf(
  rules: readonly PlacedRule[],
  sign: '-' | '+',
  paint: (text: string) => string,
  { family, verbose }: TextOptions,
): readonly string[] {
  const most = verbose ? rules.length : MOST_RULES;
  const shown = rules
    .slice(0, most)
    .map(({ chain, rule }) => paint(`  ${sign} ${printable(printRule(chain, rule, family))}`));
  const more = rules.length - shown.length;
  return more > 0 ? [...shown, paint(`  ${sign} (${more} more)`)] : shown;
}
