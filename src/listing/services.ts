/** The Services of manifests as a listing names them, in any proxy mode. */
import { type ClusterModel, type ClusterService } from '../cluster/model.ts';
import { type SeenPort } from '../modes/port-facts.ts';
import { type ProxyState, type ServicePort } from '../proxy/state.ts';
import { appendAll } from '../text/append-all.ts';
import { addToGroup } from '../text/groups.ts';
import { compareText } from '../text/natural-order.ts';
import { type ListedAddress, type ListedChain, type ListedPort } from './listed-port.ts';

/** Lists every Service of manifests, also those without rules. `chainsOf` finds the chains of a service port. */
export function listServices(
  cluster: ClusterModel,
  state: ProxyState,
  chainsOf: (port: ServicePort) => readonly ListedChain[],
): readonly ListedPort[] {
  const byService = new Map<string, ServicePort[]>();
  for (const port of state.ports) addToGroup(byService, `${port.namespace}/${port.serviceName}`, port);
  const ports: ListedPort[] = [];
  for (const known of cluster.services) {
    const { namespace, name } = known.service.metadata;
    const own = byService.get(`${namespace}/${name}`) ?? [];
    const { type } = known.service.spec;
    appendAll(
      ports,
      own.length === 0 ? listUnserved(known) : own.map((port) => listPort(port, type, chainsOf(port))),
    );
  }
  return sortPorts(ports);
}

function listPort(port: ServicePort, type: string, chains: readonly ListedChain[]): ListedPort {
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
    chains,
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

/** A service port as rules show it. */
export function listSeen(seen: SeenPort, chains: readonly ListedChain[]): ListedPort {
  const { name, protocol, addresses, nodePort } = seen;
  return {
    name: name === undefined ? undefined : withoutColon(name),
    type: typeOf(seen),
    protocol: protocol?.toUpperCase(),
    addresses: [
      ...addresses.map(({ kind, ip, port }): ListedAddress => ({
        kind: kind === 'unknown' ? 'address' : kind,
        ip,
        port,
      })),
      ...(nodePort === undefined ? [] : [{ kind: 'node port', ip: undefined, port: nodePort } as const]),
    ],
    chains,
  };
}

/**
 * The type of Service that has such addresses; undefined for chains that no address leads to, and where an
 * address may be that of a load balancer or an external IP.
 */
function typeOf({ addresses, nodePort, healthCheckNodePort }: SeenPort): string | undefined {
  const isBalanced = addresses.some(({ kind }) => kind === 'load balancer IP');
  if (isBalanced || healthCheckNodePort !== undefined) return 'LoadBalancer';
  if (addresses.some(({ kind, mayBeClusterIP }) => kind === 'unknown' && !mayBeClusterIP)) return undefined;
  if (nodePort !== undefined) return 'NodePort';
  return addresses.length > 0 ? 'ClusterIP' : undefined;
}

/** Releases before 1.19 end the name of a port without a name in a colon. */
const withoutColon = (name: string): string => name.replace(/:$/, '');

/** Sorts by name. Ports without a name come last. */
export function sortPorts(ports: readonly ListedPort[]): readonly ListedPort[] {
  return ports.toSorted((a, b) => {
    if (a.name === undefined || b.name === undefined)
      return Number(a.name === undefined) - Number(b.name === undefined);
    return compareText(a.name, b.name) || compareText(a.protocol ?? '', b.protocol ?? '');
  });
}
