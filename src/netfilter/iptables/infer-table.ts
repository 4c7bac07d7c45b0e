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

const NAT_CHAIN =
  /^(PREROUTING|POSTROUTING|KUBE-(MARK-MASQ|MARK-DROP|POSTROUTING|(SVC|SVL|SEP|XLB|EXT|FW)-.*))$/;
const NAT_TARGETS: ReadonlySet<string> = new Set(['SNAT', 'REDIRECT', 'NETMAP']);

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
export function inferTable(table: NamelessTable): TableName {
  const known = tableOfBuiltIns(table.builtInChains);
  if (known !== undefined) return known;
  for (const [name, rules] of table.chains) {
    if (NAT_CHAIN.test(name) || rules.some(belongsToNat)) return 'nat';
  }
  return 'filter';
}

function belongsToNat({ target }: Rule): boolean {
  if (target?.kind === 'jump') return NAT_CHAIN.test(target.chain);
  if (target?.kind === 'other') return NAT_TARGETS.has(target.name);
  return target?.kind === 'dnat' || target?.kind === 'masquerade';
}
