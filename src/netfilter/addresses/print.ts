/** Prints the addresses of an interface a line each, as `ip addr show` names them: `inet 10.96.0.20/32`. */
export const printAddresses = (addresses: readonly string[]): string =>
  addresses.map((ip) => (ip.includes(':') ? `inet6 ${ip}/128\n` : `inet ${ip}/32\n`)).join('');
