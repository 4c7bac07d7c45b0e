import ipaddr from 'ipaddr.js';
import { type IpFamily, addressBits, canonicalIp, familyOf, formatCidr, parseCidr } from '../../text/ip.ts';

/** A network as a rule names it. */
export interface Network {
  readonly family: IpFamily;
  /** CIDR, or address and mask where the mask is no prefix. */
  readonly text: string;
  /** It holds every address. */
  readonly isAll: boolean;
}

/**
 * Reads `-s` and `-d` in every spelling of iptables: `10.0.0.1`, `10.0.0.0/8`, `10.0.0.0/255.0.0.0`. Host bits are
 * cleared as iptables does. Undefined when it is none of these.
 */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', mask, ...rest] = text.split('/');
  const family = familyOf(address);
  if (family === undefined || rest.length > 0) return undefined;
  const bits = addressBits(family);
  if (mask === undefined || mask === String(bits)) {
    return { family, text: `${canonicalIp(address)}/${bits}`, isAll: false };
  }
  const cidr = parseCidr(`${address}/${familyOf(mask) === family ? (prefixOf(mask) ?? '') : mask}`);
  if (cidr !== undefined) return { family, text: formatCidr(cidr), isAll: cidr.prefix === 0 };
  return familyOf(mask) === family ? { family, text, isAll: false } : undefined;
}

/** The length of a mask of leading ones; undefined for any other mask. */
const prefixOf = (mask: string): number | undefined =>
  ipaddr.parse(mask).prefixLengthFromSubnetMask() ?? undefined;
