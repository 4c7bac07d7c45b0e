import { type Features } from '../dialect/features.ts';
import { type Service } from '../manifest/types.ts';
import { type ProxySettings } from './settings.ts';
import { type EndpointSets, type ProxyEndpoint } from './state.ts';
import { topologyKeysFilter } from './topology-keys.ts';
import { type TopologyFilter, topologyFilter } from './topology.ts';

/** The part of a service port that decides which endpoints it uses. */
export interface EndpointPolicy {
  readonly externalPolicyLocal: boolean;
  readonly internalPolicyLocal: boolean;
  readonly externallyAccessible: boolean;
}

/** Groups the endpoints of a service port by the traffic that they serve, as the release does. */
export function categorizeEndpoints(
  service: Service,
  policy: EndpointPolicy,
  endpoints: readonly ProxyEndpoint[],
  settings: ProxySettings,
  features: Features,
): EndpointSets {
  const useTerminating = features.terminatingEndpoints;
  const inTopology = (): TopologyFilter | undefined => topologyFilter(service, endpoints, settings, features);
  return features.serviceChains === 'balancer'
    ? setsForBalancer(
        policy,
        endpoints,
        () => chosenByService(service, policy, endpoints, settings, features),
        useTerminating,
      )
    : setsForPolicies(policy, endpoints, inTopology, useTerminating);
}

const isReady = (endpoint: ProxyEndpoint): boolean => endpoint.ready;
const isServingLast = (endpoint: ProxyEndpoint): boolean =>
  !endpoint.ready && endpoint.serving && endpoint.terminating;

/** One chain per traffic policy. (CategorizeEndpoints, pkg/proxy/topology.go, v1.24 and later) */
function setsForPolicies(
  policy: EndpointPolicy,
  endpoints: readonly ProxyEndpoint[],
  inTopology: () => TopologyFilter | undefined,
  useTerminating: boolean,
): EndpointSets {
  // External traffic of policy Local still needs the Cluster endpoints, for short-circuiting pods and the node.
  const usesCluster = !policy.internalPolicyLocal || policy.externallyAccessible;
  const usesLocal = policy.internalPolicyLocal || (policy.externalPolicyLocal && policy.externallyAccessible);

  const ready = readyOrServing(endpoints, useTerminating);
  const usable = ready.length > 0;
  const here = endpoints.filter((endpoint) => endpoint.local);
  const local = usesLocal ? readyOrServing(here, useTerminating) : [];
  if (!usesCluster) return { cluster: [], local, reachable: local, usable, here };

  const chosen = inTopology();
  const cluster =
    chosen === undefined ? ready : endpoints.filter((endpoint) => endpoint.ready && chosen(endpoint));
  return { cluster, local, reachable: union(endpoints, cluster, local), usable, here };
}

/**
 * Returns a filter for the endpoints that the Service allows for this node; undefined for all. It does
 * not filter endpoints from Endpoints objects. (FilterEndpoints, pkg/proxy/topology.go, v1.21 to v1.23;
 * syncProxyRules, v1.17 to v1.20)
 */
function chosenByService(
  service: Service,
  policy: EndpointPolicy,
  endpoints: readonly ProxyEndpoint[],
  settings: ProxySettings,
  features: Features,
): TopologyFilter | undefined {
  if (!features.endpointSlices) return undefined;
  if (features.topologyKeys) return topologyKeysFilter(service, endpoints, settings);
  if (policy.internalPolicyLocal) return (endpoint) => endpoint.local;
  return topologyFilter(service, endpoints, settings, features);
}

/**
 * One set for external traffic of policy Local, one for all else. (FilterEndpoints and syncProxyRules, v1.23)
 */
function setsForBalancer(
  policy: EndpointPolicy,
  endpoints: readonly ProxyEndpoint[],
  chosenByService: () => TopologyFilter | undefined,
  useTerminating: boolean,
): EndpointSets {
  const here = endpoints.filter((endpoint) => endpoint.local);
  if (policy.externalPolicyLocal) {
    const cluster = endpoints.filter(isReady);
    const local = readyOrServing(here, useTerminating);
    const usable = cluster.length > 0 || (useTerminating && endpoints.some(isServingLast));
    return { cluster, local, reachable: union(endpoints, cluster, local), usable, here };
  }
  const kept = chosenByService();
  const cluster = endpoints.filter((endpoint) => endpoint.ready && (kept === undefined || kept(endpoint)));
  return { cluster, local: [], reachable: cluster, usable: cluster.length > 0, here };
}

/** Returns the ready endpoints; without any, those that are terminating but still serve. */
export function readyOrServing(
  endpoints: readonly ProxyEndpoint[],
  useTerminating: boolean,
): readonly ProxyEndpoint[] {
  if (endpoints.length > 0 && endpoints.every(isReady)) return endpoints;
  const ready = endpoints.filter(isReady);
  return ready.length > 0 || !useTerminating ? ready : endpoints.filter(isServingLast);
}

function union(
  endpoints: readonly ProxyEndpoint[],
  some: readonly ProxyEndpoint[],
  others: readonly ProxyEndpoint[],
): readonly ProxyEndpoint[] {
  if (others.length === 0) return some;
  const wanted = new Set([...some, ...others]);
  return endpoints.filter((endpoint) => wanted.has(endpoint));
}
