import { type Intervals, only, range } from './intervals.ts';

/** Bytes of an interface name that the kernel keeps. (IFNAMSIZ, without the zero behind it) */
const NAME_BYTES = 15;
const BITS = BigInt(NAME_BYTES * 8);

/**
 * Interface names as numbers: their bytes, filled with zeros behind. So one name is one number, and all names that
 * begin alike are one interval. The number 0 stands for no interface at all: what a packet that this host made came
 * in by, and what a packet for this host leaves by.
 */
export const NO_INTERFACE = 0n;

/** Every name, and {@link NO_INTERFACE}. */
export const ANY_INTERFACE: Intervals = range(0n, 2n ** BITS - 1n);

/** The number of one name. Names that are too long for the kernel are cut, as it cuts them. */
export function interfaceNumber(name: string): bigint {
  const bytes = Buffer.from(name).subarray(0, NAME_BYTES);
  let number = 0n;
  for (let at = 0; at < NAME_BYTES; at += 1) number = number * 256n + BigInt(bytes[at] ?? 0);
  return number;
}

/** The opposite of {@link interfaceNumber}; `` for {@link NO_INTERFACE}. */
export function interfaceName(number: bigint): string {
  const bytes = Buffer.from(number.toString(16).padStart(NAME_BYTES * 2, '0'), 'hex');
  const end = bytes.indexOf(0);
  return bytes.subarray(0, end === -1 ? undefined : end).toString();
}

/** All names that begin so, the prefix itself among them. */
export function interfacesBeginning(prefix: string): Intervals {
  const length = Math.min(Buffer.byteLength(prefix), NAME_BYTES);
  const first = interfaceNumber(prefix);
  return range(first, first + 2n ** BigInt((NAME_BYTES - length) * 8) - 1n);
}

/** What `-i` and `-o` match: one name, or with a trailing `+` all names that begin so. */
export const interfacesLike = (pattern: string): Intervals =>
  pattern.endsWith('+') ? interfacesBeginning(pattern.slice(0, -1)) : only(interfaceNumber(pattern));
