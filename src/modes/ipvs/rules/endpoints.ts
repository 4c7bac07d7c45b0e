/** Which endpoints the virtual servers of a service port get. (syncEndpoint, pkg/proxy/ipvs/proxier.go) */
import { type Features } from '../../../dialect/features.ts';
import { readyOrServing } from '../../../proxy/categorize.ts';
import { type ProxyEndpoint, type ServicePort } from '../../../proxy/state.ts';

/** For the virtual server of the cluster IP. */
export const internalEndpoints = (port: ServicePort, features: Features): readonly ProxyEndpoint[] => {
  const isInternal = port.internalPolicyLocal && features.ipvsInternalPolicy;
  return chosen(port, isInternal || (port.externalPolicyLocal && features.ipvsClusterIpLocal), features);
};

/** For those of external IPs. */
export const externalIpEndpoints = (port: ServicePort, features: Features): readonly ProxyEndpoint[] => {
  const followsPolicy =
    features.ipvsExternalIpEndpoints === 'by-policy' || features.localPolicyForExternalIps;
  return chosen(port, port.externalPolicyLocal && followsPolicy, features);
};

/** For those of node ports. */
export const nodePortEndpoints = (port: ServicePort, features: Features): readonly ProxyEndpoint[] =>
  chosen(port, port.externalPolicyLocal, features);

/** For those of load balancers. */
export function loadBalancerEndpoints(port: ServicePort, features: Features): readonly ProxyEndpoint[] {
  const isLocal = features.ipvsLoadBalancerLocal === 'always' || port.affinitySeconds !== undefined;
  return chosen(port, port.externalPolicyLocal && isLocal, features);
}

function chosen(
  { endpoints }: ServicePort,
  isLocalOnly: boolean,
  features: Features,
): readonly ProxyEndpoint[] {
  if (!isLocalOnly) return endpoints.cluster;
  const local = readyOrServing(endpoints.here, features.terminatingEndpoints);
  return local.length === 0 && features.ipvsLocalFallback ? endpoints.cluster : local;
}
