/** Names that iptables prints for protocol numbers. (/etc/protocols and xtables_chain_protos) */
const NAME_OF_NUMBER: ReadonlyMap<string, string> = new Map([
  ['1', 'icmp'],
  ['2', 'igmp'],
  ['4', 'ipencap'],
  ['6', 'tcp'],
  ['17', 'udp'],
  ['33', 'dccp'],
  ['41', 'ipv6'],
  ['47', 'gre'],
  ['50', 'esp'],
  ['51', 'ah'],
  ['58', 'ipv6-icmp'],
  ['89', 'ospf'],
  ['103', 'pim'],
  ['112', 'vrrp'],
  ['132', 'sctp'],
  ['135', 'ipv6-mh'],
  ['136', 'udplite'],
]);

const ALIASES: ReadonlyMap<string, string> = new Map([
  ['icmpv6', 'ipv6-icmp'],
  ['mh', 'ipv6-mh'],
  ['0', 'all'],
]);

/** The one spelling of a protocol given by name or number: `6` and `TCP` are `tcp`. Undefined when it is neither. */
export function canonicalProtocol(text: string): string | undefined {
  const name = text.toLowerCase();
  if (!/^(\d{1,3}|[a-z][a-z0-9.+-]*)$/.test(name) || Number(name) > 255) return undefined;
  return ALIASES.get(name) ?? NAME_OF_NUMBER.get(name) ?? name;
}

const NUMBER_OF_NAME: ReadonlyMap<string, number> = new Map(
  [...NAME_OF_NUMBER].map(([number, name]) => [name, Number(number)]),
);

/** The number of a protocol spelled as {@link canonicalProtocol} does; undefined for a name that is not known. */
export const protocolNumber = (name: string): number | undefined =>
  /^\d+$/.test(name) ? Number(name) : NUMBER_OF_NAME.get(name);
