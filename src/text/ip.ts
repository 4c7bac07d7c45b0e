import { isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** The two address families, spelled as in `spec.ipFamilies` and `addressType`. */
export type IpFamily = 'IPv4' | 'IPv6';

/** A network: canonical address with host bits cleared, and prefix length in bits. */
export interface Cidr {
  readonly family: IpFamily;
  readonly address: string;
  readonly prefix: number;
}

/**
 * Returns the family of an address in text; undefined for any other text. Zones (`fe80::1%eth0`) are refused.
 */
export function familyOf(text: string): IpFamily | undefined {
  // Asks only for the family that it can be: Node.js makes a large pattern for IPv6 with the first question.
  if (!text.includes(':')) return isIPv4(text) ? 'IPv4' : undefined;
  return isIPv6(text) && !text.includes('%') ? 'IPv6' : undefined;
}

/** The bits in an address of the family. */
export const addressBits = (family: IpFamily): number => (family === 'IPv4' ? 32 : 128);

/**
 * Reads an address with ipaddr.js, and corrects it: only `::ffff:1.2.3.4` is IPv4-mapped, `::1.2.3.4` is not.
 */
function parseIPv6(text: string): ipaddr.IPv6 {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  if (dotted === null) return ipaddr.IPv6.parse(text);
  const [first = 0, second = 0, third = 0, fourth = 0] = dotted.slice(2).map(Number);
  const tail = `${(first * 256 + second).toString(16)}:${(third * 256 + fourth).toString(16)}`;
  return ipaddr.IPv6.parse(`${dotted[1] ?? ''}${tail}`);
}

/**
 * The one spelling that Go's `net.IP.String` and the kernel print: lower case, longest run of zeros as `::`.
 * IPv4-mapped IPv6 addresses become plain IPv4, as in Go. `text` must be an address (see {@link familyOf}).
 */
export function canonicalIp(text: string): string {
  if (!text.includes(':')) return text;
  const parsed = parseIPv6(text);
  return parsed.isIPv4MappedAddress() ? parsed.toIPv4Address().toString() : parsed.toRFC5952String();
}

/**
 * Reads `address/prefix`; undefined when it is no CIDR. Host bits are cleared, as Go's `net.ParseCIDR` does.
 */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  if (slash === -1) return undefined;
  const address = text.slice(0, slash);
  const digits = text.slice(slash + 1);
  const family = familyOf(address);
  if (family === undefined || !/^\d{1,3}$/.test(digits) || Number(digits) > addressBits(family))
    return undefined;
  const prefix = Number(digits);
  const network =
    family === 'IPv4'
      ? ipaddr.IPv4.networkAddressFromCIDR(`${address}/${prefix}`).toString()
      : ipaddr.IPv6.networkAddressFromCIDR(
          `${parseIPv6(address).toNormalizedString()}/${prefix}`,
        ).toRFC5952String();
  return { family, address: network, prefix };
}

/** `10.0.0.0/8`. */
export const formatCidr = (cidr: Cidr): string => `${cidr.address}/${cidr.prefix}`;

/** An IPv4 address as a number of 32 bits. `text` must be one (see {@link familyOf}). */
export function numberOfIPv4(text: string): number {
  let number = 0;
  let part = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      number = number * 256 + part;
      part = 0;
    } else part = part * 10 + code - ZERO;
  }
  return number * 256 + part;
}

const DOT = 0x2e;
const ZERO = 0x30;

/** True when the address `ip` lies in the network; false for different families. */
export function cidrContains(cidr: Cidr, ip: string): boolean {
  if (familyOf(ip) !== cidr.family) return false;
  if (cidr.family === 'IPv6') return parseIPv6(ip).match(ipaddr.IPv6.parse(cidr.address), cidr.prefix);
  const behind = numberOfIPv4(ip) - numberOfIPv4(cidr.address);
  return behind >= 0 && behind < 2 ** (32 - cidr.prefix);
}

/** True for `0.0.0.0/0` and `::/0`. */
export const isZeroCidr = (cidr: Cidr): boolean => cidr.prefix === 0;
