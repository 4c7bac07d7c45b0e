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

const NETWORK_NAMES: ReadonlyMap<string, string> = new Map([
  ['localhost', '127.0.0.1/32'],
  ['ip6-localhost', '::1/128'],
  ['loopback/8', '127.0.0.0/8'],
  ['link-local/16', '169.254.0.0/16'],
  ['base-address.mcast.net/4', '224.0.0.0/4'],
]);

/** The number of a port given by number or by a well-known name; the text itself when the name is not known. */
export const portOfName = (text: string): string => String(SERVICE_PORTS.get(text) ?? text);

/** The CIDR behind a name of /etc/hosts or /etc/networks that every system has; the text itself otherwise. */
export const networkOfName = (text: string): string => NETWORK_NAMES.get(text) ?? text;
