import { slicesFromPods } from '../../cluster/from-pods.ts';
import { type KnownNodes, knownNodes } from '../../cluster/known-nodes.ts';
import { type Source } from '../../cluster/sources.ts';
import { type EndpointSlice } from '../../manifest/types.ts';
import { type Finding, finding } from '../finding.ts';
import { type LintedService, type LintInput } from '../input.ts';

/**
 * externalTrafficPolicy Local where a node has no endpoint. Load balancers ask each node's health check and pass those
 * without endpoints by, so that one Node with an endpoint will do; node ports and external IPs have nobody who asks.
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

/** internalTrafficPolicy Local without an endpoint on any node; that some have none is often as it should be. */
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

/** Which nodes lack a local endpoint, if that is too many of them. */
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
      return lackOf(hosts(slicesFromPods(service, source.pods, nodes)), nodes, needed);
    case 'workloads':
      return lackOfPods(source, nodes, needed);
    case 'nowhere':
      // A selector that selects nothing is told as such.
      return source.selects ? undefined : 'there is no endpoint at all';
  }
}

/** The nodes that usable endpoints run on; undefined stands for endpoints that do not say where. */
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

/** Where pods of a workload will run is unknown; but there may be too few for all Nodes. */
function lackOfPods(
  { makers }: Extract<Source, { origin: 'workloads' }>,
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
