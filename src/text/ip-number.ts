import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';
import { addressBits, canonicalIp, type IpFamily, numberOfIPv4 } from './ip.ts';

/** The address as a number: 32 bits for IPv4, 128 for IPv6. `text` must be an address (see familyOf). */
export function addressNumber(text: string): bigint {
  if (isIPv4(text)) return BigInt(numberOfIPv4(text));
  const { parts } = ipaddr.IPv6.parse(text);
  return parts.reduce((sum, part) => sum * 65536n + BigInt(part), 0n);
}

/** The canonical text of an address given as a number; the opposite of {@link addressNumber}. */
export function addressText(number: bigint, family: IpFamily): string {
  if (family === 'IPv4') {
    return [24n, 16n, 8n, 0n].map((shift) => String((number >> shift) & 255n)).join('.');
  }
  const groups = Array.from({ length: 8 }, (_, at) =>
    ((number >> BigInt(112 - 16 * at)) & 65535n).toString(16),
  );
  return canonicalIp6(groups.join(':'));
}

/** An IPv4-mapped address stays IPv6 here: in a set of IPv6 packets nothing else would read back. */
function canonicalIp6(text: string): string {
  const parsed = ipaddr.IPv6.parse(text);
  return parsed.isIPv4MappedAddress() ? parsed.toRFC5952String() : canonicalIp(text);
}

/** The largest address of the family, as a number. */
export const lastAddress = (family: IpFamily): bigint => 2n ** BigInt(addressBits(family)) - 1n;
