import { type IpFamily } from '../text/ip.ts';
import { lastAddress } from '../text/ip-number.ts';
import { ANY_AGE } from './client-ages.ts';
import { agesOn, anyClient, type Clients, conditionsOf, withAges } from './clients.ts';
import { ANY_INTERFACE } from './interface-names.ts';
import { intersect, type Intervals, range, sameIntervals, smallest, subtract } from './intervals.ts';
import { ANY_MARK, intersectMarks, type MarkBits, sameMarks, subtractMarks } from './mark-bits.ts';

/** The states of a connection. (`ct state`, `--ctstate`) */
export const CONNTRACK_STATES = ['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED'] as const;
export type ConntrackState = (typeof CONNTRACK_STATES)[number];
export const stateNumber = (state: ConntrackState): bigint => BigInt(CONNTRACK_STATES.indexOf(state));

/** Where a packet enters: by an interface, or from a process of this host. */
export const ORIGINS = ['forwarded', 'local'] as const;
export type Origin = (typeof ORIGINS)[number];
export const originNumber = (origin: Origin): bigint => BigInt(ORIGINS.indexOf(origin));

/** The dimensions of a packet set that are {@link Intervals}. */
export const FIELDS = [
  'origin',
  'conntrack',
  'protocol',
  'source',
  'destination',
  'sourcePort',
  'destinationPort',
  'inInterface',
  'outInterface',
] as const;
export type Field = (typeof FIELDS)[number];

/**
 * A set of packets as they enter the host, before a rule changes them. It is a product: a packet is in the set when
 * each of its fields is in the set of that field.
 */
export interface Box {
  readonly family: IpFamily;
  readonly fields: Readonly<Record<Field, Intervals>>;
  readonly mark: MarkBits;
  /**
   * How long ago lists of clients (`recent`, dynamic sets of nftables) last saw the source: see {@link ANY_AGE}. That is
   * any time for a list without a condition.
   */
  readonly clients: Clients;
}

/** A union of boxes; no packet is in two of them. */
export type PacketSet = readonly Box[];

/** Returns all packets of a family. */
export function everyPacket(family: IpFamily): Box {
  const addresses = range(0n, lastAddress(family));
  const ports = range(0n, 65535n);
  const fields = {
    origin: range(0n, BigInt(ORIGINS.length - 1)),
    conntrack: range(0n, BigInt(CONNTRACK_STATES.length - 1)),
    protocol: range(0n, 255n),
    source: addresses,
    destination: addresses,
    sourcePort: ports,
    destinationPort: ports,
    inInterface: ANY_INTERFACE,
    outInterface: ANY_INTERFACE,
  };
  return { family, fields, mark: ANY_MARK, clients: anyClient() };
}

/**
 * Returns the box with some fields reduced to what they have in common with `fields`; undefined when nothing is left.
 */
export function narrow(box: Box, fields: Partial<Record<Field, Intervals>>): Box | undefined {
  const narrowed = { ...box.fields };
  for (const field of FIELDS) {
    const wanted = fields[field];
    if (wanted === undefined) continue;
    const common = intersect(box.fields[field], wanted);
    if (common.length === 0) return undefined;
    narrowed[field] = common;
  }
  return { ...box, fields: narrowed };
}

/** Returns the box with one field replaced. */
export const withField = (box: Box, field: Field, values: Intervals): Box => ({
  ...box,
  fields: { ...box.fields, [field]: values },
});

/** Returns the packets of a box whose client a list saw at one of these ages; undefined when there are none. */
export function withClient(box: Box, list: string, ages: Intervals): Box | undefined {
  const before = agesOn(box.clients, list) ?? ANY_AGE;
  const common = intersect(before, ages);
  if (common.length === 0) return undefined;
  return common === before ? box : { ...box, clients: withAges(box.clients, list, common) };
}

/** Returns the packets that are in both boxes; undefined when there are none. */
export function intersectBoxes(a: Box, b: Box): Box | undefined {
  if (a.family !== b.family) return undefined;
  const mark = intersectMarks(a.mark, b.mark);
  const common = mark && narrow({ ...a, mark }, b.fields);
  const clients = common && intersectClients(a.clients, b.clients);
  return clients && { ...common, clients };
}

function intersectClients(a: Clients, b: Clients): Clients | undefined {
  if (a === b) return a;
  let all = a;
  for (const { list, ages } of conditionsOf(b)) {
    const before = agesOn(a, list) ?? ANY_AGE;
    const common = intersect(before, ages);
    if (common.length === 0) return undefined;
    if (common !== before) all = withAges(all, list, common);
  }
  return all;
}

/** Returns the packets that are in `a` and not in `b`, as disjoint boxes. */
export function subtractBox(a: Box, b: Box): PacketSet {
  if (intersectBoxes(a, b) === undefined) return [a];
  const left: Box[] = [];
  // A part that is removed in one dimension is common in all earlier dimensions, so the parts are disjoint.
  let common = a;
  for (const field of FIELDS) {
    const rest = subtract(common.fields[field], b.fields[field]);
    if (rest.length > 0) left.push(withField(common, field, rest));
    common = withField(common, field, intersect(common.fields[field], b.fields[field]));
  }
  for (const mark of subtractMarks(common.mark, b.mark)) left.push({ ...common, mark });
  common = { ...common, mark: intersectMarks(common.mark, b.mark) ?? common.mark };
  for (const { list, ages } of conditionsOf(b.clients)) {
    const before = agesOn(common.clients, list) ?? ANY_AGE;
    const rest = subtract(before, ages);
    if (rest.length > 0) left.push({ ...common, clients: withAges(common.clients, list, rest) });
    common = { ...common, clients: withAges(common.clients, list, intersect(before, ages)) };
  }
  return left;
}

/** Returns the packets in both sets. */
export const intersectSets = (a: PacketSet, b: PacketSet): PacketSet =>
  a.flatMap((box) => b.flatMap((other) => intersectBoxes(box, other) ?? []));

/** Returns the packets in `a` and not in `b`. */
export const subtractSets = (a: PacketSet, b: PacketSet): PacketSet =>
  b.reduce<PacketSet>((left, box) => left.flatMap((part) => subtractBox(part, box)), a);

/** Returns the packets in `a` or in `b`, as disjoint boxes. */
export const uniteSets = (a: PacketSet, b: PacketSet): PacketSet => [...a, ...subtractSets(b, a)];

/** Returns true when both sets hold the same packets. */
export const sameSets = (a: PacketSet, b: PacketSet): boolean =>
  subtractSets(a, b).length === 0 && subtractSets(b, a).length === 0;

/** Returns true when both boxes hold the same packets. */
export const sameBoxes = (a: Box, b: Box): boolean =>
  a === b ||
  (a.family === b.family &&
    FIELDS.every((field) => sameIntervals(a.fields[field], b.fields[field])) &&
    sameMarks(a.mark, b.mark) &&
    sameClients(a.clients, b.clients) &&
    sameClients(b.clients, a.clients));

/** Returns true when the second conditions hold all of the first. */
const sameClients = (a: Clients, b: Clients): boolean =>
  conditionsOf(a).every(({ list, ages }) => sameIntervals(ages, agesOn(b, list) ?? ANY_AGE));

/**
 * Returns one packet of the box as a box: the smallest value of every field, zero for every free bit of the mark, and
 * on no list unless required.
 */
export function examplePacket(box: Box): Box {
  const fields = { ...box.fields };
  for (const field of FIELDS) {
    const value = smallest(fields[field]) ?? 0n;
    fields[field] = [[value, value]];
  }
  return { ...box, fields, mark: { mask: 0xffffffff, value: box.mark.value } };
}
