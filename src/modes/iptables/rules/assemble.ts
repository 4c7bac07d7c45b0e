/** Puts the parts that sections make together to the tables of a kernel. */
import { type IpFamily } from '../../../text/ip.ts';
import {
  type Chain,
  type Rule,
  type RuleSet,
  type Table,
  type TableName,
} from '../../../netfilter/iptables/model.ts';
import { type ChainPart } from './part.ts';

/** Built-in chains of the tables that kube-proxy uses, in hook order; tables in the order in which save prints them. */
const BUILT_IN: readonly { readonly table: TableName; readonly chains: readonly string[] }[] = [
  { table: 'mangle', chains: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'] },
  { table: 'filter', chains: ['INPUT', 'FORWARD', 'OUTPUT'] },
  { table: 'nat', chains: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'] },
];

/** Appends the rules of all parts, in their order, to their chains. */
export function assemble(family: IpFamily, parts: Iterable<ChainPart>): RuleSet {
  const collected = new Map<TableName, Map<string, Rule[]>>();
  for (const part of parts) append(collected, part);
  return {
    family,
    tables: BUILT_IN.flatMap(({ table, chains }) => tableOf(table, chains, collected.get(table))),
  };
}

function append(collected: Map<TableName, Map<string, Rule[]>>, part: ChainPart): void {
  let chains = collected.get(part.table);
  if (chains === undefined) collected.set(part.table, (chains = new Map<string, Rule[]>()));
  const rules = chains.get(part.chain);
  if (rules === undefined) chains.set(part.chain, [...part.rules]);
  else for (const rule of part.rules) rules.push(rule);
}

/** Returns a table; undefined when nothing was put into it, because then the kernel does not have it. */
function tableOf(
  name: TableName,
  builtIn: readonly string[],
  chains: ReadonlyMap<string, readonly Rule[]> | undefined,
): readonly Table[] {
  if (chains === undefined) return [];
  const first = builtIn.map((chain): Chain => ({
    name: chain,
    policy: 'ACCEPT',
    rules: chains.get(chain) ?? [],
  }));
  const own = [...chains].filter(([chain]) => !builtIn.includes(chain));
  return [{ name, chains: [...first, ...own.map(([chain, rules]): Chain => ({ name: chain, rules }))] }];
}
