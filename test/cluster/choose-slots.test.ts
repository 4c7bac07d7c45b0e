import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseSlots, type Slots } from '../../src/cluster/choose-slots.ts';

const slots = (size: number, taken: readonly number[] = [], keptForLast = 0): Slots => ({
  size,
  keptForLast,
  taken: new Set(taken),
});
const keys = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12 }), { maxLength: 60 });
const names = (count: number, prefix = 'default/service-'): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);
const sorted = (map: ReadonlyMap<string, number> | undefined): readonly (readonly [string, number])[] =>
  [...(map ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));

/** How many of those that are in both changed their slot. */
const moves = (before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): number =>
  [...before].filter(([key, slot]) => after.has(key) && after.get(key) !== slot).length;

describe('chooseSlots', () => {
  it('gives each its own free slot while there is one for each, else none to any', () => {
    fc.assert(
      fc.property(
        keys,
        fc.integer({ min: 0, max: 80 }),
        fc.array(fc.nat(79), { maxLength: 20 }),
        fc.nat(16),
        (some, size, used, kept) => {
          const taken = [...new Set(used.filter((slot) => slot < size))];
          const chosen = chooseSlots(some, slots(size, taken, kept < size ? kept : 0));
          if (some.length > size - taken.length) {
            expect(chosen).toBeUndefined();
            return;
          }
          expect([...(chosen?.keys() ?? [])].sort()).toEqual([...some].sort());
          const values = [...(chosen?.values() ?? [])];
          expect(new Set(values).size).toBe(values.length);
          expect(values.filter((slot) => slot < 0 || slot >= size || taken.includes(slot))).toEqual([]);
        },
      ),
    );
  });

  it('does not depend on the order of the keys, however full it is', () => {
    fc.assert(
      fc.property(
        fc
          .uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { maxLength: 40 })
          .chain((some) =>
            fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length }), fc.nat(10)),
          ),
        ([some, shuffled, spare]) => {
          const range = slots(some.length + spare, [], 0);
          expect(sorted(chooseSlots(shuffled, range))).toEqual(sorted(chooseSlots(some, range)));
        },
      ),
    );
  });

  it('gives the kept slots away only when no other is left', () => {
    const open = chooseSlots(names(48), slots(64, [], 16));
    expect([...(open?.values() ?? [])].filter((slot) => slot < 16)).toEqual([]);
    const all = chooseSlots(names(64), slots(64, [], 16));
    expect(new Set(all?.values()).size).toBe(64);
  });

  it('moves at most the one that wanted the very same slot when a key comes or goes', () => {
    // The default ranges of node ports and cluster IPs, as full as large clusters fill them.
    const loads = [
      { size: 2768, count: 250 },
      { size: 2 ** 20, count: 10_000 },
      { size: 65_534, count: 2000 },
    ];
    const counted: Record<string, readonly number[]> = {};
    for (const { size, count } of loads) {
      const before = chooseSlots(names(count), slots(size)) ?? new Map<string, number>();
      const times = [0, 0, 0, 0];
      for (const added of names(count > 5000 ? 20 : 300, 'prod/added-')) {
        const after = chooseSlots([...names(count), added], slots(size)) ?? new Map<string, number>();
        const moved = moves(before, after);
        times[moved] = (times[moved] ?? 0) + 1;
        // Whoever moved had the slot that was wanted.
        if (moved === 1) expect([...before.values()]).toContain(after.get(added));
      }
      counted[`${count} of ${size}`] = times;
    }
    // How often nobody moved, one, two, three.
    expect(counted).toEqual({
      '250 of 2768': [283, 17, 0, 0],
      '10000 of 1048576': [19, 1, 0, 0],
      '2000 of 65534': [294, 6, 0, 0],
    });
  });

  it('moves at most one in random sets, with one exception in a thousand', () => {
    const times = [0, 0];
    const set = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(set, (some) => {
        const range = slots(2768);
        const before = chooseSlots(some, range) ?? new Map<string, number>();
        const after = chooseSlots(some.slice(1), range) ?? new Map<string, number>();
        const moved = moves(before, after);
        times[moved > 1 ? 1 : 0] = (times[moved > 1 ? 1 : 0] ?? 0) + 1;
      }),
      { numRuns: 2000, seed: 1 },
    );
    expect(times[1]).toBeLessThanOrEqual(2);
  });

  it('moves few even when the range is nearly full', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 2, maxLength: 90 }), (some) => {
        const range = slots(100);
        const [, ...others] = some;
        const before = chooseSlots(some, range) ?? new Map<string, number>();
        const after = chooseSlots(others, range) ?? new Map<string, number>();
        expect(moves(before, after)).toBeLessThanOrEqual(12);
      }),
    );
  });

  it('fills a full range', () => {
    expect(chooseSlots(names(65_534), slots(65_534))?.size).toBe(65_534);
  });
});
