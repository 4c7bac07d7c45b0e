import { type Features } from '../../../dialect/features.ts';
import { type ProxySettings } from '../../../proxy/settings.ts';
import { type NodePortAddresses } from '../../../proxy/state.ts';
import { type Cidr, cidrContains, type IpFamily } from '../../../text/ip.ts';

/** Which packets the jump to KUBE-NODEPORTS takes. */
export type NodePortDestinations =
  /** Packets to any address of the node, except those in a network. */
  | { readonly kind: 'all-local'; readonly except: Cidr | undefined }
  /** Packets to these addresses. */
  | { readonly kind: 'addresses'; readonly ips: readonly string[] };

const LOOPBACK: Readonly<Record<IpFamily, Cidr>> = {
  IPv4: { family: 'IPv4', address: '127.0.0.0', prefix: 8 },
  IPv6: { family: 'IPv6', address: '::1', prefix: 128 },
};

/**
 * Returns the packets that the jump to KUBE-NODEPORTS matches. Node ports never work on ::1, and on 127.0.0.0/8 only
 * with route_localnet: kube-proxy leaves these addresses out.
 */
export function nodePortDestinations(
  addresses: NodePortAddresses,
  settings: ProxySettings,
  features: Features,
): NodePortDestinations {
  const except = excludedLoopback(settings, features);
  if (addresses.kind === 'all') return { kind: 'all-local', except };
  const ips = addresses.ips.filter((ip) => except === undefined || !cidrContains(except, ip));
  return { kind: 'addresses', ips };
}

function excludedLoopback(settings: ProxySettings, features: Features): Cidr | undefined {
  if (!features.excludeLoopbackNodePorts) return undefined;
  if (settings.ipFamily === 'IPv6') return LOOPBACK.IPv6;
  return settings.localhostNodePorts ? undefined : LOOPBACK.IPv4;
}
