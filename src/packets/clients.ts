/**
 * What is known of a client: how long ago lists of clients saw it. Rules that ask one list after the other make conditions
 * that begin alike. They are kept as a tree, so that the endpoints of a Service with session affinity take memory by their
 * number, not by its square.
 */
import { type Intervals } from './intervals.ts';

/** Conditions on a client: those of `before`, and one more. Each list has one condition at most. */
export interface Clients {
  /** Undefined: there are no conditions; the list and the ages say nothing then. */
  readonly before: Clients | undefined;
  readonly list: string;
  readonly ages: Intervals;
  /** Conditions that begin with these, by the one that follows. */
  readonly longer: Map<string, Clients>;
  /** Ages by their text: each set of ages is one object. */
  readonly known: Map<string, Intervals>;
}

/** Returns no conditions: any client. Conditions that come from it in the same order are the same object. */
export const anyClient = (): Clients => ({
  before: undefined,
  list: '',
  ages: [],
  longer: new Map(),
  known: new Map(),
});

/** Returns the conditions from which all of these come: none. */
export function withoutConditions(clients: Clients): Clients {
  let at = clients;
  while (at.before !== undefined) at = at.before;
  return at;
}

/** Returns the conditions in the order in which they were made. */
export function conditionsOf(clients: Clients): readonly Clients[] {
  const conditions: Clients[] = [];
  for (let at = clients; at.before !== undefined; at = at.before) conditions.push(at);
  return conditions.reverse();
}

/** Returns the ages at which a list may have seen the client; undefined without a condition. */
export function agesOn(clients: Clients, list: string): Intervals | undefined {
  for (let at = clients; at.before !== undefined; at = at.before) if (at.list === list) return at.ages;
  return undefined;
}

/** Returns the conditions with this one, in place of another for the same list. */
export function withAges(clients: Clients, list: string, ages: Intervals): Clients {
  const after: Clients[] = [];
  for (let at = clients; at.before !== undefined; at = at.before) {
    if (at.list !== list) after.push(at);
    else
      return after.reduceRight(
        (all, next) => follow(all, next.list, next.ages),
        follow(at.before, list, ages),
      );
  }
  return follow(clients, list, ages);
}

function follow(before: Clients, list: string, ages: Intervals): Clients {
  const text = ages.join(' ');
  const key = `${text} ${list}`;
  const found = before.longer.get(key);
  if (found !== undefined) return found;
  const kept = before.known.get(text) ?? ages;
  before.known.set(text, kept);
  const made = { before, list, ages: kept, longer: new Map(), known: before.known };
  before.longer.set(key, made);
  return made;
}
