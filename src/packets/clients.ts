/**
 * What is known of a client: how long ago lists of clients saw it. Rules that ask one list after the other make
 * conditions that begin alike. They are kept as a tree, so that the endpoints of a Service with session affinity take
 * memory by their number, not by its square.
 */
import { NEVER } from './client-ages.ts';
import { includes, type Intervals } from './intervals.ts';

/** Conditions on a client: those of `before`, and one more. Each list has one condition at most. */
export interface Clients {
  /** Undefined: there are no conditions; the list and the ages say nothing then. */
  readonly before: Clients | undefined;
  readonly list: string;
  readonly ages: Intervals;
  /** How many conditions there are. */
  readonly count: number;
  /** Some of the conditions of `before`. Such shortcuts lead to any of them in few steps. */
  readonly shortcut: Clients | undefined;
  /** The run that this condition ends: see {@link Run}. */
  readonly run: Run;
  /** Whether only clients on the list meet this condition. */
  readonly isRequired: boolean;
  /** The conditions up to the last earlier one that is required. */
  readonly requiredBefore: Clients | undefined;
  /** Different for all conditions of a tree. */
  readonly id: number;
  readonly tree: Tree;
}

/** Conditions on lists with successive numbers that ask for the same ages. */
export interface Run {
  /** Numbers of lists: see {@link listsBetween}. */
  readonly first: number;
  readonly last: number;
  readonly ages: Intervals;
  /** The conditions before the run. */
  readonly before: Clients | undefined;
}

/** All conditions that come from the same beginning. */
interface Tree {
  /** Lists by number, in the order in which they were asked first. */
  readonly lists: string[];
  readonly places: Map<string, Places>;
  /** Ages by their text: each set of ages is one object. */
  readonly ages: Map<string, Intervals>;
  /** Conditions by those before them, their list and their ages. */
  readonly made: Map<string, Clients>;
}

/** Where conditions ask for a list. */
interface Places {
  readonly number: number;
  /** How many conditions there are up to that for the list. Mostly the same in all conditions. */
  readonly counts: Set<number>;
}

/** Returns no conditions: any client. Conditions that come from it in the same order are the same object. */
export const anyClient = (): Clients => ({
  before: undefined,
  list: '',
  ages: [],
  count: 0,
  shortcut: undefined,
  run: { first: 0, last: -1, ages: [], before: undefined },
  isRequired: false,
  requiredBefore: undefined,
  id: 0,
  tree: { lists: [], places: new Map(), ages: new Map(), made: new Map() },
});

/** Returns the conditions in the order in which they were made. */
export function conditionsOf(clients: Clients): readonly Clients[] {
  const conditions: Clients[] = [];
  for (let at = clients; at.before !== undefined; at = at.before) conditions.push(at);
  return conditions.reverse();
}

/** Returns the conditions that only clients on their lists meet, the last one first. */
export function requiredOf(clients: Clients): readonly Clients[] {
  const required: Clients[] = [];
  for (let at: Clients | undefined = clients; at !== undefined; at = at.requiredBefore) {
    if (at.isRequired) required.push(at);
  }
  return required;
}

/** Returns the runs of which conditions consist, the last one first. */
export function runsOf(clients: Clients): readonly Run[] {
  const runs: Run[] = [];
  for (let at: Clients | undefined = clients; at?.before !== undefined; at = at.run.before) runs.push(at.run);
  return runs;
}

/** Returns the names of lists by their first and last numbers. */
export const listsBetween = ({ tree }: Clients, first: number, last: number): readonly string[] =>
  tree.lists.slice(first, last + 1);

/** Returns the ages at which a list may have seen the client; undefined without a condition. */
export const agesOn = (clients: Clients, list: string): Intervals | undefined =>
  conditionOn(clients, list)?.ages;

/** Takes as many steps as the logarithm of the number of conditions. */
function conditionOn(clients: Clients, list: string): Clients | undefined {
  for (const count of clients.tree.places.get(list)?.counts ?? []) {
    if (count > clients.count) continue;
    const found = firstOf(clients, count);
    if (found?.list === list) return found;
  }
  return undefined;
}

/** The first conditions, so many of them. */
function firstOf(clients: Clients, count: number): Clients | undefined {
  let at: Clients | undefined = clients;
  while (at !== undefined && at.count > count) {
    const { shortcut, before }: Clients = at;
    at = shortcut !== undefined && shortcut.count >= count ? shortcut : before;
  }
  return at;
}

/** Returns the conditions with this one, in place of another for the same list. */
export function withAges(clients: Clients, list: string, ages: Intervals): Clients {
  const replaced = conditionOn(clients, list);
  if (replaced?.before === undefined) return follow(clients, list, ages);
  const after: Clients[] = [];
  for (let at = clients; at.before !== undefined && at !== replaced; at = at.before) after.push(at);
  return after.reduceRight(
    (all, next) => follow(all, next.list, next.ages),
    follow(replaced.before, list, ages),
  );
}

function follow(before: Clients, list: string, ages: Intervals): Clients {
  const { tree } = before;
  const text = ages.join(' ');
  const key = `${before.id} ${text} ${list}`;
  const known = tree.made.get(key);
  if (known !== undefined) return known;
  const made = newCondition(before, list, internAges(tree, text, ages));
  tree.made.set(key, made);
  return made;
}

function internAges({ ages }: Tree, text: string, given: Intervals): Intervals {
  const kept = ages.get(text) ?? given;
  ages.set(text, kept);
  return kept;
}

function newCondition(before: Clients, list: string, ages: Intervals): Clients {
  const { tree, run } = before;
  const count = before.count + 1;
  const places = tree.places.get(list) ?? { number: tree.lists.push(list) - 1, counts: new Set() };
  tree.places.set(list, places);
  places.counts.add(count);
  const { number } = places;
  const continues = before.before !== undefined && run.ages === ages && run.last === number - 1;
  return {
    before,
    list,
    ages,
    count,
    shortcut: shortcutBehind(before),
    run: continues ? { ...run, last: number } : { first: number, last: number, ages, before },
    isRequired: !includes(ages, NEVER),
    requiredBefore: before.isRequired ? before : before.requiredBefore,
    id: tree.made.size + 1,
    tree,
  };
}

/** As long as two shortcuts in a row are of one length, the next one is as long as both together. (Myers, 1983) */
function shortcutBehind(before: Clients): Clients {
  const middle = before.shortcut;
  const far = middle?.shortcut;
  const isEven =
    middle !== undefined && far !== undefined && before.count - middle.count === middle.count - far.count;
  return isEven ? far : before;
}
