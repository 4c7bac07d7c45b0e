/**
 * Concrete packets, made from the texts of rules alone: every address, port, protocol and interface that they name, and
 * their neighbours. No set of packets has a part in it; each packet is evaluated by itself.
 */
import { type Scan } from '../../src/behaviour/scan.ts';
import { NEVER } from '../../src/packets/client-ages.ts';
import { anyClient, conditionsOf, withAges } from '../../src/packets/clients.ts';
import { evaluate } from '../../src/packets/evaluate.ts';
import { interfaceNumber } from '../../src/packets/interface-names.ts';
import { includes, only } from '../../src/packets/intervals.ts';
import { onlyMark } from '../../src/packets/mark-bits.ts';
import { type Box, everyPacket, originNumber, stateNumber } from '../../src/packets/packet-set.ts';
import { type Program } from '../../src/packets/program.ts';
import { add, formatRational, type Rational } from '../../src/packets/rational.ts';
import { type IpFamily } from '../../src/text/ip.ts';
import { addressNumber, lastAddress } from '../../src/text/ip-number.ts';
import { type Random } from '../helpers/random.ts';

/** What packets are made of. */
export interface Pieces {
  readonly family: IpFamily;
  readonly sources: readonly bigint[];
  readonly destinations: readonly bigint[];
  readonly ports: readonly bigint[];
  readonly interfaces: readonly string[];
  readonly lists: readonly string[];
}

const USUAL = { IPv4: ['203.0.113.10', '127.0.0.1'], IPv6: ['2001:db8::10', '::1'] } as const;

/** The pieces that some texts of rules name. */
export function piecesOf(texts: readonly string[], family: IpFamily, own: readonly string[]): Pieces {
  const text = texts.join('\n');
  const found = (pattern: RegExp): readonly string[] => [
    ...new Set([...text.matchAll(pattern)].map(([, value = '']) => value)),
  ];
  const usual = [...USUAL[family], ...own.filter((ip) => ip.includes(':') === (family === 'IPv6'))].map(
    addressNumber,
  );
  const last = lastAddress(family);
  const around = (networks: readonly string[]): readonly bigint[] =>
    networks.flatMap((network) => {
      const [address = '', prefix = family === 'IPv4' ? '32' : '128'] = network.split('/');
      const size = 2n ** (BigInt(family === 'IPv4' ? 32 : 128) - BigInt(prefix));
      const first = (addressNumber(address) / size) * size;
      return [first - 1n, first, first + size - 1n, first + size];
    });
  const unique = (numbers: readonly bigint[]): readonly bigint[] =>
    [...new Set(numbers)].filter((number) => number >= 0n && number <= last);
  const endpoints = found(/--to-destination \[?([\da-f.:]*?)\]?:\d+$/gm).map(addressNumber);
  const ports = found(/--dport (\d+)/g).map(BigInt);
  return {
    family,
    sources: unique([...usual, ...endpoints, ...around(found(/ -s (\S+)/g))]),
    destinations: unique([...usual, ...endpoints, ...around(found(/ -d (\S+)/g))]),
    ports: [...new Set([7n, ...ports, ...ports.map((port) => port + 1n)])],
    interfaces: ['eth0', ...found(/ -i (\S+)/g).map((name) => name.replace(/\+$/, '0'))],
    lists: found(/--name (\S+)/g),
  };
}

/** Some clients were seen: just now, or some seconds ago. Most were not. */
const AGES = [0n, 5_000n, 20_000n];

const PROTOCOLS = [6n, 17n, 132n, 1n];

/** A packet of these pieces, chosen by chance: of every kind that there is, the usual ones more often. */
export function somePacket(pieces: Pieces, random: Random): Box {
  const one = <T>(items: readonly T[], otherwise: T): T => items[random.below(items.length)] ?? otherwise;
  const isLocal = random.below(3) === 0;
  const everything = everyPacket(pieces.family);
  const state =
    random.below(6) === 0 ? one(['ESTABLISHED', 'INVALID', 'UNTRACKED'] as const, 'INVALID') : 'NEW';
  return {
    ...everything,
    mark: onlyMark(0),
    clients: pieces.lists.reduce(
      (known, list) => withAges(known, list, only(AGES[random.below(8)] ?? NEVER)),
      anyClient(),
    ),
    fields: {
      origin: only(originNumber(isLocal ? 'local' : 'forwarded')),
      conntrack: only(stateNumber(state)),
      protocol: only(one(PROTOCOLS.slice(0, random.below(4) + 1), 6n)),
      source: only(one(pieces.sources, 0n)),
      destination: only(one(pieces.destinations, 0n)),
      sourcePort: only(40000n),
      destinationPort: only(one(pieces.ports, 7n)),
      inInterface: only(isLocal ? 0n : interfaceNumber(one(pieces.interfaces, 'eth0'))),
      outInterface: only(interfaceNumber('eth0')),
    },
  };
}

/** The packet of an example with the names that a program has for lists of clients. */
export function namedAs(own: Scan, other: Scan, packet: Box): Box {
  const lists = new Map([...other.clients, ...own.clients]);
  const clients = conditionsOf(packet.clients).flatMap(({ list: name, ages }) => {
    const meant = [...lists].filter(([, meaning]) => meaning === name).map(([list]) => list);
    return (meant.length === 0 ? [name] : meant).map((list) => [list, ages] as const);
  });
  return {
    ...packet,
    clients: clients.reduce((all, [list, ages]) => withAges(all, list, ages), anyClient()),
  };
}

/** Whether the kernel would let the packet in: nobody else sends from the host's own addresses, and the host from no others. */
export function isPossible(
  { fields }: Box,
  { localAddresses }: Program,
  senders: readonly bigint[],
): boolean {
  const source = fields.source[0]?.[0] ?? 0n;
  const isOwn = includes(localAddresses, source);
  // Another host keeps what it sends to itself.
  if (!isOwn && source === fields.destination[0]?.[0]) return false;
  return fields.origin[0]?.[0] === originNumber('local') ? isOwn || senders.includes(source) : !isOwn;
}

/** What becomes of one packet, as a text that is the same for the same. Of lists of clients, those in `tested` matter. */
export function fateOf(program: Program, packet: Box, tested: ReadonlySet<string>): string {
  const shares = new Map<string, Rational>();
  for (const { verdict, to, masquerade, assumptions, share, remembered, chosenBy } of evaluate(
    program,
    packet,
    {
      knownClients: false,
    },
  ).outcomes) {
    const conditions = assumptions.map(({ what, taken }) => `${what} ${taken}`).join(', ');
    const lists = [...remembered]
      .filter((list) => tested.has(list))
      .sort()
      .join(' ');
    const end = `${verdict} ${to?.address} ${to?.port} ${masquerade} ${chosenBy ?? ''} ${conditions} ${lists}`;
    const known = shares.get(end);
    shares.set(end, known === undefined ? share : add(known, share));
  }
  return [...shares]
    .map(([end, share]) => `${formatRational(share)} ${end}`)
    .sort()
    .join('\n');
}
