import { type Resource } from '../manifest/resource.ts';
import { type EndpointSlice, type Service } from '../manifest/types.ts';
import { type Cidr, type IpFamily, parseCidr } from '../text/ip.ts';
import { type Diagnostic, diagnostic, type Outcome } from '../diagnostics/diagnostic.ts';
import { fillClusterIps, hasClusterIp, withClusterIps } from './assign-cluster-ips.ts';
import { fillPorts, isNodePortKey, withNodePorts } from './assign-node-ports.ts';
import { fillProxyPorts } from './assign-proxy-ports.ts';
import { type Assignments, NO_ASSIGNMENTS } from './assignments.ts';
import { shortlists } from './explain-misses.ts';
import { type Filled } from './fill.ts';
import { slicesFromPods } from './from-pods.ts';
import { type KnownNodes, knownNodes } from './known-nodes.ts';
import { type MadePods, makePods } from './make-pods.ts';
import { type ClusterModel, type ClusterService } from './model.ts';
import { mayMiss, nearMisses, type Selected } from './near-misses.ts';
import { type ClusterObjects, clusterObjects, nameOf } from './objects.ts';
import { type ClusterOptions } from './options.ts';
import { otherPods } from './other-pods.ts';
import { type PodMaker, podMakers } from './pod-makers.ts';
import { setAddresses, setPorts } from './set-values.ts';
import { observedPods, selectable, type EndpointSource, sourceOf } from './sources.ts';

/** A complete Service, and the source of its endpoints. */
interface SourcedService {
  readonly resource: Resource<Service>;
  readonly source: EndpointSource;
}

/**
 * Joins Services with their endpoints, and assigns values that only a cluster assigns. The order of the input
 * does not matter. Errors: a range is too small, a value is not assigned although `requireAssigned` is set,
 * or there are more pods or endpoints than any cluster holds. Warnings: selectors and named ports that match
 * nothing.
 */
export function buildCluster(resources: readonly Resource[], options: ClusterOptions): Outcome<ClusterModel> {
  const objects = clusterObjects(resources);
  const addresses = setAddressesOnce(objects);
  const clusterIPs = (['IPv4', 'IPv6'] as const).map((family) =>
    fillClusterIps(objects.services, family, addresses, options),
  );
  const ports = fillPorts(objects, options);
  const serviceIPs = new Map(clusterIPs.flatMap(({ values }) => [...values]));
  const taken = (): ReadonlySet<number> => new Set([...setPorts(objects), ...ports.values.values()]);
  const proxyPorts = fillProxyPorts(objects.services, taken, options);
  const makers = podMakers(objects, options.nodeName);
  const choices = selectable(objects, makers);
  const sourced = objects.services.map((resource): SourcedService => {
    const object = withNodePorts(withClusterIps(resource.object, serviceIPs), ports.values);
    const complete = object === resource.object ? resource : { ...resource, object };
    return { resource: complete, source: sourceOf(object, objects, choices) };
  });
  const demand = demandOf(sourced, options.headlessPods === true);
  const made = makePods(demand, () => new Set([...addresses(), ...serviceIPs.values()]), options);
  const nodes = knownNodes(objects.nodes);
  const { services, problems } = endpointsOf(sourced, made, nodes);
  const misses = missesOf(sourced, nodes, () => {
    const candidates = [...makers, ...observedPods(objects)];
    return {
      candidatesFor: shortlists(candidates),
      others: otherPods(objects, candidates, options.seen ?? []),
    };
  });
  const filled = [...clusterIPs, ports, proxyPorts, made];
  return {
    value: {
      services,
      serviceCidrs: serviceCidrs(objects),
      proxyPorts: proxyPorts.values,
      assignments: {
        ...completed(options.assignments ?? NO_ASSIGNMENTS, serviceIPs, ports, made),
        proxyPorts: new Map([...(options.assignments?.proxyPorts ?? []), ...proxyPorts.values]),
      },
      standIns: filled.flatMap(({ standIns }) => standIns),
    },
    problems: [...filled.flatMap((one) => one.problems), ...problems, ...misses],
  };
}

/** Warns of selectors and named ports that match nothing. Asks what they may be meant for only when there are any. */
function missesOf(
  sourced: readonly SourcedService[],
  nodes: KnownNodes,
  selected: () => Selected,
): readonly Diagnostic[] {
  const incomplete = sourced.filter(({ source }) => mayMiss(source));
  if (incomplete.length === 0) return [];
  const known = selected();
  return incomplete.flatMap(({ resource, source }) => nearMisses(resource, source, known, nodes));
}

/** Returns the networks that ServiceCIDRs name, each once. */
function serviceCidrs(objects: ClusterObjects): readonly Cidr[] {
  const texts = new Set(objects.serviceCidrs.flatMap(({ spec }) => spec.cidrs));
  return [...texts].flatMap((text) => parseCidr(text) ?? []);
}

/** Looked up only when something is to be drawn, and then once. */
function setAddressesOnce(objects: ClusterObjects): () => ReadonlySet<string> {
  let addresses: ReadonlySet<string> | undefined;
  return () => (addresses ??= setAddresses(objects));
}

/**
 * Returns the pods to make and the families that they need. Headless Services need none for rules, because they
 * have no rules.
 */
function demandOf(
  services: readonly SourcedService[],
  headlessPods: boolean,
): ReadonlyMap<PodMaker, ReadonlySet<IpFamily>> {
  const bySource = new Map<readonly PodMaker[], Set<IpFamily>>();
  for (const { resource, source } of services) {
    if (source.origin !== 'workloads') continue;
    if (!hasClusterIp(resource.object) && !headlessPods) continue;
    addFamilies(bySource, source.makers, resource.object.spec.ipFamilies);
  }
  const demand = new Map<PodMaker, Set<IpFamily>>();
  for (const [makers, families] of bySource) {
    for (const maker of makers) addFamilies(demand, maker, families);
  }
  return demand;
}

function addFamilies<Key>(families: Map<Key, Set<IpFamily>>, key: Key, more: Iterable<IpFamily>): void {
  const known = families.get(key) ?? new Set();
  for (const family of more) known.add(family);
  families.set(key, known);
}

/** Reports an error when many Services with many pods give too many endpoints for the memory. */
const MOST_ENDPOINTS = 1_000_000;

function endpointsOf(
  sourced: readonly SourcedService[],
  made: MadePods,
  nodes: KnownNodes,
): { readonly services: readonly ClusterService[]; readonly problems: readonly Diagnostic[] } {
  const tooMany = tooManyPods(sourced, made);
  const services = sourced.map(({ resource, source }): ClusterService => {
    const service = resource.object;
    const slices = tooMany.length > 0 ? [] : slicesOf(service, source, made, nodes);
    return { service, slices, origin: source.origin };
  });
  return { services, problems: tooMany };
}

/** Reports the Services from the one on that exceeds the limit. Counts no further than that. */
function tooManyPods(sourced: readonly SourcedService[], made: MadePods): readonly Diagnostic[] {
  let total = 0;
  return sourced.flatMap(({ resource, source }) => {
    if (total <= MOST_ENDPOINTS) total += countPods(source, made);
    if (total <= MOST_ENDPOINTS) return [];
    const message = `the Services up to this one select more than ${MOST_ENDPOINTS} pods in all, which is too many`;
    const place = resource.locate(['spec', 'selector']);
    return [
      diagnostic('too-many-pods', message, {
        place,
        subject: nameOf(resource.object),
        path: 'spec.selector',
      }),
    ];
  });
}

function countPods(source: EndpointSource, { podsOf }: MadePods): number {
  if (source.origin === 'Pods') return source.pods.length;
  if (source.origin !== 'workloads') return 0;
  return source.makers.reduce((sum, maker) => sum + (podsOf.get(maker)?.length ?? 0), 0);
}

function slicesOf(
  service: Service,
  source: EndpointSource,
  { podsOf }: MadePods,
  nodes: KnownNodes,
): readonly EndpointSlice[] {
  switch (source.origin) {
    case 'EndpointSlices':
    case 'Endpoints':
      return source.slices;
    case 'Pods':
      return slicesFromPods(service, source.pods, nodes);
    case 'workloads': {
      const { makers, only } = source;
      const pods = makers.flatMap((maker) => podsOf.get(maker) ?? []);
      const chosen = only === undefined ? pods : pods.filter(({ metadata }) => only.has(metadata.name));
      return slicesFromPods(service, chosen, nodes);
    }
    case 'nowhere':
      return source.selects ? slicesFromPods(service, [], nodes) : [];
  }
}

/** Keeps all given assignments. Those of missing objects stay, too, because the objects may come back. */
function completed(
  given: Assignments,
  clusterIPs: ReadonlyMap<string, string>,
  ports: Filled<number>,
  made: MadePods,
): Omit<Assignments, 'proxyPorts'> {
  const assigned = [...ports.values];
  return {
    clusterIPs: new Map([...given.clusterIPs, ...clusterIPs]),
    nodePorts: new Map([...given.nodePorts, ...assigned.filter(([key]) => isNodePortKey(key))]),
    healthCheckNodePorts: new Map([
      ...given.healthCheckNodePorts,
      ...assigned.filter(([key]) => !isNodePortKey(key)),
    ]),
    podIPs: new Map([...given.podIPs, ...made.podIPs]),
  };
}
