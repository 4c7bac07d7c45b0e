import { appendAll } from '../text/append-all.ts';
import { compareText } from '../text/natural-order.ts';
import { type Compilation } from '../compile.ts';
import { type ClusterService } from '../cluster/model.ts';
import { chainHash } from '../modes/iptables/rules/chain-names.ts';
import { type LivePort, livePorts, type NamedPort } from '../modes/iptables/recognise/live-ports.ts';
import { type RuleSet } from '../netfilter/iptables/model.ts';
import { type ServicePort } from '../proxy/state.ts';
import { type ListedAddress, type ListedPort } from './listed-port.ts';
import { type NodeChains, nodeChains } from './node-chains.ts';
import { addToGroup } from '../text/groups.ts';

/** What is known of a node: its Services, and all chains of kube-proxy's. */
export interface Listing {
  readonly ports: readonly ListedPort[];
  readonly chains: NodeChains;
}

/**
 * Lists the Services that a node's rules show. `names` maps hashes in chain names to Services, for rules
 * without comments.
 */
export function listRules(ruleSet: RuleSet, names: ReadonlyMap<string, NamedPort>): Listing {
  const chains = nodeChains(ruleSet);
  const ports = livePorts(ruleSet, names).map((port) => listLive(port, chains));
  return { ports: sortPorts(ports), chains };
}

/** Lists every Service of compiled manifests, also those without rules. */
export function listCompilation({ cluster, state, model }: Compilation<'iptables'>): Listing {
  const chains = nodeChains(model);
  const byService = new Map<string, ServicePort[]>();
  for (const port of state.ports) {
    const key = `${port.namespace}/${port.serviceName}`;
    addToGroup(byService, key, port);
  }
  const ports: ListedPort[] = [];
  for (const known of cluster.services) {
    const { namespace, name } = known.service.metadata;
    const own = byService.get(`${namespace}/${name}`) ?? [];
    appendAll(
      ports,
      own.length === 0
        ? listUnserved(known)
        : own.map((port) => listPort(port, known.service.spec.type, chains)),
    );
  }
  return { ports: sortPorts(ports), chains };
}

function listPort(port: ServicePort, type: string, chains: NodeChains): ListedPort {
  const { name, protocol, clusterIP, externalIPs, loadBalancerIPs, nodePort } = port;
  const at = (kind: ListedAddress['kind'], ip: string | undefined): ListedAddress => ({
    kind,
    ip,
    port: port.port,
  });
  return {
    name: withoutColon(name),
    type,
    protocol: protocol.toUpperCase(),
    addresses: [
      at('cluster IP', clusterIP),
      ...externalIPs.map((ip) => at('external IP', ip)),
      ...loadBalancerIPs.map((ip) => at('load balancer IP', ip)),
      ...(nodePort === undefined ? [] : [{ kind: 'node port', ip: undefined, port: nodePort } as const]),
    ],
    chains: chains.ofPort(chainHash(name + protocol)),
  };
}

/** Headless Services, ExternalNames, and those of another family or proxy: kube-proxy has no rules for them. */
function listUnserved({ service: { metadata, spec } }: ClusterService): readonly ListedPort[] {
  const name = `${metadata.namespace}/${metadata.name}`;
  const ip = spec.type === 'ExternalName' ? undefined : spec.clusterIP;
  const common = { type: spec.type, chains: [] };
  if (spec.ports.length === 0) return [{ ...common, name, protocol: undefined, addresses: [] }];
  return spec.ports.map(({ name: portName, port, protocol }): ListedPort => ({
    ...common,
    name: portName === '' ? name : `${name}:${portName}`,
    protocol,
    addresses: ip === undefined ? [] : [{ kind: 'cluster IP', ip, port }],
  }));
}

function listLive(live: LivePort, chains: NodeChains): ListedPort {
  const { name, protocol, nodePort, hash } = live;
  return {
    name: name === undefined ? undefined : withoutColon(name),
    type: typeOf(live),
    protocol: protocol?.toUpperCase(),
    addresses: [
      ...live.addresses.map(({ kind, ip, port }): ListedAddress => ({
        kind: kind === 'unknown' ? 'address' : kind,
        ip,
        port,
      })),
      ...(nodePort === undefined ? [] : [{ kind: 'node port', ip: undefined, port: nodePort } as const]),
    ],
    chains: chains.ofPort(hash),
  };
}

/** The type of Service that has such addresses; undefined for chains that no address leads to. */
function typeOf({ addresses, nodePort, healthCheckNodePort }: LivePort): string | undefined {
  const isBalanced = addresses.some(({ kind }) => kind === 'load balancer IP');
  if (isBalanced || healthCheckNodePort !== undefined) return 'LoadBalancer';
  if (nodePort !== undefined) return 'NodePort';
  return addresses.length > 0 ? 'ClusterIP' : undefined;
}

/** Releases before 1.19 end the name of a port without a name in a colon. */
const withoutColon = (name: string): string => name.replace(/:$/, '');

/** Sorts by name. Ports without a name come last. */
function sortPorts(ports: readonly ListedPort[]): readonly ListedPort[] {
  return ports.toSorted((a, b) => {
    if (a.name === undefined || b.name === undefined)
      return Number(a.name === undefined) - Number(b.name === undefined);
    return compareText(a.name, b.name) || compareText(a.protocol ?? '', b.protocol ?? '');
  });
}
