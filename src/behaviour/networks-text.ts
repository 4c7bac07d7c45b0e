import { type Interval, type Intervals } from '../packets/intervals.ts';
import { addressBits, type IpFamily } from '../text/ip.ts';
import { addressText } from '../text/ip-number.ts';

/** The most networks that are listed one by one. */
const MOST_NETWORKS = 3;

/** Addresses as networks, `10.0.0.0/8, 10.1.0.0`; where these are many, `addresses such as` one of them. */
export function networksText(addresses: Intervals, one: bigint, family: IpFamily): string {
  const bits = addressBits(family);
  const networks = networksOf(addresses, bits);
  if (networks === undefined) return `addresses such as ${addressText(one, family)}`;
  return networks
    .map(({ first, prefix }) => `${addressText(first, family)}${prefix === bits ? '' : `/${prefix}`}`)
    .join(', ');
}

interface Network {
  readonly first: bigint;
  readonly prefix: number;
}

/** Returns the addresses as networks, or undefined when there are too many networks. */
function networksOf(addresses: Intervals, bits: number): readonly Network[] | undefined {
  const networks: Network[] = [];
  for (const interval of addresses) {
    for (const network of networksIn(interval, bits)) {
      if (networks.length === MOST_NETWORKS) return undefined;
      networks.push(network);
    }
  }
  return networks;
}

/** The largest networks that fill an interval, from its first address on. */
function* networksIn([first, last]: Interval, bits: number): Generator<Network> {
  let next = first;
  while (next <= last) {
    let size = 1n;
    let prefix = bits;
    while (prefix > 0 && next % (size * 2n) === 0n && next + size * 2n - 1n <= last) {
      size *= 2n;
      prefix -= 1;
    }
    yield { first: next, prefix };
    next += size;
  }
}
