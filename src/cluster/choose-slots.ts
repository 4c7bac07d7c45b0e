import { createHash } from 'node:crypto';

/** Slots 0 to `size - 1`, of which some cannot be given away. */
export interface Slots {
  /** At most 2^32. */
  readonly size: number;
  /** How many of the first slots are used only when no other slot is free. */
  readonly keptForLast: number;
  readonly taken: ReadonlySet<number>;
}

/** One key, and its current position in its own order of all slots. */
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
 * Each key has its own order of all slots, drawn from its SHA-256. A slot goes to the key that has it
 * earliest in its order; among equals, to the key with the lower hash. The key that loses the slot tries the
 * next one in its order. This is deferred acceptance: the result depends on the set of keys only, not on
 * their order. A new or removed key changes only the key whose slot it takes or had taken. In rare cases,
 * when three keys meet, that key changes another one.
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

/**
 * Gives the slot to the draw that comes first in {@link precedes}. Returns the draw that still needs a slot,
 * if any.
 */
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

/**
 * Returns the slot of a round: first the open slots in strides, then the kept ones. The stride shares no
 * factor with the number of open slots, so each is met once.
 */
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
