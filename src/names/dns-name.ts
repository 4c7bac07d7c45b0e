import { addressNumber } from '../text/ip-number.ts';
import { familyOf } from '../text/ip.ts';

const LONGEST_NAME = 253;
const LONGEST_LABEL = 63;
/** A label of a host name, with the underscore that begins a port or protocol of an SRV record. (RFC 2782) */
const LABEL = /^_?[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** The zones that hold PTR records. (RFC 1035, 3.5, and RFC 3596, 2.5) */
export const REVERSE_ZONES = { IPv4: 'in-addr.arpa', IPv6: 'ip6.arpa' } as const;

/** Returns why DNS cannot hold a name (without its final dot); undefined when it can. (RFC 1035, 2.3.4) */
export function whyNoDnsName(name: string): string | undefined {
  if (name.length > LONGEST_NAME) {
    return `it has ${name.length} characters, and DNS allows ${LONGEST_NAME} in a name`;
  }
  const labels = name.split('.');
  const longest = labels.find((label) => label.length > LONGEST_LABEL);
  if (longest !== undefined) {
    return `its part ${longest} has ${longest.length} characters, and DNS allows ${LONGEST_LABEL} in a part`;
  }
  const wrong = labels.find((label) => !LABEL.test(label));
  return wrong === undefined ? undefined : `its part ${JSON.stringify(wrong)} is no part of a host name`;
}

/**
 * Reads a cluster domain such as `cluster.local`; a final dot may be there. Returns it without that dot, or
 * undefined when it is no domain, or one of or above the reverse zones.
 */
export function parseClusterDomain(text: string): string | undefined {
  const domain = text.replace(/\.$/, '').toLowerCase();
  if (whyNoDnsName(domain) !== undefined || domain.includes('_')) return undefined;
  return domain.split('.').at(-1) === 'arpa' ? undefined : domain;
}

/**
 * Returns the name of the PTR records of an address, without the final dot: `20.0.96.10.in-addr.arpa`, and for
 * IPv6 one part for each of the 32 digits.
 */
export function reverseName(address: string): string {
  if (familyOf(address) === 'IPv4')
    return `${address.split('.').toReversed().join('.')}.${REVERSE_ZONES.IPv4}`;
  const digits = addressNumber(address).toString(16).padStart(32, '0');
  return `${Array.from(digits).toReversed().join('.')}.${REVERSE_ZONES.IPv6}`;
}

/**
 * Returns the name of an endpoint that has no hostname: its address with dashes, as CoreDNS writes it. A name
 * must neither begin nor end with a dash: `fd00::` becomes `fd00--0`. (endpointHostname, CoreDNS 1.12)
 */
export const dashedAddress = (address: string): string =>
  address.replace(/[.:]/g, '-').replace(/^-/, '0-').replace(/-$/, '-0');
