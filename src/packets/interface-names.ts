import { type Intervals, only, range } from './intervals.ts';

/** Bytes of an interface name that the kernel stores. (IFNAMSIZ, without the zero behind it) */
const NAME_BYTES = 15;
const BITS = BigInt(NAME_BYTES * 8);

/**
 * Interface names as numbers: their bytes, filled up with zeros. One name is one number, and all names with the same
 * beginning are one interval. The number 0 means no interface: a packet that this host sends has no input interface,
 * and a packet for this host has no output interface.
 */
export const NO_INTERFACE = 0n;

/** All names and {@link NO_INTERFACE}. */
export const ANY_INTERFACE: Intervals = range(0n, 2n ** BITS - 1n);

/** Returns the number of one name. A name that is too long is cut, as the kernel does. */
export function interfaceNumber(name: string): bigint {
  const bytes = Buffer.from(name).subarray(0, NAME_BYTES);
  let number = 0n;
  for (let at = 0; at < NAME_BYTES; at += 1) number = number * 256n + BigInt(bytes[at] ?? 0);
  return number;
}

/** Returns the name of a number, see {@link interfaceNumber}; an empty text for {@link NO_INTERFACE}. */
export function interfaceName(number: bigint): string {
  const bytes = Buffer.from(number.toString(16).padStart(NAME_BYTES * 2, '0'), 'hex');
  const end = bytes.indexOf(0);
  return bytes.subarray(0, end === -1 ? undefined : end).toString();
}

/** Returns all names with this prefix, and the prefix itself. */
export function interfacesBeginning(prefix: string): Intervals {
  const length = Math.min(Buffer.byteLength(prefix), NAME_BYTES);
  const first = interfaceNumber(prefix);
  return range(first, first + 2n ** BigInt((NAME_BYTES - length) * 8) - 1n);
}

/** Returns the names that `-i` and `-o` match: one name, or with a trailing `+` all names with this prefix. */
export const interfacesLike = (pattern: string): Intervals =>
  pattern.endsWith('+') ? interfacesBeginning(pattern.slice(0, -1)) : only(interfaceNumber(pattern));
