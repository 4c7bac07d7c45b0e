import { canonicalIp, type Cidr, familyOf, parseCidr } from '../text/ip.ts';

// kube-proxy reads 010.1.0.0 as 10.1.0.0: Go before 1.17 did, and ParseIPSloppy keeps it so.
const withoutLeadingZeros = (text: string): string =>
  text.includes(':') ? text : text.replace(/(^|\.)0+(?=\d)/g, '$1');

/** An address as kube-proxy reads it, in its canonical spelling. (ParseIPSloppy, k8s.io/utils/net) */
export function readIp(text: string): string | undefined {
  const plain = withoutLeadingZeros(text);
  return familyOf(plain) === undefined ? undefined : canonicalIp(plain);
}

/** A network as kube-proxy reads it. (ParseCIDRSloppy, k8s.io/utils/net) */
export const readCidr = (text: string): Cidr | undefined => parseCidr(withoutLeadingZeros(text));
