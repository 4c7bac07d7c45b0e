/**
 * Rules for IP addresses and networks. Each returns what is wrong with the text, in the words of apimachinery's
 * pkg/util/validation/ip.go (1.36, with the StrictIPCIDRValidation gate on, its default).
 */
import { canonicalIp, familyOf, type IpFamily, parseCidr } from '../../text/ip.ts';
import { NO_MISTAKES } from './names.ts';

const NOT_AN_ADDRESS = Object.freeze(['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)']);
const NOT_A_NETWORK = Object.freeze(['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)']);

/** No address in any spelling is longer: 8 groups of 4 digits, or 6 and a dotted quad. */
const LONGEST_ADDRESS = 64;

/**
 * Removes leading zeros, which old releases of Go ignored and C reads as octal. A text that is an address without them
 * is a misspelt one.
 */
const withoutLeadingZeros = (text: string): string => text.replace(/(^|[.:])0+(?=[0-9a-fA-F])/g, '$1');

const isAddressButForZeros = (text: string): boolean =>
  text.length <= LONGEST_ADDRESS && familyOf(withoutLeadingZeros(text)) !== undefined;

const isMapped = (address: string): boolean => address.includes(':') && !canonicalIp(address).includes(':');

/** Returns what is wrong with an address, in any unambiguous spelling. (IsValidIPForLegacyField) */
export function addressMistakes(text: string): readonly string[] {
  if (familyOf(text) === undefined) {
    return isAddressButForZeros(text) ? ['must not have leading 0s'] : NOT_AN_ADDRESS;
  }
  return isMapped(text) ? ['must not be an IPv4-mapped IPv6 address'] : NO_MISTAKES;
}

/** Returns what is wrong with an address that must have the canonical spelling. (IsValidIP) */
export function canonicalAddressMistakes(text: string): readonly string[] {
  const mistakes = addressMistakes(text);
  if (mistakes.length > 0) return mistakes;
  const canonical = canonicalIp(text);
  return text === canonical ? NO_MISTAKES : [`must be in canonical form ("${canonical}")`];
}

/**
 * Returns why an address cannot be an endpoint. `text` must be an address. (ValidateEndpointIP,
 * pkg/apis/core/validation)
 */
export function endpointAddressMistakes(text: string): readonly string[] {
  const address = canonicalIp(text);
  const is = address.includes(':') ? SPECIAL_IPV6 : SPECIAL_IPV4;
  if (address === is.unspecified) return [`may not be unspecified (${text})`];
  if (is.loopback(address)) return ['may not be in the loopback range (127.0.0.0/8, ::1/128)'];
  if (is.linkLocal(address)) return ['may not be in the link-local range (169.254.0.0/16, fe80::/10)'];
  return is.linkLocalMulticast(address)
    ? ['may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)']
    : NO_MISTAKES;
}

/** Addresses of a family that no endpoint can have, in their canonical spelling. */
const SPECIAL_IPV4 = {
  unspecified: '0.0.0.0',
  loopback: (address: string) => address.startsWith('127.'),
  linkLocal: (address: string) => address.startsWith('169.254.'),
  linkLocalMulticast: (address: string) => address.startsWith('224.0.0.'),
};
const SPECIAL_IPV6: typeof SPECIAL_IPV4 = {
  unspecified: '::',
  loopback: (address) => address === '::1',
  linkLocal: (address) => /^fe[89ab][0-9a-f]:/.test(address),
  linkLocalMulticast: (address) => /^ff[0-9a-f]2:/.test(address),
};

/**
 * Returns true for an address of the family that can be an endpoint, spelled as an EndpointSlice must spell it:
 * {@link addressMistakes} or {@link canonicalAddressMistakes}, and {@link endpointAddressMistakes}, find nothing wrong.
 */
export function isEndpointAddress(text: string, family: IpFamily): boolean {
  if (familyOf(text) !== family) return false;
  const spelling = family === 'IPv4' ? NO_MISTAKES : canonicalAddressMistakes(text);
  return spelling.length === 0 && endpointAddressMistakes(text).length === 0;
}

/** Returns what is wrong with a network, which must have no host bits. (IsValidCIDRForLegacyField) */
export function networkMistakes(text: string): readonly string[] {
  const cidr = parseCidr(text);
  const slash = text.indexOf('/');
  const address = text.slice(0, slash);
  if (cidr === undefined || /\/0\d/.test(text)) {
    const prefix = text.slice(slash + 1).replace(/^0+(?=\d)/, '');
    const isNetworkButForZeros =
      slash !== -1 &&
      text.length <= LONGEST_ADDRESS &&
      parseCidr(`${withoutLeadingZeros(address)}/${prefix}`);
    return isNetworkButForZeros ? ['must not have leading 0s in IP or prefix length'] : NOT_A_NETWORK;
  }
  if (isMapped(address)) return ['must not have an IPv4-mapped IPv6 address'];
  return canonicalIp(address) === cidr.address
    ? NO_MISTAKES
    : ['must not have bits set beyond the prefix length'];
}
