import { type Cidr, type IpFamily, canonicalIp, cidrContains, formatCidr } from '../../text/ip.ts';

/** What the cluster hands out. The API server refuses Services that ask for anything else. */
export interface ClusterRanges {
  /** `--service-cidr`, the default family first. */
  readonly serviceCidrs: readonly Cidr[];
  /** `--service-node-port-range`, both ends included. */
  readonly nodePorts: { readonly from: number; readonly to: number };
  /** Whether the user gave them: then a value out of range is an error, else a warning. */
  readonly explicit: boolean;
}

const BOTH_FAMILIES: readonly IpFamily[] = ['IPv4', 'IPv6'];

/** The families that Services can have, the default first; both unless the user says otherwise. */
export function clusterFamilies(ranges: ClusterRanges | undefined): readonly IpFamily[] {
  const families = new Set(ranges?.serviceCidrs.map((cidr) => cidr.family));
  return families.size === 0 ? BOTH_FAMILIES : [...families];
}

/**
 * Whether the address can be a clusterIP: inside a range, but neither the network's own address nor, in IPv4, its
 * broadcast address. (NewIPAllocator, registry/core/service/ipallocator, 1.36)
 */
export const isServiceAddress = (ranges: ClusterRanges, address: string): boolean =>
  ranges.serviceCidrs.some(
    (cidr) =>
      cidrContains(cidr, address) && canonicalIp(address) !== cidr.address && !isBroadcast(cidr, address),
  );

const isBroadcast = (cidr: Cidr, address: string): boolean =>
  cidr.family === 'IPv4' && asNumber(address) === asNumber(cidr.address) + 2 ** (32 - cidr.prefix) - 1;

const asNumber = (address: string): number =>
  address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);

/** `10.96.0.0/12, fd00:10:96::/112` */
export const formatServiceCidrs = (ranges: ClusterRanges): string =>
  ranges.serviceCidrs.map(formatCidr).join(', ');

/** Whether the port can be a node port. */
export const isNodePort = (ranges: ClusterRanges, port: number): boolean =>
  port >= ranges.nodePorts.from && port <= ranges.nodePorts.to;

/** `30000-32767` */
export const formatNodePorts = (ranges: ClusterRanges): string =>
  `${ranges.nodePorts.from}-${ranges.nodePorts.to}`;
