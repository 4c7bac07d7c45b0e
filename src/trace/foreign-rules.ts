import { type Compilation, isOfMode } from '../compile.ts';
import { isKubelets, roleOf, targetChain } from '../modes/iptables/rules/chain-roles.ts';
import { isKubelets as isKubeletsBesideIpvs } from '../modes/ipvs/compare/rules.ts';
import { type IpvsDump } from '../modes/ipvs/dump.ts';
import { type IpvsModel } from '../modes/ipvs/model.ts';
import { isOwnChain } from '../modes/ipvs/rules/own-chains.ts';
import { KUBE_PROXY } from '../modes/iptables/rules/own-rules.ts';
import {
  type Chain,
  type Rule,
  type RuleSet,
  type Table,
  type TableName,
} from '../netfilter/iptables/model.ts';
import { type Ruleset } from '../netfilter/nftables/model.ts';
import { compileIptables } from '../packets/iptables/compile-program.ts';
import { type VirtualServer } from '../netfilter/ipvs/model.ts';
import { printVirtualAddress } from '../netfilter/ipvs/print.ts';
import { type BalancedNode, compileIpvs } from '../packets/ipvs/compile-program.ts';
import { compileNftables } from '../packets/nftables/compile-program.ts';
import { cidrContains } from '../text/ip.ts';
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
  if (isOfMode(compilation, 'ipvs') && live.mode === 'ipvs') {
    const balanced = withForeignParts(compilation.model, live.dump);
    return { ...node, program: compileIpvs(balanced, nodeAddresses) };
  }
  return node;
}

/** Of virtual servers of other software only those stay that kube-proxy is told to leave alone. */
function withForeignParts(own: IpvsModel, live: IpvsDump): BalancedNode {
  const known = new Set(own.servers.map(({ address }) => printVirtualAddress(address)));
  const isExcluded = ({ address }: VirtualServer): boolean =>
    address.kind === 'address' && own.excluded.some((cidr) => cidrContains(cidr, address.ip));
  const others = (live.servers ?? []).filter(
    (server) => isExcluded(server) && !known.has(printVirtualAddress(server.address)),
  );
  return {
    ...own,
    rules: live.rules === undefined ? own.rules : withForeignRules(own.rules, live.rules, OF_IPVS),
    sets: [...own.sets, ...live.foreignSets],
    servers: [...own.servers, ...others],
  };
}

/** Tells chains of kube-proxy, and those of kubelet, from the chains of other software. */
interface Owners {
  readonly isKubeProxys: (table: TableName, chain: string) => boolean;
  readonly isKubelets: (table: TableName, chain: string) => boolean;
}

const OF_IPTABLES: Owners = {
  isKubeProxys: (table, chain) => {
    const role = roleOf(table, chain);
    return role !== 'built-in' && role !== 'foreign';
  },
  isKubelets: (_table, chain) => isKubelets(chain),
};

const OF_IPVS: Owners = {
  isKubeProxys: (table, chain) => isOwnChain(table, chain) || isKubeletsBesideIpvs(table, chain),
  isKubelets: isKubeletsBesideIpvs,
};

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
export function withForeignRules(own: RuleSet, live: RuleSet, owners: Owners = OF_IPTABLES): RuleSet {
  const names = new Set([...own.tables, ...live.tables].map(({ name }) => name));
  const tables = [...names].flatMap((name) => {
    const [first, ...more] = live.tables.filter((table) => table.name === name);
    const ownTable = own.tables.find((table) => table.name === name) ?? { name, chains: [] };
    const merged = mergeTable(ownTable, first ?? { name, chains: [] }, owners);
    // A table that stands twice, of the legacy and the nft backend: kube-proxy writes to one of them.
    return [merged, ...more.map((table) => mergeTable({ name, chains: [] }, table, owners))];
  });
  return { ...own, tables };
}

function mergeTable(own: Table, live: Table, owners: Owners): Table {
  const ownChains = new Map(own.chains.map((chain) => [chain.name, chain]));
  const isOwn = (name: string): boolean =>
    owners.isKubeProxys(own.name, name) && (ownChains.has(name) || !owners.isKubelets(own.name, name));
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
