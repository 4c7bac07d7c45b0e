/** Puts the parts that sections make together to the tables of a kernel. */
import { type IpFamily } from '../../../text/ip.ts';
import { LazyRuleSet, type LazyChain, type LazyTable } from '../../../netfilter/iptables/lazy-rules.ts';
import { type Rule, type RuleSet, type TableName } from '../../../netfilter/iptables/model.ts';
import { appendAll } from '../../../text/append-all.ts';
import { type ChainPart } from './part.ts';

/** Built-in chains of the tables that kube-proxy uses, in hook order; tables in the order in which save prints them. */
const BUILT_IN: readonly { readonly table: TableName; readonly chains: readonly string[] }[] = [
  { table: 'mangle', chains: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'] },
  { table: 'filter', chains: ['INPUT', 'FORWARD', 'OUTPUT'] },
  { table: 'nat', chains: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'] },
];

/** The parts of each chain, in the order in which they came. */
type CollectedChains = Map<string, ChainPart | ChainPart[]>;

/** Appends the rules of all parts, in their order, to their chains. The rules are made when they are asked for. */
export function assemble(family: IpFamily, parts: Iterable<ChainPart>): RuleSet {
  const collected = new Map<TableName, CollectedChains>();
  for (const part of parts) append(collected, part);
  return new LazyRuleSet(
    family,
    BUILT_IN.flatMap(({ table, chains }) => tableOf(table, chains, collected.get(table))),
  );
}

function append(collected: Map<TableName, CollectedChains>, part: ChainPart): void {
  let chains = collected.get(part.table);
  if (chains === undefined) collected.set(part.table, (chains = new Map<string, ChainPart | ChainPart[]>()));
  const before = chains.get(part.chain);
  if (before === undefined) chains.set(part.chain, part);
  else if (Array.isArray(before)) before.push(part);
  else chains.set(part.chain, [before, part]);
}

/** Returns a table; nothing when nothing was put into it, because then the kernel does not have it. */
function tableOf(
  name: TableName,
  builtIn: readonly string[],
  collected: CollectedChains | undefined,
): readonly LazyTable[] {
  if (collected === undefined) return [];
  const chains = builtIn.map((chain): LazyChain => ({
    name: chain,
    policy: 'ACCEPT',
    makeRules: () => rulesOf(collected.get(chain) ?? []),
  }));
  for (const [chain, parts] of collected) {
    if (!builtIn.includes(chain)) chains.push({ name: chain, makeRules: () => rulesOf(parts) });
  }
  return [{ name, chains }];
}

function rulesOf(parts: ChainPart | ChainPart[]): readonly Rule[] {
  if (!Array.isArray(parts)) return rulesOfPart(parts);
  const rules: Rule[] = [];
  for (const part of parts) appendAll(rules, rulesOfPart(part));
  return rules;
}

const rulesOfPart = ({ rules }: ChainPart): readonly Rule[] =>
  typeof rules === 'function' ? rules() : rules;
