/** Adds up shares of packets that are parted by lists of clients. */
import { ANY_AGE, NEVER } from '../packets/client-ages.ts';
import { type Clients, conditionsOf } from '../packets/clients.ts';
import { includes, intersect, type Intervals, smallest, subtract } from '../packets/intervals.ts';
import { numberOf } from '../packets/merge-states.ts';
import { add, formatRational, type Rational, subtract as subtractShares, ZERO } from '../packets/rational.ts';

/** Shares by the clients that they are of. A client may be in several. */
export type SharesByClient = ReadonlyMap<Clients, Rational>;

/** A list that saw a client, and the seconds since then. */
export interface Seen {
  readonly list: string;
  readonly seconds: bigint;
}

/** A sum of shares, and a client that has it: the one that the fewest lists saw. */
export interface ClientSum {
  readonly sum: Rational;
  /** Lists that are not mentioned never saw the client. */
  readonly seen: readonly Seen[];
}

/** Lists on which all shares depend alike. It does not matter which of them saw a client, only whether any did. */
interface Alike {
  readonly lists: string[];
  /** By share, in the order of the shares. Undefined: the share does not depend on the lists. */
  readonly ages: readonly (Intervals | undefined)[];
}

/** Ages that are the same to all shares. */
interface Choice {
  /** A bit for each share that a client of this age has a part in. */
  readonly shares: bigint;
  readonly age: bigint;
}

/** Clients for whom the lists that were looked at leave the same open. */
interface Open {
  /** Shares that lists decide which were not looked at: a bit for each. */
  readonly shares: bigint;
  /** The sum of those that are decided. */
  readonly sum: Rational;
  readonly lists: number;
  readonly path: Path | undefined;
}

interface Path {
  readonly lists: readonly string[];
  readonly age: bigint;
  readonly before: Path | undefined;
}

/** Adds up shares, and remembers the sums of shares that it was given before. */
export interface ClientSums {
  /** Returns every sum of shares that a client can have, apart from 0, each once, the largest first. Nothing when it gives up. */
  readonly of: (shares: SharesByClient) => readonly ClientSum[];
  /** Returns true when there were shares with more ways to be on the lists than it follows. */
  readonly gaveUp: () => boolean;
}

/** Where to give up. */
export interface SumLimits {
  /** The most ways to be on lists that are followed at one time. Of a Service there are about ten. */
  readonly mostWays: number;
  /** The most conditions, one for each list and share, that are looked at together. */
  readonly mostConditions: number;
}

const LIMITS: SumLimits = { mostWays: 10_000, mostConditions: 20_000_000 };

/** Returns a {@link ClientSums} that has added up nothing yet. */
export function clientSums(given: Partial<SumLimits> = {}): ClientSums {
  const limits = { ...LIMITS, ...given };
  const known = new Map<string, readonly ClientSum[]>();
  let gaveUp = false;
  return {
    of: (shares) => {
      const key = [...shares]
        .map(([clients, share]) => `${numberOf(clients)} ${formatRational(share)}`)
        .join();
      const before = known.get(key);
      if (before !== undefined) return before;
      const sums = sumsByClient(shares, limits);
      gaveUp ||= sums === undefined;
      known.set(key, sums ?? []);
      return sums ?? [];
    },
    gaveUp: () => gaveUp,
  };
}

/**
 * Goes through the lists and joins clients for whom the rest is the same: rules that ask one list after the other give
 * few at each list, though there are 2^n ways to be on n lists.
 */
function sumsByClient(shares: SharesByClient, limits: SumLimits): readonly ClientSum[] | undefined {
  const members = [...shares.values()];
  const groups = listsAlike(shares, limits.mostConditions);
  if (groups === undefined) return undefined;
  const last = members.map((_, at) => groups.findLastIndex(({ ages }) => ages[at] !== undefined));
  const decidedBy = (group: number): readonly number[] => [...last.keys()].filter((at) => last[at] === group);
  let open: readonly Open[] = [
    settle(
      { shares: (1n << BigInt(members.length)) - 1n, sum: ZERO, lists: 0, path: undefined },
      decidedBy(-1),
      members,
    ),
  ];
  for (const [at, group] of groups.entries()) {
    const choices = choicesOf(group);
    // As many lists as shares can each exclude another share. All further ones repeat what one of them does.
    const single = group.lists.slice(0, members.length - 1);
    const units = single.map((list) => [list]);
    if (group.lists.length > single.length) units.push(group.lists.slice(single.length));
    for (const unit of units) {
      open = joined(open.flatMap((clients) => choices.map((choice) => see(clients, unit, choice))));
      if (open.length > limits.mostWays) return undefined;
    }
    const decided = decidedBy(at);
    if (decided.length > 0) open = joined(open.map((clients) => settle(clients, decided, members)));
  }
  return open
    .filter(({ sum }) => sum.numerator !== 0n)
    .map(({ sum, path }) => ({ sum, seen: seenOn(path) }))
    .sort((a, b) => (subtractShares(b.sum, a.sum).numerator < 0n ? -1 : 1));
}

/** Returns the lists in the order in which they are asked first; undefined when they are too many. */
function listsAlike(shares: SharesByClient, mostConditions: number): readonly Alike[] | undefined {
  const columns = [...shares.keys()].map(conditionsOf);
  const longest = columns.reduce((long, column) => (column.length > long.length ? column : long), []);
  const isInStep = columns.every((column) => column.every(({ list }, at) => list === longest[at]?.list));
  const lists = isInStep ? longest : [...new Map(columns.flat().map((each) => [each.list, each])).values()];
  if (lists.length * columns.length > mostConditions) return undefined;
  const byList = isInStep ? [] : columns.map((column) => new Map(column.map((each) => [each.list, each])));
  const numbers = new Map<Intervals | undefined, number>([[undefined, 0]]);
  const groups = new Map<string, Alike>();
  let group: Alike | undefined;
  for (const [at, { list }] of lists.entries()) {
    const agesIn = (column: readonly Clients[], number: number): Intervals | undefined =>
      (isInStep ? column[at] : byList[number]?.get(list))?.ages;
    const isLikeBefore = columns.every((column, number) => agesIn(column, number) === group?.ages[number]);
    if (group === undefined || !isLikeBefore) {
      const ages = columns.map(agesIn);
      const key = ages.map((each) => numberIn(numbers, each)).join();
      group = groups.get(key) ?? { lists: [], ages };
      groups.set(key, group);
    }
    group.lists.push(list);
  }
  return [...groups.values()];
}

function numberIn<Item>(numbers: Map<Item, number>, item: Item): number {
  const number = numbers.get(item) ?? numbers.size;
  numbers.set(item, number);
  return number;
}

/** Parts all ages. The first choice is that of clients whom the list never saw. */
function choicesOf({ ages }: Alike): readonly Choice[] {
  let parts: readonly { readonly shares: bigint; readonly ages: Intervals }[] = [
    { shares: 0n, ages: ANY_AGE },
  ];
  for (const [at, wanted = ANY_AGE] of ages.entries()) {
    const bit = 1n << BigInt(at);
    parts = parts.flatMap((part) =>
      [
        { shares: part.shares | bit, ages: intersect(part.ages, wanted) },
        { shares: part.shares, ages: subtract(part.ages, wanted) },
      ].filter((each) => each.ages.length > 0),
    );
  }
  return parts
    .map((part) => ({
      shares: part.shares,
      age: includes(part.ages, NEVER) ? NEVER : (smallest(part.ages) ?? NEVER),
    }))
    .sort((a, b) => Number(b.age === NEVER) - Number(a.age === NEVER));
}

const see = (
  { shares, sum, lists, path }: Open,
  unit: readonly string[],
  { shares: kept, age }: Choice,
): Open => ({
  shares: shares & kept,
  sum,
  lists: age === NEVER ? lists : lists + unit.length,
  path: age === NEVER ? path : { lists: unit, age, before: path },
});

/** Adds the shares that no further list decides to the sum. */
function settle(clients: Open, decided: readonly number[], members: readonly Rational[]): Open {
  let { shares, sum } = clients;
  for (const at of decided) {
    const bit = 1n << BigInt(at);
    if ((shares & bit) === 0n) continue;
    shares ^= bit;
    sum = add(sum, members[at] ?? ZERO);
  }
  return { ...clients, shares, sum };
}

/** Keeps one of those that are the same for all further lists: that with the fewest lists, and the first of these lists. */
function joined(all: readonly Open[]): readonly Open[] {
  const kept = new Map<string, Open>();
  for (const clients of all) {
    const key = `${clients.shares.toString(16)} ${formatRational(clients.sum)}`;
    const known = kept.get(key);
    if (known === undefined || clients.lists <= known.lists) kept.set(key, clients);
  }
  return [...kept.values()];
}

function seenOn(path: Path | undefined): readonly Seen[] {
  const seen: Seen[] = [];
  for (let at = path; at !== undefined; at = at.before) {
    for (const list of at.lists) seen.push({ list, seconds: at.age });
  }
  return seen.reverse();
}
