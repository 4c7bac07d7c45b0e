import { type Intervals, unionOf } from './intervals.ts';
import { type Field } from './packet-set.ts';
import { type Test } from './program.ts';

type FieldTest = Extract<Test, { kind: 'field' }>;
type Alternatives = readonly (readonly Test[])[];

/** Alternatives of one set mostly differ in one of these fields, the first that they have. */
const DIFFERING: readonly Field[] = ['destination', 'source', 'destinationPort', 'sourcePort'];

const known = new WeakMap<Alternatives, Alternatives>();

/**
 * Joins alternatives that differ in one field alone: of 10,000 addresses with port 80 one test remains. Returns
 * alternatives that match the same packets. Remembers them for each list that it was given.
 */
export function joinedAlternatives(alternatives: Alternatives): Alternatives {
  const before = known.get(alternatives);
  if (before !== undefined) return before;
  const joined = alternatives.length > 1 ? join(alternatives) : alternatives;
  known.set(alternatives, joined);
  return joined;
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
