import { type Difference } from '../modes/iptables/compare/difference.ts';
import { printable } from '../text/printable.ts';
import { align } from '../modes/iptables/compare/align.ts';
import { canonicalRules } from '../modes/iptables/compare/canonical.ts';
import { type KeyOptions, ruleKey } from '../modes/iptables/compare/rule-key.ts';
import { printRule } from '../netfilter/iptables/print.ts';
import { isKubelets, targetChain } from '../modes/iptables/rules/chain-roles.ts';
import { type Chain, type Rule, type RuleSet, type TableName } from '../netfilter/iptables/model.ts';

type Sign = ' ' | '-' | '+';

interface Line {
  readonly sign: Sign;
  readonly text: string;
}

/** What to leave out of the diff. */
export interface UnifiedOptions extends KeyOptions {
  readonly tables?: readonly TableName[] | undefined;
  /** Chains of the actual side that neither kube-proxy nor kubelet owns: the diff leaves them out. */
  readonly ignoredChains: ReadonlySet<string>;
}

/** Formats differences that the canonical forms do not show as hunks of a diff; empty when there are none. */
export function differencesAsDiff(differences: readonly Difference[], family: RuleSet['family']): string {
  const hunks = differences.map(({ chain, message, expected, actual }) => {
    const lines = (sign: Sign, rules: Difference['expected']): string =>
      rules.map((placed) => `${sign}${printRule(placed.chain, placed.rule, family)}\n`).join('');
    return `@@ ${chain}: ${printable(message)} @@\n${lines('-', expected)}${lines('+', actual)}`;
  });
  return hunks.length === 0 ? '' : `${HEAD}${hunks.join('')}`;
}

const HEAD = '--- expected\n+++ node\n';

/** Makes one unified diff of the canonical forms of both sides; empty when both mean the same. */
export function unifiedDiff(expected: RuleSet, actual: RuleSet, options: UnifiedOptions): string {
  const sides = [canonicalRules(expected), canonicalRules(actual)] as const;
  const lines = (['filter', 'mangle', 'nat'] as const)
    .filter((table) => options.tables?.includes(table) !== false)
    .flatMap((table) => tableLines(table, sides, options));
  const hunks = printHunks(lines);
  return hunks === '' ? '' : `${HEAD}${hunks}`;
}

function tableLines(
  name: TableName,
  [expected, actual]: readonly [RuleSet, RuleSet],
  options: UnifiedOptions,
): readonly Line[] {
  const due = chainsOf(expected, name);
  const there = chainsOf(actual, name);
  if (due.size === 0 && there.size === 0) return [];
  const names = [...new Set([...due.keys(), ...there.keys()])].filter(
    (chain) => due.has(chain) || !(options.ignoredChains.has(chain) || isKubelets(chain)),
  );
  const declarations = names
    .filter((chain) => (due.get(chain) ?? there.get(chain))?.policy === undefined)
    .map((chain): Line => ({ sign: signOf(due.has(chain), there.has(chain)), text: `:${chain} - [0:0]` }));
  const rules = names.flatMap((chain) =>
    chainLines(chain, due.get(chain)?.rules ?? [], there.get(chain)?.rules ?? [], expected.family, options),
  );
  return [{ sign: ' ', text: `*${name}` }, ...declarations, ...rules, { sign: ' ', text: 'COMMIT' }];
}

const signOf = (isDue: boolean, isThere: boolean): Sign => (isDue ? (isThere ? ' ' : '-') : '+');

const chainsOf = (ruleSet: RuleSet, name: TableName): ReadonlyMap<string, Chain> =>
  new Map(ruleSet.tables.find((table) => table.name === name)?.chains.map((chain) => [chain.name, chain]));

/** Rules that mean the same are printed in the words of the expected side. */
function chainLines(
  chain: string,
  expected: readonly Rule[],
  found: readonly Rule[],
  family: RuleSet['family'],
  options: UnifiedOptions,
): readonly Line[] {
  const due = new Set(expected.map(targetChain));
  const actual = found.filter((rule) => !isKubelets(targetChain(rule) ?? '') || due.has(targetChain(rule)));
  const keysOf = (rules: readonly Rule[]): readonly string[] => rules.map((rule) => ruleKey(rule, options));
  const { same } = align(keysOf(expected), keysOf(actual));
  const lines: Line[] = [];
  const emit = (sign: Sign, rules: readonly Rule[]): void => {
    for (const rule of rules) lines.push({ sign, text: printRule(chain, rule, family) });
  };
  let [before, after] = [0, 0];
  for (const [expectedAt, actualAt] of [...same, [expected.length, actual.length] as const]) {
    emit('-', expected.slice(before, expectedAt));
    emit('+', actual.slice(after, actualAt));
    emit(' ', expected.slice(expectedAt, expectedAt + 1));
    [before, after] = [expectedAt + 1, actualAt + 1];
  }
  return lines;
}

/** Unchanged lines around each change, as in every unified diff. */
const CONTEXT = 3;

function printHunks(lines: readonly Line[]): string {
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
