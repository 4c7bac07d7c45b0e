/** The unified diff between what a node of mode userspace should hold and what it holds. */
import { type Dump } from '../../netfilter/iptables/dump.ts';
import { type RuleSet } from '../../netfilter/iptables/model.ts';
import { printRule } from '../../netfilter/iptables/print.ts';
import { compareText } from '../../text/natural-order.ts';
import { type DiffLine, diffLines, printHunks } from '../../text/hunks.ts';
import { type UnifiedRequest } from '../mode.ts';
import { canonicalPortals } from './canonical.ts';
import { adopted } from './compare.ts';
import { isOwnChain, portalsOf } from './portals.ts';

/** Returns the hunks between what should be on a node and its dump, for the wanted service ports. */
export function unifiedHunks(
  expected: RuleSet,
  actual: Dump,
  _comparison: unknown,
  { parts, isWanted }: UnifiedRequest,
): string {
  const live = portalsOf(actual);
  const wanted = adopted(portalsOf(expected), live, expected.family);
  const lines = (['filter', 'nat'] as const)
    .filter((table) => parts?.includes(table) ?? true)
    .filter((table) => actual.tables.some(({ name }) => name === table))
    .flatMap((table): readonly DiffLine[] => {
      const own = (portals: typeof live): readonly string[] =>
        portals
          .filter((portal) => portal.table === table && isWanted(portal.label))
          .map(({ line }) => line)
          .sort(compareText);
      const before = [...jumpLines(expected, table, isWanted), ...own(wanted)];
      const after = [...jumpLines(actual, table, isWanted), ...own(live)];
      return [
        { sign: ' ', text: `*${table}` },
        ...diffLines(before, after, { key: (line) => line, text: (line) => line }),
      ];
    });
  return printHunks(lines);
}

const jumpLines = (
  rules: RuleSet,
  table: 'filter' | 'nat',
  isWanted: UnifiedRequest['isWanted'],
): readonly string[] =>
  !isWanted(undefined)
    ? []
    : canonicalPortals(rules)
        .tables.filter(({ name }) => name === table)
        .flatMap(({ chains }) =>
          chains
            .filter(({ name }) => !isOwnChain(name))
            .flatMap(({ name, rules: own }) => own.map((rule) => printRule(name, rule, rules.family))),
        );
