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

/**
 * Returns the addresses that serve node ports; undefined when kube-proxy skips node ports for want of any. (NodeIPs,
 * and nodeIPs in syncProxyRules, pkg/proxy/ipvs/proxier.go)
 */
export function nodePortIps(
  addresses: NodePortAddresses,
  settings: ProxySettings,
  { ipvsNodeIps }: Features,
): readonly string[] | undefined {
  // The routes where these releases look have no source address in IPv6. Node ports count with those of IPv4.
  const isOfIPv4 = settings.ipFamily === 'IPv6' && ipvsNodeIps === 'ipv4-with-loopback';
  if (addresses.kind === 'all' && isOfIPv4) return [];
  const ips =
    addresses.kind === 'some' ? addresses.ips : familyIps(settings.nodeAddresses, settings.ipFamily);
  const withLoopback = ipvsNodeIps === 'ipv4-with-loopback' || ipvsNodeIps === 'with-loopback';
  const serving = withLoopback ? ips : ips.filter((ip) => !isLoopback(ip));
  return serving.length === 0 ? undefined : serving;
}
