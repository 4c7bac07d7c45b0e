import { appendAll } from '../text/append-all.ts';
import { columns } from '../text/columns.ts';
import { printable } from '../text/printable.ts';
import { formatDeferred } from '../packets/deferred-share.ts';
import { formatRational, type Rational, toNumber } from '../packets/rational.ts';
import { type Test } from '../packets/program.ts';
import { type Path } from '../packets/state.ts';
import { type TracedOutcome, type TracedPacket } from './trace-packet.ts';

/** How a trace is printed. */
export interface TextOptions {
  /** Prints the walk of every packet. When false, several packets get a line each. */
  readonly walks: boolean;
  /** Rules that do not match, and the kernel's own shares. */
  readonly verbose: boolean;
}

/**
 * Prints the trace for people: the walk and a table of outcomes for one packet, a line each for several
 * packets.
 */
export function textTrace(traced: readonly TracedPacket[], options: TextOptions): string {
  if (!options.walks) return columns(traced.map(summaryRow));
  return traced.map((packet) => walkText(packet, options)).join('\n');
}

/** `1/3 (0.3333)`; certain things without a decimal. */
export const formatShare = (share: Rational): string =>
  share.denominator === 1n
    ? formatRational(share)
    : `${formatRational(share)} (${toNumber(share).toFixed(4)})`;

function titleOf({ packet }: TracedPacket): string {
  const { source, client, local, inInterface } = packet;
  const who = client === undefined || client === source ? source : `${client} (${source})`;
  const how = local ? ', from a process of the node' : inInterface === undefined ? '' : ` by ${inInterface}`;
  const what = packet.portal === undefined ? '' : ` (${packet.portal})`;
  const before = packet.knownTo === undefined ? '' : `, sent to ${packet.knownTo.endpoint} before`;
  return `${who}${how}${before} -> ${packet.to}${what}`;
}

function summaryRow(traced: TracedPacket): readonly string[] {
  const { outcomes } = traced;
  const isOpen = outcomes.some(({ undecided }) => undecided.length > 0);
  const effects = outcomes.map(({ verdict, to, share, chosenBy }) => {
    const part = share.denominator === 1n ? '' : ` ${chosenBy ?? formatRational(share)}`;
    return `${verdict}${to === null ? '' : ` ${to}`}${part}`;
  });
  const rewritten = outcomes.some(({ masquerade }) => masquerade) ? ' [source rewritten]' : '';
  const told = [...new Set(effects)].join(isOpen ? ' or ' : ', ');
  return [titleOf(traced), `${isOpen ? 'undecided: ' : ''}${told}${rewritten}`];
}

const conditions = ({ undecided }: TracedOutcome): string =>
  undecided.length === 0 ? '' : ` (${undecided.join('; ')})`;

function walkText(traced: TracedPacket, { verbose }: TextOptions): string {
  const lines = [titleOf(traced), ...walkLines(traced)];
  if (verbose && traced.misses.length > 0) appendAll(lines, ['', ...missLines(traced)]);
  const header = ['OUTCOME', 'TO', 'SHARE', ...(verbose ? ['IN THE KERNEL'] : []), 'SOURCE'];
  const rows = traced.outcomes.map((outcome) => [
    outcome.verdict,
    outcome.to ?? '-',
    outcome.chosenBy ?? formatShare(outcome.share),
    ...(verbose ? [outcome.chosenBy ?? formatDeferred(outcome.kernelShare)] : []),
    `${outcome.masquerade ? 'rewritten' : 'kept'}${conditions(outcome)}`,
  ]);
  return `${lines.map(printable).join('\n')}\n\n${columns([header, ...rows])}`;
}

/**
 * Lists every rule that the packet passes. For each further outcome, lists only the rules that differ from
 * the outcome before it.
 */
function walkLines({ outcomes }: TracedPacket): readonly string[] {
  const lines: string[] = [];
  let previous: readonly Path[] = [];
  for (const { path, share, chosenBy } of outcomes) {
    const head = commonLength(previous, path);
    // One rule chose among several addresses: the table tells them.
    if (head > 0 && head === path.length && head === previous.length) continue;
    const tail = Math.min(commonLength([...previous].reverse(), [...path].reverse()), path.length - head);
    if (previous.length > 0)
      lines.push('', `  or, ${chosenBy ?? `with probability ${formatRational(share)}`}:`);
    for (const line of pathLines(path.slice(head, path.length - tail))) lines.push(line);
    if (previous.length > 0 && tail > 0) lines.push('  and then as above');
    previous = path;
  }
  return lines;
}

/** How many rules two paths have in common at their begin. */
function commonLength(a: readonly Path[], b: readonly Path[]): number {
  let common = 0;
  while (common < b.length && a[common]?.rule === b[common]?.rule) common += 1;
  return common;
}

function pathLines(path: readonly Path[]): readonly string[] {
  let chain: string | undefined;
  return path.flatMap(({ rule, depth, share }) => {
    const indent = '  '.repeat(depth * 2 + 1);
    const title = rule.chain === chain ? [] : [`${indent}${rule.chain}`];
    chain = rule.chain;
    const chance = share === undefined ? '' : `   [${formatRational(share)}]`;
    return [...title, `${indent}  ${rule.number}: ${ruleText(rule)}${chance}`];
  });
}

/** The rule without the name of its chain, which stands above it. */
const ruleText = (rule: Path['rule']): string => rule.text().replace(/^-A \S+ ?/, '');

function missLines({ misses }: TracedPacket): readonly string[] {
  const told = new Set<string>();
  for (const { rule, failed, matched } of misses) {
    const { chain, number } = rule.ref;
    const why = failed === undefined ? '' : whyNot(failed);
    told.add(
      `  ${chain}:${number} ${matched ? 'matches only in part' : 'does not match'}: ${why}: ${ruleText(rule.ref)}`,
    );
  }
  return ['rules that do not match:', ...told];
}

const FIELD_NAMES = {
  origin: 'whether the node sends it',
  conntrack: 'the state of the connection',
  protocol: 'the protocol',
  source: 'the source address',
  destination: 'the destination address',
  sourcePort: 'the source port',
  destinationPort: 'the destination port',
  inInterface: 'the interface that it comes in by',
  outInterface: 'the interface that it leaves by',
} as const;

/** Says which condition of a rule the packet does not meet. */
function whyNot(test: Test): string {
  switch (test.kind) {
    case 'field':
      return FIELD_NAMES[test.field];
    case 'mark':
      return test.of === 'packet' ? 'the mark of the packet' : 'the mark of the connection';
    case 'conntrack':
      return 'the state of the connection';
    case 'client':
      return `the client is ${test.negated ? '' : 'not '}on list ${test.list}`;
    case 'random':
      return 'chance';
    case 'balanced':
      return 'what IPVS did with the packet';
    case 'any':
      return 'none of its alternatives holds';
    case 'unknown':
      return `nobody can tell from the rules: ${test.what}`;
  }
}
