import { describe, expect, it } from 'vitest';
import { NOT_SEEN, seenWithin } from '../../src/packets/client-ages.ts';
import { agesOn, anyClient, conditionsOf, withAges } from '../../src/packets/clients.ts';

describe('conditions on clients', () => {
  const any = anyClient();
  const onA = withAges(any, 'a', seenWithin(10));
  const onBoth = withAges(onA, 'b', NOT_SEEN);

  it('are one object when they are the same', () => {
    expect(withAges(onA, 'b', NOT_SEEN)).toBe(onBoth);
    expect(withAges(any, 'a', seenWithin(10))).toBe(onA);
  });

  it('are told in their order', () => {
    expect(conditionsOf(onBoth).map(({ list, ages }) => [list, ages])).toEqual([
      ['a', seenWithin(10)],
      ['b', NOT_SEEN],
    ]);
    expect(agesOn(onBoth, 'a')).toEqual(seenWithin(10));
    expect(agesOn(onBoth, 'c')).toBeUndefined();
  });

  it('replace another one of the same list in its place', () => {
    const changed = withAges(onBoth, 'a', seenWithin(5));
    expect(changed).toBe(withAges(withAges(any, 'a', seenWithin(5)), 'b', NOT_SEEN));
    expect(agesOn(onBoth, 'a')).toEqual(seenWithin(10));
  });
});
