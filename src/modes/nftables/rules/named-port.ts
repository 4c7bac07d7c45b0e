import { type ProxyEndpoint, type ServicePort } from '../../../proxy/state.ts';
import { endpointNames, type EndpointNames, servicePortChains, type ServicePortChains } from './names.ts';

/** An endpoint with the names of what leads to it. */
export interface NamedEndpoint extends ProxyEndpoint, EndpointNames {}

/** A service port with the names of its chains, and what its rules do with traffic. */
export interface NamedPort extends Omit<ServicePort, 'endpoints'> {
  readonly chains: ServicePortChains;
  /** For traffic policy Cluster, for policy Local, and all of both. */
  readonly endpoints: {
    readonly cluster: readonly NamedEndpoint[];
    readonly local: readonly NamedEndpoint[];
    readonly reachable: readonly NamedEndpoint[];
  };
  /** There is an endpoint on some node. */
  readonly isServed: boolean;
  /** Where traffic to the cluster IP goes; undefined when this node has no endpoint for it. */
  readonly internalChain: string | undefined;
  /** Where traffic from outside goes after it was looked at; undefined when this node has no endpoint for it. */
  readonly externalPolicyChain: string | undefined;
}

/** Names what belongs to a service port and to its endpoints, and decides where its traffic goes. */
export function namePort(port: ServicePort): NamedPort {
  const chains = servicePortChains(port);
  const named = new Map(
    port.endpoints.reachable.map((endpoint) => [endpoint, { ...endpoint, ...endpointNames(port, endpoint) }]),
  );
  const withNames = (list: readonly ProxyEndpoint[]): readonly NamedEndpoint[] =>
    list.flatMap((endpoint) => named.get(endpoint) ?? []);
  const endpoints = {
    cluster: withNames(port.endpoints.cluster),
    local: withNames(port.endpoints.local),
    reachable: withNames(port.endpoints.reachable),
  };
  const isServed = port.endpoints.usable;
  const chainFor = (isLocal: boolean): string | undefined => {
    const chosen = isLocal ? endpoints.local : endpoints.cluster;
    if (!isServed || chosen.length === 0) return undefined;
    return isLocal ? chains.local : chains.service;
  };
  return {
    ...port,
    chains,
    endpoints,
    isServed,
    internalChain: chainFor(port.internalPolicyLocal),
    externalPolicyChain: chainFor(port.externalPolicyLocal),
  };
}
