import { canonicalIp, type Cidr, familyOf, parseCidr } from '../text/ip.ts';

// kube-proxy reads 010.1.0.0 as 10.1.0.0, as Go before 1.17 did. (ParseIPSloppy)
const withoutLeadingZeros = (text: string): string =>
  text.includes(':') ? text : text.replace(/(^|\.)0+(?=\d)/g, '$1');

/**
 * Reads an address as kube-proxy does. Returns the canonical spelling; undefined for any other text. (ParseIPSloppy,
 * k8s.io/utils/net)
 */
export function readIp(text: string): string | undefined {
  const plain = withoutLeadingZeros(text);
  return familyOf(plain) === undefined ? undefined : canonicalIp(plain);
}

/** Reads a network as kube-proxy does; undefined for any other text. (ParseCIDRSloppy, k8s.io/utils/net) */
export const readCidr = (text: string): Cidr | undefined => parseCidr(withoutLeadingZeros(text));
