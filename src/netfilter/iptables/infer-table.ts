import { type Rule, type TableName } from './model.ts';

const HOOKS: readonly string[] = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'];

/** The built-in chains of each table, in hook order. Old kernels have no INPUT in nat. */
const BUILT_IN: readonly (readonly [TableName, readonly string[]])[] = [
  ['mangle', HOOKS],
  ['nat', ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING']],
  ['nat', ['PREROUTING', 'OUTPUT', 'POSTROUTING']],
  ['filter', ['INPUT', 'FORWARD', 'OUTPUT']],
  ['raw', ['PREROUTING', 'OUTPUT']],
];

/** The number of built-in chains of the table that has most. */
export const MOST_BUILT_INS = HOOKS.length;

const NAT_HOOKS: ReadonlySet<string> = new Set(['PREROUTING', 'POSTROUTING']);
const NAT_TARGETS: ReadonlySet<string> = new Set(['SNAT', 'REDIRECT', 'NETMAP']);

/** Whether a chain of this name, made by the software whose rules are read, is always in table nat. */
export type IsNatChain = (chain: string) => boolean;

/** A table of which the form did not tell the name. */
export interface NamelessTable {
  /** In the order of the text. */
  readonly builtInChains: readonly string[];
  readonly chains: Iterable<readonly [string, readonly Rule[]]>;
}

/** Where a built-in chain stands in the order in which iptables prints them. */
export const hookRank = (chain: string): number => HOOKS.indexOf(chain);

/** The table, when these are all the built-in chains of one. */
export function tableOfBuiltIns(builtInChains: readonly string[]): TableName | undefined {
  const key = builtInChains.join(' ');
  return BUILT_IN.find(([, names]) => names.join(' ') === key)?.[0];
}

/**
 * Which table `iptables -S` or `iptables -L` printed: the one with these built-in chains; for an excerpt without
 * them nat when something in it can only be there, else filter, the table that iptables takes by itself.
 */
export function inferTable(table: NamelessTable, isNatChain: IsNatChain): TableName {
  const known = tableOfBuiltIns(table.builtInChains);
  if (known !== undefined) return known;
  const isOfNat: IsNatChain = (chain) => NAT_HOOKS.has(chain) || isNatChain(chain);
  for (const [name, rules] of table.chains) {
    if (isOfNat(name) || rules.some((rule) => belongsToNat(rule, isOfNat))) return 'nat';
  }
  return 'filter';
}

function belongsToNat({ target }: Rule, isOfNat: IsNatChain): boolean {
  if (target?.kind === 'jump') return isOfNat(target.chain);
  if (target?.kind === 'other') return NAT_TARGETS.has(target.name);
  return target?.kind === 'dnat' || target?.kind === 'masquerade';
}

const FILTER_HOOKS: ReadonlySet<string> = new Set(['INPUT', 'FORWARD']);

/**
 * The table that a rule must be in, of nat and filter; undefined when it may be in either. nat takes neither REJECT nor
 * DROP, and its INPUT is hardly ever used.
 */
export function tableOfRule(chain: string, rule: Rule, isNatChain: IsNatChain): 'nat' | 'filter' | undefined {
  const isOfNat: IsNatChain = (name) => NAT_HOOKS.has(name) || isNatChain(name);
  if (isOfNat(chain) || belongsToNat(rule, isOfNat)) return 'nat';
  const isFilters = FILTER_HOOKS.has(chain) || rule.target?.kind === 'reject' || rule.target?.kind === 'drop';
  return isFilters ? 'filter' : undefined;
}
