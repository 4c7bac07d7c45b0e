import { type Compilation } from '../compile.ts';
import { collector } from '../diagnostics/collector.ts';
import { type Outcome } from '../diagnostics/diagnostic.ts';
import { type IpvsDump } from '../modes/ipvs/dump.ts';
import { isOfIpvs, readIpvsNode } from '../modes/ipvs/read-dump.ts';
import { readDump } from '../modes/iptables/read-dump.ts';
import { type Dump } from '../netfilter/iptables/dump.ts';
import { type SetDefinition } from '../netfilter/ipset/model.ts';
import { isSetListing, readSets } from '../netfilter/ipset/read.ts';
import { type Ruleset } from '../netfilter/nftables/model.ts';
import { isNft, readNft } from '../netfilter/nftables/read-nft.ts';
import { sees } from '../packets/nftables/context.ts';
import { type IpFamily } from '../text/ip.ts';
import { appendAll } from '../text/append-all.ts';
import { type Source } from '../text/source.ts';
import { dumpedIpvsNode } from './ipvs-node.ts';
import { compiledNode, dumpedNode, dumpedRulesetNode, type TracedNode } from './node.ts';

/** The rules of a node for packets of one family. */
export type NodeRules =
  | {
      readonly mode: 'iptables';
      readonly family: IpFamily;
      readonly dump: Dump;
      /** Sets of ipset that rules look up. */
      readonly sets?: readonly SetDefinition[];
    }
  | { readonly mode: 'nftables'; readonly family: IpFamily; readonly ruleset: Ruleset }
  | { readonly mode: 'ipvs'; readonly family: IpFamily; readonly dump: IpvsDump };

const FAMILIES: readonly IpFamily[] = ['IPv4', 'IPv6'];

/**
 * Reads the rules of mode iptables or nftables, and finds the mode from the text. Returns nftables rules once for
 * each family that has tables. Uses `assumedFamily` for output of iptables-save that does not show its
 * family.
 */
function readNodeRules(source: Source, assumedFamily: IpFamily): Outcome<readonly NodeRules[]> {
  if (!isNft(source)) {
    const { value: dump, problems } = readDump(source, assumedFamily);
    return { value: dump === undefined ? [] : [{ mode: 'iptables', family: dump.family, dump }], problems };
  }
  const { value: ruleset, problems } = readNft(source);
  if (ruleset === undefined) return { value: [], problems };
  const families = FAMILIES.filter((family) => ruleset.tables.some((table) => sees(table.family, family)));
  return { value: families.map((family) => ({ mode: 'nftables', family, ruleset })), problems };
}

/**
 * Reads the outputs of a node's tools in any mode. Those of a node in mode ipvs are read together. Output of `ipset
 * save` tells what is in the sets that rules of mode iptables look up.
 */
export function readNodeOutputs(
  sources: readonly Source[],
  assumedFamily: IpFamily,
): Outcome<readonly NodeRules[]> {
  const { keep, problems } = collector();
  if (sources.some(isOfIpvs)) {
    const dumps = keep(readIpvsNode(sources, assumedFamily));
    return { value: dumps.map((dump) => ({ mode: 'ipvs', family: dump.family, dump })), problems };
  }
  const found: NodeRules[] = [];
  const sets: SetDefinition[] = [];
  for (const source of sources) {
    if (isSetListing(source)) appendAll(sets, keep(readSets(source)) ?? []);
    else appendAll(found, keep(readNodeRules(source, assumedFamily)));
  }
  const value = found.map((rules) => (rules.mode === 'iptables' ? { ...rules, sets } : rules));
  return { value, problems };
}

/**
 * Returns the node with these rules. `nodeAddresses` are its known addresses. Manifests add names and more
 * addresses.
 */
export function nodeOfRules(
  rules: NodeRules,
  nodeAddresses: readonly string[],
  compilation: Compilation | undefined,
): TracedNode {
  switch (rules.mode) {
    case 'iptables':
      return dumpedNode(rules.dump, nodeAddresses, compilation, rules.sets);
    case 'nftables':
      return dumpedRulesetNode(rules.ruleset, rules.family, nodeAddresses, compilation);
    case 'ipvs':
      return dumpedIpvsNode(rules.dump, nodeAddresses, compilation);
  }
}

/**
 * Returns the node of each family. Its rules are those of a dump. Compilations then add names and addresses. Without a
 * dump of any family, the rules are the compiled ones. `nodeAddresses` are known addresses of the node.
 */
export function tracedNodes(
  dumps: readonly NodeRules[],
  compilations: readonly Compilation[],
  nodeAddresses: readonly string[],
): ReadonlyMap<IpFamily, TracedNode> {
  const compiled = new Map(compilations.map((each) => [each.settings.ipFamily, each]));
  return dumps.length === 0
    ? new Map([...compiled].map(([family, each]) => [family, compiledNode(each)]))
    : new Map(
        dumps.map((dump) => [dump.family, nodeOfRules(dump, nodeAddresses, compiled.get(dump.family))]),
      );
}
