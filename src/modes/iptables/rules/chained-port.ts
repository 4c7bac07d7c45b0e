import { type Features } from '../../../dialect/features.ts';
import { type EndpointSets, type ProxyEndpoint, type ServicePort } from '../../../proxy/state.ts';
import { endpointChain, type ServicePortChains, servicePortChains } from './chain-names.ts';

/** An endpoint and the chain that leads to it. */
export interface ChainedEndpoint extends Pick<ProxyEndpoint, 'ip' | 'address'> {
  readonly chain: string;
}

/** The endpoints of a service port, each with its chain. */
export interface ChainedEndpointSets extends Pick<EndpointSets, 'usable'> {
  readonly cluster: readonly ChainedEndpoint[];
  readonly local: readonly ChainedEndpoint[];
  readonly reachable: readonly ChainedEndpoint[];
}

/** A service port with the names of its chains, and what its rules do with traffic. */
export interface ChainedPort {
  readonly service: Omit<ServicePort, 'endpoints'>;
  readonly chains: ServicePortChains;
  readonly endpoints: ChainedEndpointSets;
  /** Whether table nat has rules for the addresses of the service port, even if its chains are empty. */
  readonly hasNatRules: boolean;
  /** Whether nat leads traffic for the cluster IP to a chain. If not, table filter stops it. */
  readonly servesInternal: boolean;
  /**
   * Whether nat leads traffic from outside to endpoints. If not, table filter stops the traffic that KUBE-EXT did not
   * send to all endpoints.
   */
  readonly servesExternal: boolean;
}

/** Names the chains of a service port and of its endpoints, each once, and decides which traffic nat serves. */
export function chainPort(service: ServicePort, features: Features): ChainedPort {
  const endpoints = chainEndpoints(service);
  const { usable, local } = endpoints;
  const isStoppedWithoutLocal = features.blockedTraffic === 'filter-drop' && local.length === 0;
  return {
    service,
    chains: servicePortChains(service.name, service.protocol),
    endpoints,
    hasNatRules: usable || features.natWithoutEndpoints,
    servesInternal: usable && !(service.internalPolicyLocal && isStoppedWithoutLocal),
    servesExternal: usable && !(service.externalPolicyLocal && isStoppedWithoutLocal),
  };
}

function chainEndpoints({ name, protocol, endpoints }: ServicePort): ChainedEndpointSets {
  const { cluster, local, reachable, usable } = endpoints;
  const withChain = (endpoint: ProxyEndpoint): ChainedEndpoint => ({
    ip: endpoint.ip,
    address: endpoint.address,
    chain: endpointChain(name, protocol, endpoint.address),
  });
  const chained = reachable.map(withChain);
  // Most service ports have one set for all traffic.
  if (cluster === reachable && local.length === 0) {
    return { cluster: chained, local: [], reachable: chained, usable };
  }
  const known = new Map(reachable.map((endpoint, index) => [endpoint, chained[index]]));
  const named = (endpoint: ProxyEndpoint): ChainedEndpoint => known.get(endpoint) ?? withChain(endpoint);
  return { cluster: cluster.map(named), local: local.map(named), reachable: chained, usable };
}
