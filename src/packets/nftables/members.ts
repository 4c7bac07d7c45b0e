/** Compiles tests of whether a value of the packet is one of some values. */
import { type Element, type Expression } from '../../netfilter/nftables/model.ts';
import { type Intervals, unionOf } from '../intervals.ts';
import { type Test } from '../program.ts';
import { changesByPackets, type TableContext } from './context.ts';
import { type Subject, subjectOf } from './subjects.ts';

/** Returns the elements of a set or map. Returns undefined when a named one does not exist, or packets change it. */
export function elementsOf(expression: Expression, context: TableContext): readonly Element[] | undefined {
  if (expression.kind === 'set') return expression.elements;
  const set = expression.kind === 'set-reference' ? context.sets.get(expression.name) : undefined;
  return set === undefined || changesByPackets(set, context) ? undefined : set.elements;
}

/** Returns the values on the right side of a comparison: those of a set, of a list, or one. */
export function valuesOf(expression: Expression, context: TableContext): readonly Expression[] | undefined {
  if (expression.kind === 'list') return expression.items;
  if (expression.kind !== 'set' && expression.kind !== 'set-reference') return [expression];
  return elementsOf(expression, context)?.map(({ key }) => key);
}

/** Returns all values of a field on the right side of a comparison. They are computed once for each named set. */
export function fieldValues(
  subject: Extract<Subject, { readonly kind: 'field' }>,
  right: Expression,
  context: TableContext,
): Intervals | undefined {
  if (right.kind !== 'set-reference') return readAll(subject, valuesOf(right, context));
  const elements = elementsOf(right, context);
  if (elements === undefined) return undefined;
  if (!context.known.has(elements)) {
    const values = readAll(
      subject,
      elements.map(({ key }) => key),
    );
    context.known.set(elements, values);
  }
  return context.known.get(elements);
}

function readAll(
  { read }: Extract<Subject, { readonly kind: 'field' }>,
  values: readonly Expression[] | undefined,
): Intervals | undefined {
  const parts = (values ?? []).map(read);
  const known = parts.filter((part) => part !== undefined);
  return values === undefined || known.length < parts.length ? undefined : unionOf(known.flat());
}

/** Returns the fields of a key: those of a concatenation, or one. Returns undefined when one of them is unknown. */
export function keySubjects(key: Expression, context: TableContext): readonly Subject[] | undefined {
  const parts = key.kind === 'concat' ? key.parts : [key];
  const subjects = parts.map((part) => subjectOf(part, context));
  const known = subjects.filter((subject) => subject !== undefined);
  return known.length === parts.length ? known : undefined;
}

/** Returns the tests that packets pass when they have the fields. */
export const impliedBy = (subjects: readonly Subject[]): readonly Test[] =>
  subjects.flatMap((subject) => (subject.kind === 'field' ? subject.implied : []));

/** Returns the tests whether the fields have the values of one element; undefined when one of them is unknown. */
export function elementTests(
  subjects: readonly Subject[],
  { key }: Pick<Element, 'key'>,
): readonly Test[] | undefined {
  const values = key.kind === 'concat' ? key.parts : [key];
  if (values.length !== subjects.length) return undefined;
  const tests = subjects.map((subject, at): Test | undefined => {
    const value = values[at];
    if (value === undefined || subject.kind === 'absent') return undefined;
    if (subject.kind === 'asked') return subject.ask(value);
    const read = subject.read(value);
    return read && { kind: 'field', field: subject.field, values: read };
  });
  const known = tests.filter((test) => test !== undefined);
  return known.length === tests.length ? known : undefined;
}
