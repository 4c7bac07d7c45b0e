/** Adds up shares of packets that are parted by lists of clients. */
import { ANY_AGE, NEVER } from '../packets/client-ages.ts';
import { type Clients, listsBetween, type Run, runsOf } from '../packets/clients.ts';
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

/** Lists by their first and last numbers: see {@link listsBetween}. */
type Lists = readonly [first: number, last: number];

/** Lists on which all shares depend alike. It does not matter which of them saw a client, only whether any did. */
interface Alike {
  readonly lists: Lists[];
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
  readonly lists: readonly Lists[];
  readonly age: bigint;
  readonly before: Path | undefined;
}

/** Adds up shares, and remembers the sums of shares that it was given before. */
export interface ClientSums {
  /**
   * Returns every sum of shares that a client can have, apart from 0, each once, the largest first. Nothing when it
   * gives up.
   */
  readonly of: (shares: SharesByClient) => readonly ClientSum[];
  /** Returns true when there were shares with more ways to be on the lists than it follows. */
  readonly gaveUp: () => boolean;
}

/** Where to give up. */
export interface SumLimits {
  /** The most ways to be on lists that are followed at one time. Of a Service there are about ten. */
  readonly mostWays: number;
  /** The most conditions, one for each share and run of lists that are alike to it, that are looked at in all. */
  readonly mostConditions: number;
}

const LIMITS: SumLimits = { mostWays: 10_000, mostConditions: 20_000_000 };

/** Returns a {@link ClientSums} that has added up nothing yet. */
export function clientSums(given: Partial<SumLimits> = {}): ClientSums {
  const limits = { ...LIMITS, ...given };
  const known = new Map<string, readonly ClientSum[]>();
  let conditions = 0;
  let gaveUp = false;
  return {
    of: (shares) => {
      const key = [...shares]
        .map(([clients, share]) => `${numberOf(clients)} ${formatRational(share)}`)
        .join();
      const before = known.get(key);
      if (before !== undefined) return before;
      const columns = columnsOf(shares);
      conditions += columns.starts.length * shares.size;
      const sums = conditions > limits.mostConditions ? undefined : sumsByClient(shares, columns, limits);
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
function sumsByClient(
  shares: SharesByClient,
  columns: Columns,
  { mostWays }: SumLimits,
): readonly ClientSum[] | undefined {
  const members = [...shares.values()];
  const groups = listsAlike(columns);
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
    for (const unit of unitsOf(group.lists, members.length - 1)) {
      open = joined(open.flatMap((clients) => choices.map((choice) => see(clients, unit, choice))));
      if (open.length > mostWays) return undefined;
    }
    const decided = decidedBy(at);
    if (decided.length > 0) open = joined(open.map((clients) => settle(clients, decided, members)));
  }
  const [tree] = shares.keys();
  return open
    .filter(({ sum }) => sum.numerator !== 0n)
    .map(({ sum, path }) => ({ sum, seen: tree === undefined ? [] : seenOn(path, tree) }))
    .sort((a, b) => (subtractShares(b.sum, a.sum).numerator < 0n ? -1 : 1));
}

/** Returns the first lists one by one, and all further ones together. */
function unitsOf(lists: readonly Lists[], single: number): readonly (readonly Lists[])[] {
  const units: (readonly Lists[])[] = [];
  const together: Lists[] = [];
  for (const [first, last] of lists) {
    let next = first;
    for (; next <= last && units.length < single; next += 1) units.push([[next, next]]);
    if (next <= last) together.push([next, last]);
  }
  return together.length === 0 ? units : [...units, together];
}

/** The conditions of each share as runs, and where the runs of any share begin, ascending. */
interface Columns {
  readonly runs: readonly (readonly Run[])[];
  readonly starts: readonly number[];
}

function columnsOf(shares: SharesByClient): Columns {
  const runs = [...shares.keys()].map(runsOf);
  const starts = new Set(runs.flatMap((column) => column.flatMap(({ first, last }) => [first, last + 1])));
  return { runs, starts: [...starts].sort((a, b) => a - b) };
}

/** Returns the lists in the order in which they are asked first. */
function listsAlike({ runs, starts }: Columns): readonly Alike[] {
  const places = new Map(starts.map((start, at) => [start, at]));
  const ages = runs.map((column) => {
    const byStart: (Intervals | undefined)[] = starts.map(() => undefined);
    for (const run of column) byStart.fill(run.ages, places.get(run.first), places.get(run.last + 1));
    return byStart;
  });
  const numbers = new Map<Intervals | undefined, number>([[undefined, 0]]);
  const groups = new Map<string, Alike>();
  for (const [at, start] of starts.entries()) {
    const own = ages.map((byStart) => byStart[at]);
    if (own.every((each) => each === undefined)) continue;
    const key = own.map((each) => numberIn(numbers, each)).join();
    const group = groups.get(key) ?? { lists: [], ages: own };
    groups.set(key, group);
    group.lists.push([start, (starts[at + 1] ?? start + 1) - 1]);
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
  unit: readonly Lists[],
  { shares: kept, age }: Choice,
): Open => ({
  shares: shares & kept,
  sum,
  lists: age === NEVER ? lists : lists + countOf(unit),
  path: age === NEVER ? path : { lists: unit, age, before: path },
});

const countOf = (unit: readonly Lists[]): number =>
  unit.reduce((sum, [first, last]) => sum + last - first + 1, 0);

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

/**
 * Keeps one of those that are the same for all further lists: that with the fewest lists, and the first of these lists.
 */
function joined(all: readonly Open[]): readonly Open[] {
  const kept = new Map<string, Open>();
  for (const clients of all) {
    const key = `${clients.shares.toString(16)} ${formatRational(clients.sum)}`;
    const known = kept.get(key);
    if (known === undefined || clients.lists <= known.lists) kept.set(key, clients);
  }
  return [...kept.values()];
}

function seenOn(path: Path | undefined, tree: Clients): readonly Seen[] {
  const seen: Seen[] = [];
  for (let at = path; at !== undefined; at = at.before) {
    const { lists, age } = at;
    for (const list of lists.flatMap(([first, last]) => listsBetween(tree, first, last))) {
      seen.push({ list, seconds: age });
    }
  }
  return seen.reverse();
}
