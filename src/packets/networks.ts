import { addressBits, familyOf } from '../text/ip.ts';
import { addressNumber } from '../text/ip-number.ts';
import { type Intervals, type Interval, range, unionOf } from './intervals.ts';

/** A mask with more gaps than this would be too many intervals. */
const MOST_GAP_BITS = 12;

/**
 * Returns the addresses of `10.0.0.0/8`, `10.0.0.1` or `10.0.0.1/255.0.255.0`; undefined for any other text, and for a
 * mask with too many gaps.
 */
export function networkAddresses(text: string): Intervals | undefined {
  const [address = '', suffix] = text.split('/');
  const family = familyOf(address);
  if (family === undefined) return undefined;
  const number = addressNumber(address);
  const bits = addressBits(family);
  const everything = 2n ** BigInt(bits) - 1n;
  if (suffix === undefined) return range(number, number);
  if (/^\d+$/.test(suffix)) {
    const hostBits = BigInt(bits) - BigInt(suffix);
    if (hostBits < 0n) return undefined;
    const first = (number >> hostBits) << hostBits;
    return range(first, first + 2n ** hostBits - 1n);
  }
  return familyOf(suffix) === family
    ? maskedAddresses(number, everything & ~addressNumber(suffix))
    : undefined;
}

/** Returns all addresses that equal `number` outside of the free bits. */
function maskedAddresses(number: bigint, free: bigint): Intervals | undefined {
  let trailing = 0n;
  while (((free >> trailing) & 1n) === 1n) trailing += 1n;
  const gaps = (free >> trailing).toString(2).replaceAll('0', '').length;
  if (gaps > MOST_GAP_BITS) return undefined;
  const block = 2n ** trailing - 1n;
  let firsts = [number & ~free];
  for (let bit = trailing; free >> bit > 0n; bit += 1n) {
    if (((free >> bit) & 1n) === 1n) firsts = firsts.flatMap((first) => [first, first + 2n ** bit]);
  }
  return unionOf(firsts.map((first): Interval => [first, first + block]));
}
