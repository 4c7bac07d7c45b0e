import { type Cidr, cidrContains, addressBits } from '../text/ip.ts';
import { addressNumber, addressText } from '../text/ip-number.ts';
import { type PortRange } from './options.ts';

/** Values that can be given away, by number from 0. */
export interface Pool<V> {
  readonly size: number;
  /** How many of the first values are used only when no other value is free. */
  readonly keptForLast: number;
  readonly valueAt: (slot: number) => V;
  /** Undefined for a value that is not in the pool. */
  readonly slotOf: (value: V) => number | undefined;
}

/** The limit on the size of a pool. More values would only make IPv6 addresses longer. */
const MOST_ADDRESSES = 2 ** 32;

/**
 * Returns the cluster IPs of a network: all but the first and the last address. As in the API server, the
 * lower part is kept for users who choose their own: `min(max(16, size / 16), 256)` addresses.
 * (ipallocator.calculateRangeOffset, 1.36)
 */
export function clusterIpPool(cidr: Cidr): Pool<string> {
  const pool = podIpPool(cidr);
  return { ...pool, keptForLast: lowerPart(pool.size, 16, 256) };
}

/** Returns the addresses of a network without the first and the last. */
export function podIpPool(cidr: Cidr): Pool<string> {
  const hosts = 2 ** (addressBits(cidr.family) - cidr.prefix) - 2;
  const network = addressNumber(cidr.address);
  const size = Math.max(0, Math.min(hosts, MOST_ADDRESSES));
  return {
    size,
    keptForLast: 0,
    valueAt: (slot) => addressText(network + BigInt(slot) + 1n, cidr.family),
    slotOf: (address) => {
      if (!cidrContains(cidr, address)) return undefined;
      const slot = Number(addressNumber(address) - network) - 1;
      return slot >= 0 && slot < size ? slot : undefined;
    },
  };
}

/**
 * Returns the ports of a range. As in the API server, the lower part is kept for users who choose their own:
 * `min(max(16, size / 32), 128)` ports. (portallocator.calculateRangeOffset, 1.36)
 */
export function nodePortPool({ from, to }: PortRange): Pool<number> {
  const size = Math.max(0, to - from + 1);
  return {
    size,
    keptForLast: lowerPart(size, 32, 128),
    valueAt: (slot) => from + slot,
    slotOf: (port) => (port >= from && port <= to ? port - from : undefined),
  };
}

/** Returns the ports of a range of which no part is kept. */
export const proxyPortPool = (range: PortRange): Pool<number> => ({ ...nodePortPool(range), keptForLast: 0 });

const SMALLEST_PART = 16;

const lowerPart = (size: number, share: number, most: number): number =>
  size <= SMALLEST_PART ? 0 : Math.min(Math.max(SMALLEST_PART, Math.floor(size / share)), most);
