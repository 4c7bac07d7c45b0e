/** The algebra of packet sets, checked on single packets: what a set holds is asked of each, one by one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  includes,
  intersect,
  type Intervals,
  sameIntervals,
  sizeOf,
  subtract,
  union,
  unionOf,
} from '../../src/packets/intervals.ts';
import { intersectMarks, type MarkBits, markBits, subtractMarks } from '../../src/packets/mark-bits.ts';
import { everyPacket, intersectBoxes, type PlainBox, subtractBox } from '../../src/packets/packet-set.ts';
import {
  add,
  complement,
  formatRational,
  multiply,
  rational,
  simplestWithin,
} from '../../src/packets/rational.ts';
import { interfaceName, interfaceNumber, interfacesLike } from '../../src/packets/interface-names.ts';
import {
  examplePacket,
  intersectSets,
  type PacketSet,
  sameSets,
  subtractSets,
  uniteSets,
} from './set-algebra.ts';

const LAST = 20n;
const intervals: fc.Arbitrary<Intervals> = fc
  .array(fc.tuple(fc.bigInt(0n, LAST), fc.bigInt(0n, LAST)), { maxLength: 4 })
  .map((pairs) => unionOf(pairs.map(([a, b]) => [a < b ? a : b, a < b ? b : a] as const)));
const values = Array.from({ length: Number(LAST) + 1 }, (_, at) => BigInt(at));
const listed = (set: Intervals): readonly bigint[] => values.filter((value) => includes(set, value));

describe('intervals', () => {
  it('hold what set algebra says', () => {
    fc.assert(
      fc.property(intervals, intervals, (a, b) => {
        expect(listed(union(a, b))).toEqual(values.filter((v) => includes(a, v) || includes(b, v)));
        expect(listed(intersect(a, b))).toEqual(values.filter((v) => includes(a, v) && includes(b, v)));
        expect(listed(subtract(a, b))).toEqual(values.filter((v) => includes(a, v) && !includes(b, v)));
        expect(sizeOf(a)).toBe(BigInt(listed(a).length));
      }),
    );
  });

  it('have one form for each set, and give back the set itself where nothing changes', () => {
    fc.assert(
      fc.property(intervals, intervals, (a, b) => {
        const both = union(subtract(a, b), intersect(a, b));
        expect(both).toEqual(a);
        expect(sameIntervals(both, a)).toBe(true);
        expect(intersect(a, union(a, b))).toBe(a);
        expect(subtract(a, subtract(b, a))).toBe(a);
      }),
    );
  });
});

const marks: fc.Arbitrary<MarkBits> = fc
  .tuple(fc.integer({ min: 0, max: 15 }), fc.integer({ min: 0, max: 15 }))
  .map(([value, mask]) => markBits(value, mask));
const holds = ({ mask, value }: MarkBits, mark: number): boolean => (mark & mask) === value;
const allMarks = Array.from({ length: 16 }, (_, mark) => mark);

describe('marks', () => {
  it('hold what set algebra says', () => {
    fc.assert(
      fc.property(marks, marks, (a, b) => {
        const both = intersectMarks(a, b);
        const left = subtractMarks(a, b);
        for (const mark of allMarks) {
          expect(both !== undefined && holds(both, mark)).toBe(holds(a, mark) && holds(b, mark));
          expect(left.filter((part) => holds(part, mark))).toHaveLength(
            holds(a, mark) && !holds(b, mark) ? 1 : 0,
          );
        }
      }),
    );
  });

  it('have all 32 bits', () => {
    expect(subtractMarks(markBits(0, 0), markBits(0x80000000, 0x80000000))).toEqual([
      { mask: 0x80000000, value: 0 },
    ]);
  });
});

const boxes: fc.Arbitrary<PlainBox> = fc
  .record({ source: intervals, destinationPort: intervals, mark: marks })
  .filter(({ source, destinationPort }) => source.length > 0 && destinationPort.length > 0)
  .map(({ source, destinationPort, mark }) => {
    const every = everyPacket('IPv4');
    return { ...every, fields: { ...every.fields, source, destinationPort }, mark };
  });
const sets = fc
  .array(boxes, { maxLength: 3 })
  .map((list) => list.reduce<PacketSet>((set, box) => uniteSets(set, [box]), []));

describe('packet sets', () => {
  it('fulfil the laws of set algebra', () => {
    fc.assert(
      fc.property(sets, sets, (a, b) => {
        expect(sameSets(uniteSets(subtractSets(a, b), intersectSets(a, b)), a)).toBe(true);
        expect(sameSets(uniteSets(a, b), uniteSets(b, a))).toBe(true);
        expect(intersectSets(subtractSets(a, b), b)).toEqual([]);
        expect(sameSets(subtractSets(a, subtractSets(a, b)), intersectSets(a, b))).toBe(true);
      }),
    );
  });

  it('never hold a packet twice', () => {
    fc.assert(
      fc.property(sets, boxes, (set, box) => {
        const parts = [...set.flatMap((part) => subtractBox(part, box))];
        parts.forEach((part, at) => {
          for (const other of parts.slice(at + 1)) expect(intersectBoxes(part, other)).toBeUndefined();
        });
      }),
    );
  });

  it('show a packet that they hold', () => {
    fc.assert(
      fc.property(boxes, (box) => {
        expect(subtractBox(examplePacket(box), box)).toEqual([]);
      }),
    );
  });
});

describe('fractions', () => {
  it('are exact', () => {
    const third = rational(1n, 3n);
    expect(formatRational(add(third, multiply(complement(third), rational(1n, 2n))))).toBe('2/3');
    expect(formatRational(rational(4n, 2n))).toBe('2');
    expect(() => rational(1n, 0n)).toThrow(RangeError);
  });

  it('are found as the simplest of a range', () => {
    const fractions = fc.tuple(fc.bigInt(1n, 60n), fc.bigInt(1n, 60n));
    fc.assert(
      fc.property(fractions, fractions, ([a, b], [c, d]) => {
        const [low, high] =
          a * d < c * b ? [rational(a, b), rational(c, d)] : [rational(c, d), rational(a, b)];
        const found = simplestWithin(low, high);
        const smaller = Array.from({ length: Number(found.denominator) - 1 }, (_, at) => BigInt(at) + 1n);
        expect(found.numerator * low.denominator >= low.numerator * found.denominator).toBe(true);
        expect(found.numerator * high.denominator <= high.numerator * found.denominator).toBe(true);
        // No denominator below has a whole number between the two bounds.
        for (const denominator of smaller) {
          const first = (low.numerator * denominator + low.denominator - 1n) / low.denominator;
          expect(first * high.denominator > high.numerator * denominator).toBe(true);
        }
      }),
    );
  });
});

describe('interface names', () => {
  it.each(['lo', 'eth0', 'cali12345678901', ''])('%s is a number and back', (name) => {
    expect(interfaceName(interfaceNumber(name))).toBe(name);
  });

  it.each([
    ['veth+', 'veth0', true],
    ['veth+', 'veth', true],
    ['veth+', 'vet', false],
    ['veth+', 'vfth0', false],
    ['+', 'anything', true],
    ['eth0', 'eth0', true],
    ['eth0', 'eth01', false],
  ])('%s and %s: %s', (pattern, name, matches) => {
    expect(includes(interfacesLike(pattern), interfaceNumber(name))).toBe(matches);
  });
});
