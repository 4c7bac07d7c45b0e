import { chooseSlots } from './choose-slots.ts';
import { type Pool } from './pools.ts';

/** What is known before any stand-in value is drawn. */
export interface Known<V> {
  /** Values of earlier runs by key. They include keys that no longer exist, because they may come back. */
  readonly pinned: ReadonlyMap<string, V>;
  /**
   * Values by key that are the same in every cluster. No other key gets them, even if their own key does not
   * exist.
   */
  readonly conventional: ReadonlyMap<string, V>;
  /** All values that the manifests set, for any object. */
  readonly set: ReadonlySet<V>;
}

/** The value of each key. */
export interface Assigned<V> {
  readonly pinned: ReadonlyMap<string, V>;
  readonly drawn: ReadonlyMap<string, V>;
  /** Keys that got a new value, because the manifests set their pinned value for another object. */
  readonly displaced: readonly string[];
}

/**
 * Gives every key a value of the pool: the pinned value, else the conventional value, else a free value that
 * the hash of the key chooses. Returns undefined when the pool is too small. {@link chooseSlots} says how
 * stable the result is.
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
