/** Names that `iptables -L` without `-n` prints where rules hold numbers. */

/** Ports of /etc/services that Services use; others stay names and are kept word by word. */
const SERVICE_PORTS: ReadonlyMap<string, number> = new Map([
  ['ftp', 21],
  ['ssh', 22],
  ['telnet', 23],
  ['smtp', 25],
  ['domain', 53],
  ['http', 80],
  ['pop3', 110],
  ['sunrpc', 111],
  ['ntp', 123],
  ['imap2', 143],
  ['snmp', 161],
  ['bgp', 179],
  ['ldap', 389],
  ['https', 443],
  ['syslog', 514],
  ['submission', 587],
  ['ldaps', 636],
  ['domain-s', 853],
  ['imaps', 993],
  ['pop3s', 995],
  ['ms-sql-s', 1433],
  ['nfs', 2049],
  ['mysql', 3306],
  ['postgresql', 5432],
  ['amqps', 5671],
  ['amqp', 5672],
  ['redis', 6379],
  ['http-alt', 8080],
  ['webcache', 8080],
]);

/** Hosts that every /etc/hosts has, by address. (hosts(5), netbase) */
const HOSTS: ReadonlyMap<string, string> = new Map([
  ['localhost', '127.0.0.1'],
  ['localhost4', '127.0.0.1'],
  ['localhost.localdomain', '127.0.0.1'],
  ['localhost4.localdomain4', '127.0.0.1'],
  ['ip6-localhost', '::1'],
  ['ip6-loopback', '::1'],
  ['localhost6', '::1'],
  ['localhost6.localdomain6', '::1'],
  ['ip6-allnodes', 'ff02::1'],
  ['ip6-allrouters', 'ff02::2'],
]);

/** Networks that every /etc/networks has, and names that DNS gives to networks. iptables prints them with a mask. */
const NETWORKS: ReadonlyMap<string, string> = new Map([
  ['loopback', '127.0.0.0'],
  ['link-local', '169.254.0.0'],
  ['base-address.mcast.net', '224.0.0.0'],
  ['ip6-localnet', 'fe00::'],
  ['ip6-mcastprefix', 'ff00::'],
]);

/** The number of a port given by number or by a well-known name; the text itself when the name is not known. */
export const portOfName = (text: string): string => String(SERVICE_PORTS.get(text) ?? text);

/**
 * The address or network behind a name of /etc/hosts or /etc/networks that every system has, with its mask; the text
 * itself when it is none. `localhost/8` is the network that the address of the host lies in.
 */
export function networkOfName(text: string): string {
  const [, name = '', mask] = /^([^/]*)(\/.*)?$/s.exec(text) ?? [];
  const address = HOSTS.get(name) ?? (mask === undefined ? undefined : NETWORKS.get(name));
  return address === undefined ? text : `${address}${mask ?? ''}`;
}

/** Whether a text could be the name of a host or a network, with or without a mask. */
export const mayBeName = (text: string): boolean => /^\w[\w.-]{0,252}(?:\/[\d.:a-fA-F]+)?$/.test(text);
