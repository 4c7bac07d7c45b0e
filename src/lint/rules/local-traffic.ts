import { slicesFromPods } from '../../cluster/from-pods.ts';
import { type KnownNodes, knownNodes } from '../../cluster/known-nodes.ts';
import { type EndpointSource } from '../../cluster/sources.ts';
import { type EndpointSlice, type Pod, type Service } from '../../manifest/types.ts';
import { type Finding, finding } from '../finding.ts';
import { type LintedService, type LintInput } from '../input.ts';

/**
 * Finds Services with externalTrafficPolicy Local where a node has no endpoint. Load balancers ask the health
 * check of each node and skip nodes without endpoints, so one Node with an endpoint is enough for them.
 * Clients of node ports and external IPs do not ask, so these need an endpoint on every node.
 */
export function externalPolicyLocal(input: LintInput): readonly Finding[] {
  const nodes = knownNodes(input.objects.nodes);
  return input.services.flatMap((linted) => {
    const { type, externalTrafficPolicy } = linted.service.spec;
    if (externalTrafficPolicy !== 'Local') return [];
    const message = explainLack(linted, nodes, type === 'LoadBalancer' ? 'some' : 'every');
    if (message === undefined) return [];
    const path = ['spec', 'externalTrafficPolicy'];
    return [finding('external-policy-local-without-local-endpoint', linted, path, message)];
  });
}

/**
 * Finds internalTrafficPolicy Local without endpoints on any node. If only some nodes lack one, it may be
 * intended.
 */
export function internalPolicyLocal(input: LintInput): readonly Finding[] {
  const nodes = knownNodes(input.objects.nodes);
  return input.services.flatMap((linted) => {
    const { internalTrafficPolicy, clusterIP } = linted.service.spec;
    if (internalTrafficPolicy !== 'Local' || clusterIP === 'None') return [];
    const message = explainLack(linted, nodes, 'some');
    if (message === undefined) return [];
    const path = ['spec', 'internalTrafficPolicy'];
    return [finding('internal-policy-local-without-local-endpoint', linted, path, message)];
  });
}

/** Says which nodes lack a local endpoint, if too many do. */
function explainLack(
  { service, source }: LintedService,
  nodes: KnownNodes,
  needed: 'some' | 'every',
): string | undefined {
  switch (source.origin) {
    case 'EndpointSlices':
    case 'Endpoints':
      return lackOf(hosts(source.slices), nodes, needed);
    case 'Pods':
      return lackOf(hostsOfPods(service, source.pods, nodes), nodes, needed);
    case 'workloads':
      return lackOfPods(source, nodes, needed);
    case 'nowhere':
      // Another rule reports a selector that selects nothing.
      return source.selects ? undefined : 'there is no endpoint at all';
  }
}

/** Nodes by the list of Pods, which Services with equal selectors share, and by what else decides. */
const hostsByPods = new WeakMap<readonly Pod[], Map<string, ReadonlySet<string | undefined>>>();

function hostsOfPods(
  service: Service,
  pods: readonly Pod[],
  nodes: KnownNodes,
): ReadonlySet<string | undefined> {
  const known = hostsByPods.get(pods) ?? new Map<string, ReadonlySet<string | undefined>>();
  hostsByPods.set(pods, known);
  const { ipFamilies, publishNotReadyAddresses } = service.spec;
  const key = JSON.stringify([ipFamilies, publishNotReadyAddresses]);
  const found = known.get(key) ?? hosts(slicesFromPods(service, pods, nodes));
  known.set(key, found);
  return found;
}

/** Returns the nodes of usable endpoints; undefined stands for the node of an endpoint that names none. */
function hosts(slices: readonly EndpointSlice[]): ReadonlySet<string | undefined> {
  const endpoints = slices.flatMap((slice) => slice.endpoints);
  const usable = endpoints.filter(
    ({ conditions: { ready = true, serving = ready, terminating = false } }) =>
      ready || (serving && terminating),
  );
  return new Set(usable.map(({ nodeName }) => nodeName));
}

function lackOf(
  hosts: ReadonlySet<string | undefined>,
  { nodes }: KnownNodes,
  needed: 'some' | 'every',
): string | undefined {
  if (hosts.size === 0) return 'no endpoint is ready on any node';
  const named = [...hosts].filter((host) => host !== undefined);
  if (named.length === 0) return 'no endpoint has a nodeName, so that none is local to any node';
  const without = nodes.map(({ metadata }) => metadata.name).filter((name) => !hosts.has(name));
  if (without.length === 0 || (needed === 'some' && without.length < nodes.length)) return undefined;
  return `no ready endpoint runs on ${list(without)}; there are some on ${list(named)}`;
}

/** Checks workloads: the nodes of their pods are unknown, but there may be fewer pods than Nodes. */
function lackOfPods(
  { makers }: Extract<EndpointSource, { origin: 'workloads' }>,
  { nodes }: KnownNodes,
  needed: 'some' | 'every',
): string | undefined {
  const count = makers.reduce((sum, maker) => sum + maker.count, 0);
  if (count === 0) return `${makers[0]?.identity ?? 'the workload'} has no pods`;
  const reachable = new Set(makers.flatMap((maker) => maker.nodes));
  if (needed === 'some' || (count >= nodes.length && reachable.size === nodes.length)) return undefined;
  const most = Math.min(count, reachable.size);
  const owner = makers.length === 1 ? (makers[0]?.identity ?? '') : `the ${makers.length} workloads`;
  return `at most ${most} of the ${nodes.length} Nodes can have a pod of ${owner}`;
}

const MOST_NAMED = 5;

function list(names: readonly string[]): string {
  const sorted = names.toSorted();
  const shown = sorted.slice(0, MOST_NAMED).join(', ');
  return sorted.length > MOST_NAMED ? `${shown} and ${sorted.length - MOST_NAMED} more` : shown;
}
