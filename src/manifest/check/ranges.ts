import {
  type Cidr,
  type IpFamily,
  canonicalIp,
  cidrContains,
  formatCidr,
  numberOfIPv4,
} from '../../text/ip.ts';

/** The addresses and node ports that the cluster assigns. The API server refuses a Service that asks for others. */
export interface ClusterRanges {
  /** `--service-cidr`, the default family first. */
  readonly serviceCidrs: readonly Cidr[];
  /** `--service-node-port-range`, both ends included. */
  readonly nodePorts: { readonly from: number; readonly to: number };
  /** Whether the user gave the ranges. A value out of range is then an error, otherwise a warning. */
  readonly explicit: boolean;
}

const BOTH_FAMILIES: readonly IpFamily[] = ['IPv4', 'IPv6'];

const familiesOf = new WeakMap<ClusterRanges, readonly IpFamily[]>();

/** Returns the families that Services can have, the default first: both unless the user gave ranges. */
export function clusterFamilies(ranges: ClusterRanges | undefined): readonly IpFamily[] {
  if (ranges === undefined || ranges.serviceCidrs.length === 0) return BOTH_FAMILIES;
  let families = familiesOf.get(ranges);
  if (families === undefined) {
    families = [...new Set(ranges.serviceCidrs.map((cidr) => cidr.family))];
    familiesOf.set(ranges, families);
  }
  return families;
}

/**
 * Returns true when the address can be a clusterIP: inside a range, but not the address of the network itself nor, for
 * IPv4, its broadcast address. (NewIPAllocator, registry/core/service/ipallocator, 1.36)
 */
export const isServiceAddress = (ranges: ClusterRanges, address: string): boolean =>
  ranges.serviceCidrs.some(
    (cidr) =>
      cidrContains(cidr, address) && canonicalIp(address) !== cidr.address && !isBroadcast(cidr, address),
  );

const isBroadcast = (cidr: Cidr, address: string): boolean =>
  cidr.family === 'IPv4' &&
  numberOfIPv4(address) === numberOfIPv4(cidr.address) + 2 ** (32 - cidr.prefix) - 1;

/** `10.96.0.0/12, fd00:10:96::/112` */
export const formatServiceCidrs = (ranges: ClusterRanges): string =>
  ranges.serviceCidrs.map(formatCidr).join(', ');

/** Whether the port can be a node port. */
export const isNodePort = (ranges: ClusterRanges, port: number): boolean =>
  port >= ranges.nodePorts.from && port <= ranges.nodePorts.to;

/** `30000-32767` */
export const formatNodePorts = (ranges: ClusterRanges): string =>
  `${ranges.nodePorts.from}-${ranges.nodePorts.to}`;
