import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClientSum, clientSums } from '../../src/behaviour/client-sums.ts';
import { holdsClient } from '../../src/behaviour/packets.ts';
import { ANY_AGE, NEVER, NOT_SEEN, seenWithin } from '../../src/packets/client-ages.ts';
import { anyClient, type Clients, withAges } from '../../src/packets/clients.ts';
import { only, subtract } from '../../src/packets/intervals.ts';
import { add, formatRational, type Rational, rational, ZERO } from '../../src/packets/rational.ts';

const LISTS = ['a', 'b', 'c', 'd'];
const AGES = [NEVER, 0n, 11n, 21n];
const CONDITIONS = [
  seenWithin(10),
  seenWithin(20),
  NOT_SEEN,
  subtract(ANY_AGE, seenWithin(10)),
  [[11n, 20n] as const],
];
const ANY = anyClient();

const clientWith = (seen: ClientSum['seen']): Clients =>
  seen.reduce((all, { list, seconds }) => withAges(all, list, only(seconds)), ANY);

/** All clients that conditions of {@link CONDITIONS} can tell apart. */
const everyClient: readonly Clients[] = LISTS.reduce<readonly Clients[]>(
  (all, list) => all.flatMap((client) => AGES.map((age) => withAges(client, list, only(age)))),
  [ANY],
);

const sumFor = (shares: ReadonlyMap<Clients, Rational>, client: Clients): Rational =>
  [...shares].reduce((sum, [clients, share]) => (holdsClient(clients, client) ? add(sum, share) : sum), ZERO);

const sharesByClient = fc
  .array(
    fc.record({
      share: fc.integer({ min: -3, max: 3 }).filter((share) => share !== 0),
      conditions: fc.uniqueArray(
        fc.record({ list: fc.constantFrom(...LISTS), ages: fc.constantFrom(...CONDITIONS) }),
        { selector: ({ list }) => list },
      ),
    }),
    { maxLength: 5 },
  )
  .map(
    (all) =>
      new Map(
        all.map(({ share, conditions }) => [
          conditions.reduce<Clients>((known, { list, ages }) => withAges(known, list, ages), ANY),
          rational(BigInt(share), 2n),
        ]),
      ),
  );

describe('sums of shares by client', () => {
  it('are those of all clients, each shown by a client on the fewest lists', () => {
    fc.assert(
      fc.property(sharesByClient, (shares) => {
        const fewest = new Map<string, number>();
        for (const client of everyClient) {
          const sum = formatRational(sumFor(shares, client));
          let seen = 0;
          for (let at = client; at.before !== undefined; at = at.before)
            if (at.ages[0]?.[0] !== NEVER) seen += 1;
          fewest.set(sum, Math.min(fewest.get(sum) ?? LISTS.length, seen));
        }
        fewest.delete('0');
        const found = clientSums().of(shares);
        for (const { sum, seen } of found) expect(sumFor(shares, clientWith(seen))).toEqual(sum);
        expect(new Map(found.map(({ sum, seen }) => [formatRational(sum), seen.length]))).toEqual(fewest);
        expect(found).toHaveLength(fewest.size);
      }),
    );
  });

  it('tell of five hundred shares that exclude one another', () => {
    const shares = new Map<Clients, Rational>();
    for (const seconds of [10, 20]) {
      let others = ANY;
      for (let at = 0; at < 250; at += 1) {
        shares.set(
          withAges(others, `list ${at}`, seenWithin(seconds)),
          rational(seconds === 10 ? 1n : -1n, 1n),
        );
        others = withAges(others, `list ${at}`, subtract(ANY_AGE, seenWithin(seconds)));
      }
    }
    expect(clientSums().of(shares)).toEqual([
      { sum: rational(-1n, 1n), seen: [{ list: 'list 0', seconds: 11n }] },
    ]);
  });

  it('are given up beyond a limit', () => {
    const shares = new Map(
      LISTS.map((list, at) => [withAges(ANY, list, seenWithin(10)), rational(1n, BigInt(2 ** at))]),
    );
    expect(clientSums().of(shares)).toHaveLength(15);
    for (const limits of [{ mostWays: 15 }, { mostConditions: 15 }]) {
      const sums = clientSums(limits);
      expect(sums.gaveUp()).toBe(false);
      expect(sums.of(shares)).toEqual([]);
      expect(sums.gaveUp()).toBe(true);
    }
  });
});
