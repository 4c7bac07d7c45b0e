import { chooseSlots } from './choose-slots.ts';
import { type Pool } from './pools.ts';

/** What is known before anything is drawn. */
export interface Known<V> {
  /** What was assigned before, by key; also of keys that are gone, for they may come back. */
  readonly pinned: ReadonlyMap<string, V>;
  /** By key, what every cluster assigns alike: kept for those keys, whether they are there or not. */
  readonly conventional: ReadonlyMap<string, V>;
  /** What the manifests set, whatever for. */
  readonly set: ReadonlySet<V>;
}

/** What every key is given. */
export interface Assigned<V> {
  readonly pinned: ReadonlyMap<string, V>;
  readonly drawn: ReadonlyMap<string, V>;
  /** Keys whose pinned value the manifests set for something else: they were drawn anew. */
  readonly displaced: readonly string[];
}

/**
 * Gives every key a value of the pool: the pinned one, else the conventional one, else one drawn by the hash of the key
 * that nobody else has. Undefined when the pool has not enough. See {@link chooseSlots} for what is promised.
 */
export function assign<V>(keys: readonly string[], pool: Pool<V>, known: Known<V>): Assigned<V> | undefined {
  const pinned = new Map<string, V>();
  const drawn = new Map<string, V>();
  const displaced: string[] = [];
  const open: string[] = [];
  const foreseen = new Set(known.pinned.values());
  for (const key of keys) {
    const pin = known.pinned.get(key);
    const convention = known.conventional.get(key);
    if (pin !== undefined && known.set.has(pin)) displaced.push(key);
    if (pin !== undefined && !known.set.has(pin)) pinned.set(key, pin);
    else if (convention !== undefined && !known.set.has(convention) && !foreseen.has(convention))
      drawn.set(key, convention);
    else open.push(key);
  }
  if (open.length > 0) {
    const taken = takenSlots(pool, [known.set, known.pinned.values(), known.conventional.values()]);
    const slots = chooseSlots(open, { ...pool, taken });
    if (slots === undefined) return undefined;
    for (const [key, slot] of slots) drawn.set(key, pool.valueAt(slot));
  }
  return { pinned, drawn, displaced };
}

function takenSlots<V>(pool: Pool<V>, groups: readonly Iterable<V>[]): ReadonlySet<number> {
  const taken = new Set<number>();
  for (const values of groups) {
    for (const value of values) {
      const slot = pool.slotOf(value);
      if (slot !== undefined) taken.add(slot);
    }
  }
  return taken;
}
