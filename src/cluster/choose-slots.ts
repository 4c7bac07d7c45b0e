import { createHash } from 'node:crypto';

/** Slots 0 to `size - 1`, of which some cannot be given away. */
export interface Slots {
  /** At most 2^32. */
  readonly size: number;
  /** How many of the first slots are given away only when no other is left. */
  readonly keptForLast: number;
  readonly taken: ReadonlySet<number>;
}

/** One key on its way through its own order of all slots. */
interface Draw {
  readonly key: string;
  readonly start: number;
  readonly step: number;
  readonly priority: number;
  /** How many slots it has tried before. */
  readonly round: number;
}

/**
 * Gives every key a slot of its own; undefined when there are more keys than free slots.
 *
 * Each key has its own order of all slots, drawn from its SHA-256. A slot goes to the key that has it earliest in its
 * order, among equals to the one of the lower hash; whoever loses it steps on to its next. This is deferred acceptance:
 * its outcome is a function of the set of keys, whatever their order. A key that is added or taken away changes the
 * slots of no others, save one whose slot it takes (or had taken) - and, should that one have to take the slot of
 * somebody who had stepped aside before, that one, which is as rare as three keys meeting.
 */
export function chooseSlots(keys: readonly string[], slots: Slots): ReadonlyMap<string, number> | undefined {
  if (keys.length > slots.size - slots.taken.size) return undefined;
  const holders = new Map<number, Draw>();
  for (const key of keys) {
    let draw: Draw | undefined = firstDraw(key, slots);
    while (draw !== undefined) draw = place(draw, holders, slots);
  }
  return new Map([...holders].map(([slot, { key }]) => [key, slot]));
}

/** Puts the draw into its slot if it may; the draw that is left without one goes on. */
function place(draw: Draw, holders: Map<number, Draw>, slots: Slots): Draw | undefined {
  const slot = slotOf(draw, slots);
  if (slots.taken.has(slot)) return next(draw);
  const holder = holders.get(slot);
  if (holder !== undefined && !precedes(draw, holder)) return next(draw);
  holders.set(slot, draw);
  return holder === undefined ? undefined : next(holder);
}

const next = (draw: Draw): Draw => ({ ...draw, round: draw.round + 1 });

const precedes = (a: Draw, b: Draw): boolean =>
  a.round !== b.round
    ? a.round < b.round
    : a.priority !== b.priority
      ? a.priority < b.priority
      : a.key < b.key;

/** Keeps `start + round * step` an exact integer for 2^21 rounds and more. */
const LONGEST_STEP = 2 ** 20;

function firstDraw(key: string, { size, keptForLast }: Slots): Draw {
  const hash = createHash('sha256').update(key).digest();
  const open = size - keptForLast;
  const start = hash.readUIntBE(0, 6) % open;
  const step = coprimeStep(1 + (hash.readUInt32BE(8) % Math.min(open, LONGEST_STEP)), open);
  return { key, start, step, priority: hash.readUInt32BE(12), round: 0 };
}

/** The open slots in strides, which meet each once because the stride shares no factor with their number; then the kept. */
function slotOf({ start, step, round }: Draw, { size, keptForLast }: Slots): number {
  const open = size - keptForLast;
  return round < open ? keptForLast + ((start + round * step) % open) : (start + round - open) % keptForLast;
}

function coprimeStep(wanted: number, modulus: number): number {
  let step = wanted;
  while (greatestCommonDivisor(step, modulus) !== 1) step += 1;
  return step;
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);
