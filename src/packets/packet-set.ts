import { type IpFamily } from '../text/ip.ts';
import { lastAddress } from '../text/ip-number.ts';
import { ANY_AGE } from './client-ages.ts';
import { agesOn, anyClient, type Clients, withAges } from './clients.ts';
import { ANY_INTERFACE } from './interface-names.ts';
import { intersect, type Intervals, overlap, range, subtract } from './intervals.ts';
import { ANY_MARK, intersectMarks, type MarkBits, subtractMarks } from './mark-bits.ts';

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
 * A set of packets of any client, as they enter the host, before a rule changes them. It is a product: a packet is in
 * the set when each of its fields is in the set of that field.
 */
export interface PlainBox {
  readonly family: IpFamily;
  readonly fields: Readonly<Record<Field, Intervals>>;
  readonly mark: MarkBits;
}

/** A set of packets of some clients. */
export interface Box extends PlainBox {
  /**
   * How long ago lists of clients (`recent`, dynamic sets of nftables) last saw the source: see {@link ANY_AGE}. That
   * is any time for a list without a condition.
   */
  readonly clients: Clients;
}

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
export function narrow<Narrowed extends PlainBox>(
  box: Narrowed,
  fields: Partial<Record<Field, Intervals>>,
): Narrowed | undefined {
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
export const withField = <Changed extends PlainBox>(
  box: Changed,
  field: Field,
  values: Intervals,
): Changed => ({
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
export function intersectBoxes(a: PlainBox, b: PlainBox): PlainBox | undefined {
  // Most pairs have nothing in common, which is found without building anything.
  if (a.family !== b.family || FIELDS.some((field) => !overlap(a.fields[field], b.fields[field])))
    return undefined;
  const mark = intersectMarks(a.mark, b.mark);
  return mark && narrow({ ...a, mark }, b.fields);
}

/** Returns the packets that are in `a` and not in `b`, as disjoint boxes. */
export function subtractBox(a: PlainBox, b: PlainBox): readonly PlainBox[] {
  if (intersectBoxes(a, b) === undefined) return [a];
  const left: PlainBox[] = [];
  // A part that is removed in one dimension is common in all earlier dimensions, so the parts are disjoint.
  let common = a;
  for (const field of FIELDS) {
    const rest = subtract(common.fields[field], b.fields[field]);
    if (rest.length > 0) left.push(withField(common, field, rest));
    common = withField(common, field, intersect(common.fields[field], b.fields[field]));
  }
  for (const mark of subtractMarks(common.mark, b.mark)) left.push({ ...common, mark });
  return left;
}
