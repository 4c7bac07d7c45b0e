import { type Dialect } from '../dialect/history.ts';
import { type Cidr, cidrContains, familyOf, isZeroCidr, parseCidr } from '../text/ip.ts';
import { type ProxySettings } from './settings.ts';
import { type NodePortDestinations } from './state.ts';

const LOOPBACK = { IPv4: loopback('127.0.0.0/8'), IPv6: loopback('::1/128') } as const;

function loopback(text: string): Cidr {
  const cidr = parseCidr(text);
  if (cidr === undefined) throw new Error(`${text} is no network`);
  return cidr;
}

/**
 * Which addresses of the node the jump to KUBE-NODEPORTS names.
 * (NodePortAddresses, pkg/proxy/util/nodeport_addresses.go; GetNodeAddresses up to 1.27)
 */
export function nodePortDestinations(settings: ProxySettings, dialect: Dialect): NodePortDestinations {
  const { ipFamily, nodePortAddresses } = settings;
  const excluded = excludedLoopback(settings, dialect);
  const counted =
    dialect.nodePortAddressFamilies === 'own'
      ? nodePortAddresses.filter((cidr) => cidr.family === ipFamily)
      : nodePortAddresses;
  if (counted.length === 0 || counted.some(isZeroCidr)) return { kind: 'all-local', except: excluded };
  const matching = new Set(
    settings.nodeAddresses.filter(
      (ip) => familyOf(ip) === ipFamily && counted.some((cidr) => cidrContains(cidr, ip)),
    ),
  );
  const ips = [...matching].filter((ip) => excluded === undefined || !cidrContains(excluded, ip));
  return { kind: 'addresses', ips, isAnyOnNode: matching.size > 0 };
}

/** Node ports never work on ::1, and on 127.0.0.0/8 only with route_localnet set. */
function excludedLoopback(settings: ProxySettings, dialect: Dialect): Cidr | undefined {
  if (!dialect.excludeLoopbackNodePorts) return undefined;
  if (settings.ipFamily === 'IPv6') return LOOPBACK.IPv6;
  return settings.localhostNodePorts ? undefined : LOOPBACK.IPv4;
}
