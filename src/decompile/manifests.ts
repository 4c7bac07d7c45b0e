/** Services and EndpointSlices that explain what the rules tell, as plain objects of the API. */
import {
  type LiveAddress,
  type PortFacts,
  portNameOf,
  type SeenEndpoint,
  serviceOf,
} from '../modes/port-facts.ts';
import { appendAll } from '../text/append-all.ts';
import { type Cidr, formatCidr, type IpFamily } from '../text/ip.ts';

/** An object of the API, its fields in the order in which they are printed. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>> & {
    readonly name: string;
    readonly namespace?: string;
  };
  readonly [field: string]: unknown;
}

/**
 * The address of a stand-in endpoint, for endpoints that must be on other nodes but whose addresses the rules
 * do not show. (RFC 5737, RFC 3849)
 */
export const ELSEWHERE: Readonly<Record<IpFamily, string>> = { IPv4: '192.0.2.1', IPv6: '2001:db8::1' };

/** The most endpoints that an EndpointSlice may have. */
const MOST_ENDPOINTS = 1000;

/** The node that the rules are from. */
export interface SeenNode {
  readonly family: IpFamily;
  readonly name: string;
}

/** One Service of some service ports, and its EndpointSlices. The ports all have the Service's name. */
export function manifestsOf(ports: readonly PortFacts[], node: SeenNode): readonly Manifest[] {
  const [namespace = '', name = ''] = serviceOf(ports[0]?.live.name ?? '').split('/');
  const metadata = { name, namespace };
  return [
    { apiVersion: 'v1', kind: 'Service', metadata, ...serviceFields(ports, node) },
    ...slicesOf(ports, metadata, node),
  ];
}

interface Addresses {
  readonly clusterIP: string | undefined;
  readonly externalIPs: readonly string[];
  readonly loadBalancerIPs: readonly string[];
}

function serviceFields(
  ports: readonly PortFacts[],
  { family }: SeenNode,
): Omit<Manifest, 'apiVersion' | 'kind' | 'metadata'> {
  const { clusterIP, externalIPs, loadBalancerIPs } = addressesOf(ports);
  const first = <T>(read: (facts: PortFacts) => T | undefined): T | undefined => {
    for (const facts of ports) {
      const value = read(facts);
      if (value !== undefined) return value;
    }
    return undefined;
  };
  const healthCheckNodePort = first(({ live }) => live.healthCheckNodePort);
  const sourceRanges = first(({ sourceRanges: own }) => (own.length > 0 ? own : undefined)) ?? [];
  const affinitySeconds = first((facts) => facts.affinitySeconds);
  const isLocal = healthCheckNodePort !== undefined || ports.some((port) => port.externalPolicyLocal);
  const type = typeOf(ports, {
    isBalanced: loadBalancerIPs.length > 0 || sourceRanges.length > 0 || healthCheckNodePort !== undefined,
    isExternal: externalIPs.length > 0,
  });
  const hasAllNodePorts = ports.every(({ live }) => live.nodePort !== undefined);
  const spec = {
    type,
    ...(clusterIP !== undefined && { clusterIP }),
    ipFamilies: [family],
    ipFamilyPolicy: 'SingleStack',
    ...(externalIPs.length > 0 && { externalIPs }),
    ...(affinitySeconds !== undefined && {
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: affinitySeconds } },
    }),
    ...(isLocal && { externalTrafficPolicy: 'Local' }),
    ...(ports.some((port) => port.internalPolicyLocal) && { internalTrafficPolicy: 'Local' }),
    ...(healthCheckNodePort !== undefined && { healthCheckNodePort }),
    ...(type === 'LoadBalancer' && !hasAllNodePorts && { allocateLoadBalancerNodePorts: false }),
    ...(sourceRanges.length > 0 && { loadBalancerSourceRanges: sourceRanges }),
    ports: ports.map(portFields),
  };
  const ingress = loadBalancerIPs.map((ip) => ({ ip }));
  return { spec, ...(ingress.length > 0 && { status: { loadBalancer: { ingress } } }) };
}

/**
 * Finds the type of the Service. A Service may have node ports without any rule, when no address of the node
 * serves them.
 */
function typeOf(
  ports: readonly PortFacts[],
  { isBalanced, isExternal }: { readonly isBalanced: boolean; readonly isExternal: boolean },
): string {
  if (isBalanced) return 'LoadBalancer';
  if (ports.some(({ live }) => live.nodePort !== undefined)) return 'NodePort';
  return !isExternal && ports.some((port) => port.isExternal) ? 'NodePort' : 'ClusterIP';
}

function portFields({ live, endpoints }: PortFacts): Readonly<Record<string, unknown>> {
  const { name = '', protocol = 'tcp', nodePort, addresses } = live;
  const portName = portNameOf(name);
  const targets = new Set(endpoints.map(({ port }) => port));
  const [target] = targets;
  return {
    ...(portName !== '' && { name: portName }),
    protocol: protocol.toUpperCase(),
    port: addresses[0]?.port,
    ...(targets.size === 1 && { targetPort: target }),
    ...(nodePort !== undefined && { nodePort }),
  };
}

/**
 * Finds the kind of each address of the Service. For a port without endpoints, other ports of the Service may
 * show it.
 */
function addressesOf(ports: readonly PortFacts[]): Addresses {
  const all = ports.flatMap(({ live }) => live.addresses);
  const known = new Map(all.filter(({ kind }) => kind !== 'unknown').map(({ ip, kind }) => [ip, kind]));
  const hasHealthCheck = ports.some(({ live }) => live.healthCheckNodePort !== undefined);
  const unknown = all.filter(({ ip }) => !known.has(ip));
  const clusterIP =
    [...known].find(([, kind]) => kind === 'cluster IP')?.[0] ??
    unknown.find(({ mayBeClusterIP }) => mayBeClusterIP)?.ip;
  const kindOf = ({ ip, mayBeClusterIP }: LiveAddress): LiveAddress['kind'] => {
    if (ip === clusterIP) return 'cluster IP';
    return known.get(ip) ?? (hasHealthCheck || mayBeClusterIP ? 'load balancer IP' : 'external IP');
  };
  const of = (kind: LiveAddress['kind']): readonly string[] => [
    ...new Set(all.filter((address) => kindOf(address) === kind).map(({ ip }) => ip)),
  ];
  return { clusterIP, externalIPs: of('external IP'), loadBalancerIPs: of('load balancer IP') };
}

interface SlicePort {
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
}

/** Makes the EndpointSlices. Ports with the same endpoints share their slices. */
function slicesOf(
  ports: readonly PortFacts[],
  { name, namespace }: { readonly name: string; readonly namespace: string },
  node: SeenNode,
): readonly Manifest[] {
  const groups = new Map<string, { readonly endpoints: readonly object[]; readonly ports: SlicePort[] }>();
  for (const facts of ports) {
    for (const [port, own] of byTargetPort(endpointsOf(facts, node))) {
      const endpoints = own.map((endpoint) => endpointFields(endpoint, facts, node));
      const key = JSON.stringify(endpoints);
      const slicePort = {
        name: portNameOf(facts.live.name ?? ''),
        protocol: (facts.live.protocol ?? 'tcp').toUpperCase(),
        port,
      };
      const group = groups.get(key);
      if (group === undefined || group.ports.some((one) => one.name === slicePort.name)) {
        groups.set(group === undefined ? key : `${key} ${groups.size}`, { endpoints, ports: [slicePort] });
      } else group.ports.push(slicePort);
    }
  }
  const parts = [...groups.values()].flatMap((group) =>
    chunksOf(group.endpoints).map((endpoints) => ({ endpoints, ports: group.ports })),
  );
  const width = String(parts.length).length;
  return parts.map((part, at): Manifest => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${name}-${String(at + 1).padStart(width, '0')}`,
      namespace,
      labels: { 'kubernetes.io/service-name': name },
    },
    addressType: node.family,
    endpoints: part.endpoints,
    ports: part.ports,
  }));
}

/**
 * Returns the endpoints of a port. When the rules show that endpoints exist but lead to none, one stand-in
 * represents the endpoints of other nodes.
 */
function endpointsOf(
  { endpoints, isUsable, live }: PortFacts,
  { family }: SeenNode,
): readonly SeenEndpoint[] {
  if (endpoints.length > 0 || !isUsable) return endpoints;
  const port = live.addresses[0]?.port ?? live.nodePort ?? 1;
  return [{ ip: ELSEWHERE[family], port, isCluster: true, isLocal: false }];
}

function byTargetPort(endpoints: readonly SeenEndpoint[]): ReadonlyMap<number, readonly SeenEndpoint[]> {
  const found = new Map<number, SeenEndpoint[]>();
  for (const endpoint of endpoints) {
    const known = found.get(endpoint.port);
    if (known === undefined) found.set(endpoint.port, [endpoint]);
    else known.push(endpoint);
  }
  return found;
}

/**
 * Returns the fields of an endpoint. An endpoint of this node is terminating but still serving when policy
 * Cluster has other endpoints and leaves this one out: kube-proxy uses such endpoints only when no ready one
 * is left.
 */
function endpointFields(
  { ip, isCluster, isLocal }: SeenEndpoint,
  { endpoints }: PortFacts,
  { name }: SeenNode,
): object {
  const isTerminating = !isCluster && endpoints.some((other) => other.isCluster);
  return {
    addresses: [ip],
    conditions: isTerminating ? { ready: false, serving: true, terminating: true } : { ready: true },
    ...(isLocal && { nodeName: name }),
  };
}

function chunksOf<T>(items: readonly T[]): readonly (readonly T[])[] {
  const chunks: (readonly T[])[] = [];
  for (let at = 0; at < items.length; at += MOST_ENDPOINTS) chunks.push(items.slice(at, at + MOST_ENDPOINTS));
  return chunks;
}

/** The ServiceCIDRs of the networks. */
export const serviceCidrsOf = (networks: readonly Cidr[]): readonly Manifest[] =>
  networks.map((cidr, at) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'ServiceCIDR',
    metadata: { name: `networks-${at + 1}` },
    spec: { cidrs: [formatCidr(cidr)] },
  }));

/** The manifests of all Services, in the order of their names. */
export function allManifests(ports: readonly PortFacts[], node: SeenNode): readonly Manifest[] {
  const byService = new Map<string, PortFacts[]>();
  for (const facts of ports) {
    const service = serviceOf(facts.live.name ?? '');
    const known = byService.get(service);
    if (known === undefined) byService.set(service, [facts]);
    else known.push(facts);
  }
  const manifests: Manifest[] = [];
  for (const service of [...byService.keys()].sort())
    appendAll(manifests, manifestsOf(byService.get(service) ?? [], node));
  return manifests;
}
