import { type Compilation, isOfMode } from '../compile.ts';
import { isKubelets, roleOf, targetChain } from '../modes/iptables/rules/chain-roles.ts';
import { KUBE_PROXY } from '../modes/iptables/rules/own-rules.ts';
import { type Chain, type Rule, type RuleSet, type Table } from '../netfilter/iptables/model.ts';
import { type Ruleset } from '../netfilter/nftables/model.ts';
import { compileIptables } from '../packets/iptables/compile-program.ts';
import { compileNftables } from '../packets/nftables/compile-program.ts';
import { addToGroup } from '../text/groups.ts';
import { KUBE_PROXY_TABLE } from './nft-portals.ts';
import { type NodeRules } from './node-rules.ts';
import { compiledNode, type TracedNode } from './node.ts';

/**
 * Returns the node that manifests are compiled for, with the rules that other software has on a real node. So
 * a comparison with the real node shows only what kube-proxy's own rules do differently.
 */
export function compiledNodeWith(compilation: Compilation, live: NodeRules): TracedNode {
  const node = compiledNode(compilation);
  const { nodeAddresses, ipFamily } = compilation.settings;
  if (isOfMode(compilation, 'iptables') && live.mode === 'iptables') {
    const rules = withForeignRules(compilation.model, live.dump);
    return { ...node, program: compileIptables(rules, nodeAddresses) };
  }
  if (isOfMode(compilation, 'nftables') && live.mode === 'nftables') {
    const rules = withForeignTables(compilation.model, live.ruleset);
    return { ...node, program: compileNftables(rules, ipFamily, nodeAddresses) };
  }
  return node;
}

/** Replaces kube-proxy's tables in place: of two chains with one priority the kernel calls the later one first. */
function withForeignTables(own: Ruleset, live: Ruleset): Ruleset {
  const left = new Set(own.tables);
  const tables = live.tables.flatMap((table) => {
    if (table.name !== KUBE_PROXY_TABLE) return [table];
    const twin = own.tables.find(({ name, family }) => name === table.name && family === table.family);
    if (twin === undefined) return [];
    left.delete(twin);
    return [twin];
  });
  return { ...own, tables: [...tables, ...left] };
}

/**
 * Returns the rules of kube-proxy among the rules of other software that a dump holds. In built-in chains,
 * each rule of kube-proxy stands where the dump has one with the same target. Those that the dump lacks come
 * first, as kube-proxy puts them there. Chains of kubelet count as foreign unless `own` has them, too.
 */
export function withForeignRules(own: RuleSet, live: RuleSet): RuleSet {
  const names = new Set([...own.tables, ...live.tables].map(({ name }) => name));
  const tables = [...names].flatMap((name) => {
    const [first, ...more] = live.tables.filter((table) => table.name === name);
    const ownTable = own.tables.find((table) => table.name === name) ?? { name, chains: [] };
    const merged = mergeTable(ownTable, first ?? { name, chains: [] });
    // A table that stands twice, of the legacy and the nft backend: kube-proxy writes to one of them.
    return [merged, ...more.map((table) => mergeTable({ name, chains: [] }, table))];
  });
  return { ...own, tables };
}

function mergeTable(own: Table, live: Table): Table {
  const ownChains = new Map(own.chains.map((chain) => [chain.name, chain]));
  const isOwn = (name: string): boolean => {
    const role = roleOf(own.name, name);
    return role !== 'built-in' && role !== 'foreign' && (ownChains.has(name) || !isKubelets(name));
  };
  const isOwnRule = (rule: Rule): boolean => isOwn(targetChain(rule) ?? '') || KUBE_PROXY.ownsRule(rule);
  const chains = live.chains
    .filter(({ name }) => !isOwn(name))
    .map((chain) => mergeChain(ownChains.get(chain.name), chain, isOwnRule));
  const known = new Set(chains.map(({ name }) => name));
  return { ...own, chains: [...chains, ...own.chains.filter(({ name }) => !known.has(name))] };
}

function mergeChain(own: Chain | undefined, live: Chain, isOwnRule: (rule: Rule) => boolean): Chain {
  const ownRules = own?.rules ?? [];
  const waiting = new Map<string, Rule[]>();
  for (const rule of [...ownRules].reverse()) addToGroup(waiting, placeOf(rule), rule);
  const placed = new Set<Rule>();
  const rules = live.rules.flatMap((rule): readonly Rule[] => {
    if (!isOwnRule(rule)) return [rule];
    const twin = waiting.get(placeOf(rule))?.pop();
    if (twin === undefined) return [];
    placed.add(twin);
    return [twin];
  });
  return { ...live, rules: [...ownRules.filter((rule) => !placed.has(rule)), ...rules] };
}

/** Rules of kube-proxy in a built-in chain differ by the chain that they lead to. */
const placeOf = (rule: Rule): string => targetChain(rule) ?? rule.target?.kind ?? '';
