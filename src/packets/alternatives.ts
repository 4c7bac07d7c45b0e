import { addToGroup } from '../text/groups.ts';
import { type Intervals, soleValue, unionOf } from './intervals.ts';
import { type Field } from './packet-set.ts';
import { type Test } from './program.ts';

type FieldTest = Extract<Test, { kind: 'field' }>;
type Alternatives = readonly (readonly Test[])[];

/** Alternatives of one set mostly differ in one of these fields, the first that they have. */
const DIFFERING: readonly Field[] = ['destination', 'source', 'destinationPort', 'sourcePort'];

/** Alternatives of a set, put so that few have to be tested. */
interface Index {
  readonly all: Alternatives;
  /** Those that ask for one destination; undefined for a short list. */
  readonly byDestination: ReadonlyMap<bigint, Alternatives> | undefined;
  readonly others: Alternatives;
}

const known = new WeakMap<Alternatives, Index>();

/** Shorter lists have no index. */
const WORTH_AN_INDEX = 16;

/**
 * Returns alternatives that match the same of the packets with these destinations as all of the given ones. Joins those
 * that differ in one field alone: of 10,000 addresses with port 80 one test remains. Leaves out those for another
 * destination. Remembers what it found for each list that it was given.
 */
export function alternativesFor(alternatives: Alternatives, destination: Intervals): Alternatives {
  const { all, byDestination, others } = known.get(alternatives) ?? indexOf(alternatives);
  const only = byDestination === undefined ? undefined : soleValue(destination);
  if (only === undefined) return all;
  const own = byDestination?.get(only);
  return own === undefined ? others : [...own, ...others];
}

function indexOf(alternatives: Alternatives): Index {
  const all = alternatives.length > 1 ? join(alternatives) : alternatives;
  const byDestination = new Map<bigint, (readonly Test[])[]>();
  const others: (readonly Test[])[] = [];
  for (const tests of all) {
    const asked = tests.find((test) => test.kind === 'field' && test.field === 'destination');
    const value = asked?.kind === 'field' ? soleValue(asked.values) : undefined;
    if (value === undefined) others.push(tests);
    else addToGroup(byDestination, value, tests);
  }
  const index = { all, byDestination: all.length < WORTH_AN_INDEX ? undefined : byDestination, others };
  known.set(alternatives, index);
  return index;
}

/** Alternatives that agree in all fields but one. */
interface Group {
  readonly differing: FieldTest;
  readonly values: Intervals[];
  readonly others: readonly Test[];
}

function join(alternatives: Alternatives): Alternatives {
  const groups = new Map<string, Group>();
  const rest: (readonly Test[])[] = [];
  for (const tests of alternatives) {
    const fields = tests.filter((test) => test.kind === 'field');
    const differing = DIFFERING.flatMap((name) => fields.find(({ field }) => field === name) ?? [])[0];
    if (differing === undefined || fields.length < tests.length) {
      rest.push(tests);
      continue;
    }
    const others = fields.filter((test) => test !== differing);
    const key = [differing.field, ...others.map(({ field, values }) => `${field} ${values.join(' ')}`)].join(
      '|',
    );
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { differing, values: [differing.values], others });
    else group.values.push(differing.values);
  }
  const joined = [...groups.values()].map(({ differing, values, others }) => [
    { ...differing, values: unionOf(values.flat()) },
    ...others,
  ]);
  return [...joined, ...rest];
}
