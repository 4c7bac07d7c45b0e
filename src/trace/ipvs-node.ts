import { type Compilation } from '../compile.ts';
import { type IpvsDump } from '../modes/ipvs/dump.ts';
import { readEvidence } from '../modes/ipvs/recognise/evidence.ts';
import { observeSettings } from '../modes/ipvs/recognise/observe-settings.ts';
import { type BalancedNode, compileIpvs } from '../packets/ipvs/compile-program.ts';
import { allAddresses, observedNode, type TracedNode } from './node.ts';

/**
 * Returns the node of mode ipvs from which the outputs of its tools were taken, for packets of one family. They name no
 * Service: manifests do.
 */
export function dumpedIpvsNode(
  dump: IpvsDump,
  nodeAddresses: readonly string[],
  compilation: Compilation | undefined,
): TracedNode {
  const { localTraffic, serverIps = [] } = observeSettings(readEvidence(dump));
  const given = allAddresses(nodeAddresses, compilation);
  // Where nothing else tells them: node ports have virtual servers at addresses of the node.
  const addresses = given.length === 0 ? serverIps : given;
  const node = balancedNode(dump, addresses);
  const endpoints = node.servers.flatMap(({ realServers }) => realServers.map(({ ip }) => ip));
  return observedNode(compileIpvs(node, addresses), addresses, compilation, {
    portals: () => [],
    taken: () => new Set(endpoints),
    localTraffic,
  });
}

/** What a dump holds. Without a list of them, the addresses of all virtual servers count as bound. */
function balancedNode(dump: IpvsDump, own: readonly string[]): BalancedNode {
  const { family, rules, sets = [], foreignSets, servers = [], addresses } = dump;
  const served = servers.flatMap(({ address }) => (address.kind === 'address' ? [address.ip] : []));
  return {
    family,
    rules: rules ?? { family, tables: [] },
    sets: [...sets, ...foreignSets],
    servers,
    addresses: addresses ?? served.filter((ip) => !own.includes(ip)),
  };
}
