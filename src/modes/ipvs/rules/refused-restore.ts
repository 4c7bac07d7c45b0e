import { type Features } from '../../../dialect/features.ts';
import { type ProxySettings } from '../../../proxy/settings.ts';
import { type ProxyState, type ServicePort } from '../../../proxy/state.ts';

/**
 * Returns a service port for which iptables-restore refuses all rules of kube-proxy; undefined when it takes them. Two
 * kinds of rules are refused: those with source ranges in the release that asks for `-m TCP`, which iptables does not
 * know, and rules of IPv6 with sets of IPv4.
 */
export function refusedPort(
  { ports }: ProxyState,
  { ipFamily }: ProxySettings,
  { ipvsRules, ipvsSetFamily }: Features,
): ServicePort | undefined {
  if (ipvsRules === 'by-service') return ports.find(hasSourceRanges);
  if (ipFamily === 'IPv4' || ipvsSetFamily === 'own') return undefined;
  return ipvsSetFamily === 'IPv4' ? ports[0] : ports.find(hasSourceRanges);
}

const hasSourceRanges = ({ sourceRanges, loadBalancerIPs }: ServicePort): boolean =>
  sourceRanges.length > 0 && loadBalancerIPs.length > 0;
