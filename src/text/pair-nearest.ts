/** The most items of the other side to compare with each. It keeps lists without common items fast. */
const MOST_CANDIDATES = 30;

/** Items brought together, and those that found no partner. */
export interface Pairing<Item> {
  readonly changed: readonly (readonly [expected: Item, actual: Item])[];
  readonly expected: readonly Item[];
  readonly actual: readonly Item[];
}

/**
 * Brings items of two lists together that are nearly the same, nearest first. `changesBetween` counts how many changes
 * lie between two items, and returns undefined when they are two different things. Each item is compared with a bounded
 * number of neighbours.
 */
export function pairNearest<Item extends object>(
  expected: readonly Item[],
  actual: readonly Item[],
  changesBetween: (before: Item, after: Item) => number | undefined,
): Pairing<Item> {
  const candidates = expected.flatMap((before, at) =>
    actual.slice(Math.max(0, at - MOST_CANDIDATES), at + MOST_CANDIDATES).flatMap((after) => {
      const changes = changesBetween(before, after);
      return changes === undefined ? [] : [{ before, after, changes }];
    }),
  );
  candidates.sort((one, other) => one.changes - other.changes);
  const taken = new Set<Item>();
  const changed: (readonly [Item, Item])[] = [];
  for (const { before, after } of candidates) {
    if (taken.has(before) || taken.has(after)) continue;
    taken.add(before).add(after);
    changed.push([before, after]);
  }
  const rest = (items: readonly Item[]): readonly Item[] => items.filter((item) => !taken.has(item));
  return { changed, expected: rest(expected), actual: rest(actual) };
}
