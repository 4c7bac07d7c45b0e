/** Which addresses of the node get virtual servers for node ports. */
import { type Features } from '../../../dialect/features.ts';
import { type ProxySettings } from '../../../proxy/settings.ts';
import { type NodePortAddresses } from '../../../proxy/state.ts';
import { cidrContains, familyOf, parseCidr } from '../../../text/ip.ts';

const LINK_LOCAL = parseCidr('fe80::/10');
const LOOPBACK = /^127\.|^::1$/;

const isLinkLocal = (ip: string): boolean => LINK_LOCAL !== undefined && cidrContains(LINK_LOCAL, ip);
const isLoopback = (ip: string): boolean => LOOPBACK.test(ip);

/**
 * The addresses of the family on the node's interfaces, without loopback and link-local ones.
 * (GetAllLocalAddressesExcept, pkg/proxy/ipvs/netlink_linux.go)
 */
export const ownIps = ({ nodeAddresses, ipFamily }: ProxySettings): readonly string[] =>
  familyIps(nodeAddresses, ipFamily).filter((ip) => !isLoopback(ip));

const familyIps = (ips: readonly string[], family: ProxySettings['ipFamily']): readonly string[] =>
  ips.filter((ip) => familyOf(ip) === family && !isLinkLocal(ip));

/** (NodeIPs, and nodeIPs in syncProxyRules, pkg/proxy/ipvs/proxier.go) */
export function nodePortIps(
  addresses: NodePortAddresses,
  settings: ProxySettings,
  { ipvsNodeIps }: Features,
): readonly string[] {
  if (ipvsNodeIps === 'without-loopback')
    return addresses.kind === 'all' ? ownIps(settings) : addresses.ips.filter((ip) => !isLoopback(ip));
  if (addresses.kind === 'some') return addresses.ips;
  // The routes of IPv6, where the oldest releases look, name no source address.
  if (settings.ipFamily === 'IPv6' && ipvsNodeIps === 'ipv4-with-loopback') return [];
  return familyIps(settings.nodeAddresses, settings.ipFamily);
}
