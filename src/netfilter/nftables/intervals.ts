/** Networks in a set of intervals as nft stores them: sorted, and merged where they overlap or touch. */
import ipaddr from 'ipaddr.js';
import { addressBits, type Cidr, type IpFamily } from '../../text/ip.ts';
import { type Expression } from './model.ts';

interface Interval {
  readonly first: bigint;
  readonly last: bigint;
}

/**
 * Returns what nft lists for a set of networks that stands in a rule: `{ 10.0.0.0/8, 192.168.0.2 }`. One network alone
 * is no set. When several networks merge into one, the braces stay. All networks must be of one family.
 */
export function intervalSet(networks: readonly Cidr[]): Expression {
  const family = networks[0]?.family ?? 'IPv4';
  const members = merged(sortedIntervals(networks)).map((interval) => expressionOf(interval, family));
  const [first] = members;
  if (networks.length === 1 && first !== undefined) return first;
  return { kind: 'set', elements: members.map((key) => ({ key })) };
}

/** Returns true when two of the networks have an address in common. All must be of one family. */
export function haveOverlap(networks: readonly Cidr[]): boolean {
  const sorted = sortedIntervals(networks);
  return sorted.some(({ first }, index) => {
    const before = sorted[index - 1];
    return before !== undefined && first <= before.last;
  });
}

/** Returns the address as a number. */
function numberOf(address: string): bigint {
  return ipaddr
    .parse(address)
    .toByteArray()
    .reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
}

function intervalOf({ family, address, prefix }: Cidr): Interval {
  const first = numberOf(address);
  return { first, last: first + (1n << BigInt(addressBits(family) - prefix)) - 1n };
}

function sortedIntervals(networks: readonly Cidr[]): readonly Interval[] {
  return networks
    .map(intervalOf)
    .sort((one, other) => (one.first < other.first ? -1 : one.first > other.first ? 1 : 0));
}

function merged(sorted: readonly Interval[]): readonly Interval[] {
  const kept: Interval[] = [];
  for (const interval of sorted) {
    const before = kept.at(-1);
    if (before === undefined || interval.first > before.last + 1n) kept.push(interval);
    else if (interval.last > before.last)
      kept[kept.length - 1] = { first: before.first, last: interval.last };
  }
  return kept;
}

/** Returns a network when the interval is one, otherwise a range. */
function expressionOf({ first, last }: Interval, family: IpFamily): Expression {
  const from = textOf(first, family);
  if (first === last) return { kind: 'word', text: from };
  const size = last - first + 1n;
  const isNetwork = (size & (size - 1n)) === 0n && first % size === 0n;
  if (!isNetwork) return { kind: 'range', from, to: textOf(last, family) };
  return { kind: 'prefix', address: from, length: addressBits(family) - (size.toString(2).length - 1) };
}

function textOf(value: bigint, family: IpFamily): string {
  const bytes: number[] = [];
  let rest = value;
  for (let count = addressBits(family) / 8; count > 0; count--) {
    bytes.unshift(Number(rest & 255n));
    rest >>= 8n;
  }
  const parsed = ipaddr.fromByteArray(bytes);
  return parsed instanceof ipaddr.IPv6 ? parsed.toRFC5952String() : parsed.toString();
}
