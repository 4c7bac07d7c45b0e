import { describe, expect, it } from 'vitest';
import { NOT_SEEN, seenWithin } from '../../src/packets/client-ages.ts';
import {
  agesOn,
  anyClient,
  type Clients,
  conditionsOf,
  listsBetween,
  requiredOf,
  runsOf,
  withAges,
} from '../../src/packets/clients.ts';

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

  it('are found among many, whatever their order', () => {
    const names = Array.from({ length: 100 }, (_, at) => `list ${at}`);
    const root = anyClient();
    const ordered = (lists: readonly string[]): Clients =>
      lists.reduce((all, list) => withAges(all, list, seenWithin(Number(list.slice(5)))), root);
    for (const clients of [ordered(names), ordered(names.toReversed()), ordered(names.slice(40))]) {
      const known = new Map(conditionsOf(clients).map(({ list, ages }) => [list, ages]));
      for (const list of names) expect(agesOn(clients, list)).toBe(known.get(list));
    }
  });

  it('are told as runs of lists with the same ages', () => {
    const clients = ['a', 'b', 'c', 'e', 'd'].reduce<Clients>(
      (all, list) => withAges(all, list, list === 'c' ? seenWithin(5) : NOT_SEEN),
      anyClient(),
    );
    const runs = runsOf(clients).map(({ first, last, ages }) => [listsBetween(clients, first, last), ages]);
    expect(runs.toReversed()).toEqual([
      [['a', 'b'], NOT_SEEN],
      [['c'], seenWithin(5)],
      [['e', 'd'], NOT_SEEN],
    ]);
    const skipped = withAges(withAges(clients.before?.before ?? clients, 'd', NOT_SEEN), 'e', NOT_SEEN);
    expect(runsOf(skipped).map(({ first, last }) => [first, last])).toEqual([
      [3, 3],
      [4, 4],
      [2, 2],
      [0, 1],
    ]);
  });

  it('tell which lists a client must be on', () => {
    expect(requiredOf(any)).toEqual([]);
    expect(requiredOf(onBoth)).toEqual([onA]);
    expect(requiredOf(withAges(onBoth, 'c', seenWithin(7))).map(({ list }) => list)).toEqual(['c', 'a']);
  });
});
