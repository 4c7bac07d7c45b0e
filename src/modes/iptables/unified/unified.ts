import { type Dump } from '../../../netfilter/iptables/dump.ts';
import { type Chain, type Rule, type RuleSet, type TableName } from '../../../netfilter/iptables/model.ts';
import { printRule } from '../../../netfilter/iptables/print.ts';
import { type DiffLine, diffLines, printHunks } from '../../../text/hunks.ts';
import { type UnifiedRequest } from '../../mode.ts';
import { canonicalRules } from '../compare/canonical.ts';
import { type Comparison } from '../compare/difference.ts';
import { extentOf } from '../compare/extent.ts';
import { type KeyOptions, ruleKey } from '../compare/rule-key.ts';
import { isKubelets, targetChain } from '../rules/chain-roles.ts';
import { restrictToExtent, restrictToOwners } from './restrict.ts';

/** Returns the hunks between what should be on a node and its dump, for the wanted service ports. */
export function unifiedHunks(
  expected: RuleSet,
  dump: Dump,
  { leftovers }: Comparison,
  { parts, isWanted }: UnifiedRequest,
): string {
  const known = restrictToExtent({ expected, actual: dump }, extentOf(dump));
  const sides = restrictToOwners(known, isWanted);
  return hunksOf(sides.expected, sides.actual, {
    ignoredChains: new Set(leftovers),
    withoutInterfaces: !dump.tellsInterfaces,
    tables: parts,
  });
}

/** What to leave out of the diff. */
interface UnifiedOptions extends KeyOptions {
  readonly tables?: readonly string[] | undefined;
  /** Chains of the actual side that neither kube-proxy nor kubelet owns: the diff leaves them out. */
  readonly ignoredChains: ReadonlySet<string>;
}

function hunksOf(expected: RuleSet, actual: RuleSet, options: UnifiedOptions): string {
  const sides = [canonicalRules(expected), canonicalRules(actual)] as const;
  const lines = (['filter', 'mangle', 'nat'] as const)
    .filter((table) => options.tables?.includes(table) !== false)
    .flatMap((table) => tableLines(table, sides, options));
  return printHunks(lines);
}

function tableLines(
  name: TableName,
  [expected, actual]: readonly [RuleSet, RuleSet],
  options: UnifiedOptions,
): readonly DiffLine[] {
  const expectedChains = chainsOf(expected, name);
  const actualChains = chainsOf(actual, name);
  if (expectedChains.size === 0 && actualChains.size === 0) return [];
  const names = [...new Set([...expectedChains.keys(), ...actualChains.keys()])].filter(
    (chain) => expectedChains.has(chain) || !(options.ignoredChains.has(chain) || isKubelets(chain)),
  );
  const declarations = names
    .filter((chain) => (expectedChains.get(chain) ?? actualChains.get(chain))?.policy === undefined)
    .map((chain): DiffLine => ({
      sign: signOf(expectedChains.has(chain), actualChains.has(chain)),
      text: `:${chain} - [0:0]`,
    }));
  const rules = names.flatMap((chain) =>
    chainLines(
      chain,
      expectedChains.get(chain)?.rules ?? [],
      actualChains.get(chain)?.rules ?? [],
      expected.family,
      options,
    ),
  );
  return [{ sign: ' ', text: `*${name}` }, ...declarations, ...rules, { sign: ' ', text: 'COMMIT' }];
}

const signOf = (isExpected: boolean, isActual: boolean): DiffLine['sign'] =>
  isExpected ? (isActual ? ' ' : '-') : '+';

const chainsOf = (ruleSet: RuleSet, name: TableName): ReadonlyMap<string, Chain> =>
  new Map(ruleSet.tables.find((table) => table.name === name)?.chains.map((chain) => [chain.name, chain]));

/** Rules that mean the same are printed in the words of the expected side. */
function chainLines(
  chain: string,
  expected: readonly Rule[],
  found: readonly Rule[],
  family: RuleSet['family'],
  options: UnifiedOptions,
): readonly DiffLine[] {
  const expectedTargets = new Set(expected.map(targetChain));
  const actual = found.filter(
    (rule) => !isKubelets(targetChain(rule) ?? '') || expectedTargets.has(targetChain(rule)),
  );
  return diffLines(expected, actual, {
    key: (rule) => ruleKey(rule, options),
    text: (rule) => printRule(chain, rule, family),
  });
}
