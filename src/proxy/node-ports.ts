import { type Features } from '../dialect/features.ts';
import { cidrContains, familyOf, isZeroCidr } from '../text/ip.ts';
import { type ProxySettings } from './settings.ts';
import { type NodePortAddresses } from './state.ts';

/**
 * Returns the addresses of the node that serve node ports.
 * (NodePortAddresses, pkg/proxy/util/nodeport_addresses.go; GetNodeAddresses up to 1.27)
 */
export function nodePortAddressesOf(settings: ProxySettings, features: Features): NodePortAddresses {
  const { ipFamily, nodePortAddresses } = settings;
  const counted =
    features.nodePortAddressFamilies === 'own'
      ? nodePortAddresses.filter((cidr) => cidr.family === ipFamily)
      : nodePortAddresses;
  if (counted.length === 0 || counted.some(isZeroCidr)) return { kind: 'all' };
  const matching = settings.nodeAddresses.filter(
    (ip) => familyOf(ip) === ipFamily && counted.some((cidr) => cidrContains(cidr, ip)),
  );
  return { kind: 'some', ips: [...new Set(matching)] };
}
