import { type Compilation } from '../compile.ts';
import { chainHash } from '../modes/iptables/rules/chain-names.ts';
import { livePorts, type NamedPort } from '../modes/iptables/recognise/live-ports.ts';
import { type SetDefinition } from '../netfilter/ipset/model.ts';
import { type RuleSet } from '../netfilter/iptables/model.ts';
import { type ListedPort } from './listed-port.ts';
import { type NodeChains, nodeChains } from './node-chains.ts';
import { listSeen, listServices, sortPorts } from './services.ts';

/** What is known of a node: its Services, and all chains of kube-proxy's. */
export interface Listing {
  readonly ports: readonly ListedPort[];
  readonly chains: NodeChains;
}

/**
 * Lists the Services that a node's rules show. `names` maps hashes in chain names to Services, for rules
 * without comments. `sets` are those that rules look up.
 */
export function listRules(
  ruleSet: RuleSet,
  names: ReadonlyMap<string, NamedPort>,
  sets: readonly SetDefinition[] = [],
): Listing {
  const chains = nodeChains(ruleSet, sets);
  const ports = livePorts(ruleSet, names).map((port) => listSeen(port, chains.ofPort(port.hash)));
  return { ports: sortPorts(ports), chains };
}

/** Lists every Service of compiled manifests, also those without rules. */
export function listCompilation({ cluster, state, model }: Compilation<'iptables'>): Listing {
  const chains = nodeChains(model);
  const ports = listServices(cluster, state, ({ name, protocol }) =>
    chains.ofPort(chainHash(name + protocol)),
  );
  return { ports, chains };
}
