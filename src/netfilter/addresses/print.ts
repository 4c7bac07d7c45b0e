import { addressBits, familyOf } from '../../text/ip.ts';

/** Prints the addresses of an interface a line each, as `ip addr show` names them: `inet 10.96.0.20/32`. */
export const printAddresses = (addresses: readonly string[]): string =>
  addresses.map((ip) => `${familyWord(ip)} ${ip}/${addressBits(familyOf(ip) ?? 'IPv4')}\n`).join('');

const familyWord = (ip: string): string => (familyOf(ip) === 'IPv6' ? 'inet6' : 'inet');
