/** Unions of boxes, and what can be said of them: laws that hold for every set of packets. */
import {
  FIELDS,
  intersectBoxes,
  type PlainBox,
  subtractBox,
  withField,
} from '../../src/packets/packet-set.ts';
import { only, smallest } from '../../src/packets/intervals.ts';

/** A union of boxes; no packet is in two of them. */
export type PacketSet = readonly PlainBox[];

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

/** Returns one packet of the box as a box: the smallest value of every field, and zero for every free bit of the mark. */
export const examplePacket = (box: PlainBox): PlainBox => ({
  ...FIELDS.reduce((all, field) => withField(all, field, only(smallest(box.fields[field]) ?? 0n)), box),
  mark: { mask: 0xffffffff, value: box.mark.value },
});
