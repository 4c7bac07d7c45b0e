import { ANY_AGE, NEVER } from '../packets/client-ages.ts';
import { agesOn, type Clients, conditionsOf, requiredOf } from '../packets/clients.ts';
import { interfaceNumber, NO_INTERFACE } from '../packets/interface-names.ts';
import { includes, only, smallest } from '../packets/intervals.ts';
import {
  type Box,
  FIELDS,
  type Field,
  originNumber,
  type PlainBox,
  stateNumber,
} from '../packets/packet-set.ts';
import { type ClientKind } from '../trace/packet.ts';
import { clientOf, type Surroundings } from '../trace/sources.ts';
import { type IpFamily } from '../text/ip.ts';
import { addressNumber } from '../text/ip-number.ts';

/** The value of each field in a usual packet. A field that is absent may have any value. */
export interface UsualPacket {
  /** `localhost`: a process of the node that asks at its loopback address. */
  readonly kind: ClientKind | 'localhost';
  readonly fields: Partial<Record<Field, bigint>>;
  /** Values that will do when a packet cannot have the usual one. */
  readonly others: Partial<Record<Field, readonly bigint[]>>;
}

/** Usual packets, of which there is at least one. */
export type UsualPackets = readonly [UsualPacket, ...UsualPacket[]];

/** One packet: every field is one value, and each list saw the client at one age; lists without an age never did. */
export interface OnePacket {
  readonly box: Box;
  /** What it was made after. */
  readonly usual: UsualPacket;
  /** Fields that do not have the usual value, because the box does not allow it. */
  readonly unusual: readonly Field[];
}

/** Any port that clients send from. */
const CLIENT_PORT = 40000n;
const TCP = 6n;
const HTTP = 80n;
const NETWORK_CARD = 'eth0';
const LOOPBACK: Readonly<Record<IpFamily, string>> = { IPv4: '127.0.0.1', IPv6: '::1' };

/** Addresses that no host has, from networks reserved for examples. (RFC 5737, RFC 3849) */
const EXAMPLES: Readonly<Record<IpFamily, readonly string[]>> = {
  IPv4: ['192.0.2.10', '198.51.100.10', '203.0.113.10'],
  IPv6: ['2001:db8::10', '2001:db8:1::10'],
};

/** A packet of each kind of client that there can be: outside of the cluster, a pod, and processes of the node. */
export function usualPackets(here: Surroundings): UsualPackets {
  const { family, nodeAddresses, podInterface } = here;
  const loopback = LOOPBACK[family];
  const [address = loopback] = nodeAddresses;
  const usual = (
    kind: UsualPacket['kind'],
    source: string | undefined,
    destination = address,
  ): UsualPacket => {
    const isLocal = kind === 'node' || kind === 'localhost';
    const pod = kind === 'pod' ? podInterface?.replace(/\+$/, '0') : undefined;
    const fields = {
      origin: originNumber(isLocal ? 'local' : 'forwarded'),
      conntrack: stateNumber('NEW'),
      protocol: TCP,
      ...(source !== undefined && { source: addressNumber(source) }),
      destination: addressNumber(destination),
      sourcePort: CLIENT_PORT,
      destinationPort: HTTP,
      inInterface: isLocal ? NO_INTERFACE : interfaceNumber(pod ?? NETWORK_CARD),
      outInterface: interfaceNumber(NETWORK_CARD),
    };
    const others = {
      source: EXAMPLES[family].map(addressNumber),
      destination: [loopback, ...EXAMPLES[family]].map(addressNumber),
    };
    return { kind, fields, others };
  };
  const sourceOf = (kind: ClientKind): string | undefined => {
    const client = clientOf(kind, here);
    return typeof client === 'string' ? undefined : client.address;
  };
  return [
    usual('outside', sourceOf('outside')),
    usual('pod', sourceOf('pod')),
    usual('node', sourceOf('node')),
    usual('localhost', loopback, loopback),
  ];
}

/** Returns the packet of the box that has the fewest unusual fields. */
export function packetNear(box: Box, usualOnes: UsualPackets): OnePacket {
  const made = usualOnes.map((usual) => packetLike(box, usual));
  return made.reduce((best, candidate) =>
    candidate.unusual.length < best.unusual.length ? candidate : best,
  );
}

/** Returns a packet of the box for the clients of the box. Each field has the usual value when the box allows it. */
export function packetLike(box: Box, usual: UsualPacket): OnePacket {
  const fields = { ...box.fields };
  const unusual: Field[] = [];
  for (const field of FIELDS) {
    const wanted = usual.fields[field];
    const values = box.fields[field];
    if (wanted !== undefined && includes(values, wanted)) fields[field] = only(wanted);
    else {
      if (wanted !== undefined) unusual.push(field);
      const other = usual.others[field]?.find((value) => includes(values, value));
      fields[field] = only(other ?? smallest(values) ?? 0n);
    }
  }
  const mark = { mask: 0xffffffff, value: box.mark.value };
  return { box: { ...box, fields, mark }, usual, unusual };
}

/**
 * Returns true when a packet has the sender that was wanted. Packets from localhost must also go to
 * localhost.
 */
export const hasUsualSender = ({ usual, unusual }: OnePacket): boolean =>
  !unusual.some(
    (field) =>
      field === 'origin' ||
      field === 'source' ||
      field === 'inInterface' ||
      (field === 'destination' && usual.kind === 'localhost'),
  );

/** Whether a box holds the packet. */
export function holds(box: Box, packet: Box): boolean {
  return holdsFields(box, packet) && holdsClient(box.clients, packet.clients);
}

/** Whether a box holds the packet, or the same packet of another client. Looks at some fields only. */
export function holdsFields(
  { fields, mark }: PlainBox,
  packet: PlainBox,
  looked: Iterable<Field> = FIELDS,
): boolean {
  if (((mark.value ^ packet.mark.value) & mark.mask) !== 0) return false;
  for (const field of looked) {
    if (!includes(fields[field], smallest(packet.fields[field]) ?? 0n)) return false;
  }
  return true;
}

/** Whether conditions hold for a client. Lists without a condition never saw the client. */
export const holdsClient = (conditions: Clients, client: Clients): boolean =>
  requiredOf(conditions).every(({ list }) => agesOn(client, list) !== undefined) &&
  conditionsOf(client).every(({ list, ages }) =>
    includes(agesOn(conditions, list) ?? ANY_AGE, smallest(ages) ?? NEVER),
  );
