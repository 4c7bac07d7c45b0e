/** Compiles matches, which a packet must pass before the rule continues. */
import { type Expression, type RelationalOperator, type Statement } from '../../netfilter/nftables/model.ts';
import { printStatement } from '../../netfilter/nftables/statement-text.ts';
import { PLAIN_SPELLING } from '../../netfilter/nftables/nft-release.ts';
import { fieldTest, NEVER } from '../compile-context.ts';
import { type Intervals, range, smallest, subtract, unionOf } from '../intervals.ts';
import { type Test } from '../program.ts';
import { type TableContext } from './context.ts';
import { elementTests, fieldValues, impliedBy, keySubjects, valuesOf } from './members.ts';
import { maskedMarkTest } from './marks.ts';
import { type Numgen, numbersFrom, shareOf } from './number-shares.ts';
import { numbersOf, type Subject, subjectOf } from './subjects.ts';
import { MILLISECONDS } from '../../netfilter/nftables/duration.ts';

/** A comparison. */
export type Match = Extract<Statement, { readonly kind: 'match' }>;

/** Returns a test that the rules cannot answer, in the words of nft. */
export const unknownTest = (statement: Statement): Test => ({
  kind: 'unknown',
  what: printStatement(statement, PLAIN_SPELLING),
});

/** Returns the tests of a match. */
export function matchTests(match: Match, context: TableContext): readonly Test[] {
  const { left, operator, right } = match;
  const tests = left.kind === 'numgen' ? numberTests(left, operator, right) : packetTests(match, context);
  return tests ?? [unknownTest(match)];
}

function packetTests({ left, operator, right }: Match, context: TableContext): readonly Test[] | undefined {
  if (left.kind === 'binary') {
    const test = maskedMarkTest(left, operator, right);
    return test && [test];
  }
  if (left.kind === 'concat') return concatTests(left, operator, right, context);
  const subject = subjectOf(left, context);
  if (subject === undefined) return undefined;
  if (subject.kind === 'absent') return [NEVER];
  return (
    clientTests(subject, operator, right, context) ??
    (subject.kind === 'field'
      ? fieldTests(subject, operator, right, context)
      : askedTests(subject, operator, right, context))
  );
}

/** Returns the test whether the source is in a set that packets fill. */
function clientTests(
  subject: Subject,
  operator: RelationalOperator,
  right: Expression,
  context: TableContext,
): readonly Test[] | undefined {
  const set = right.kind === 'set-reference' ? context.sets.get(right.name) : undefined;
  const isSource = subject.kind === 'field' && subject.field === 'source';
  if (set === undefined || !isSource || !context.updated.has(set.name)) return undefined;
  if (operator !== '==' && operator !== '!=') return undefined;
  const negated = operator === '!=';
  const list = `${context.tableId}/${set.name}`;
  const seconds = set.timeout === undefined ? undefined : Math.floor(set.timeout / MILLISECONDS);
  if (set.elements.length === 0) return [{ kind: 'client', list, seconds, negated }];
  // A dump holds the clients of one moment. More may have come since.
  const parts = set.elements.map(({ key }) => subject.read(key));
  const known = parts.filter((part) => part !== undefined);
  const listed: Test = { kind: 'field', field: 'source', values: unionOf(known.flat()) };
  return [{ kind: 'any', of: [[listed], [{ kind: 'client', list, seconds, negated: false }]], negated }];
}

type FieldSubject = Extract<Subject, { readonly kind: 'field' }>;

function fieldTests(
  subject: FieldSubject,
  operator: RelationalOperator,
  right: Expression,
  context: TableContext,
): readonly Test[] | undefined {
  const { field, everything, implied } = subject;
  const values = fieldValues(subject, right, context);
  if (values === undefined) return undefined;
  const wanted = compared(values, operator, everything);
  return wanted && [...implied, fieldTest(field, wanted, false, everything)];
}

/** Returns the values for which a comparison is true; undefined for `<` or `>` with more than one value. */
function compared(
  values: Intervals,
  operator: RelationalOperator,
  everything: Intervals,
): Intervals | undefined {
  if (operator === '==') return values;
  if (operator === '!=') return subtract(everything, values);
  const value = smallest(values);
  const most = everything.at(-1)?.[1];
  if (value === undefined || most === undefined || values.length > 1 || values[0]?.[1] !== value)
    return undefined;
  switch (operator) {
    case '<':
      return range(0n, value - 1n);
    case '<=':
      return range(0n, value);
    case '>':
      return range(value + 1n, most);
    case '>=':
      return range(value, most);
  }
}

function askedTests(
  { ask }: Extract<Subject, { readonly kind: 'asked' }>,
  operator: RelationalOperator,
  right: Expression,
  context: TableContext,
): readonly Test[] | undefined {
  const values = valuesOf(right, context);
  const tests = values?.map(ask).filter((test) => test !== undefined);
  if (tests === undefined || tests.length !== values?.length) return undefined;
  if (operator !== '==' && operator !== '!=') return undefined;
  const [first] = tests;
  if (first !== undefined && tests.length === 1 && operator === '==') return [first];
  return [{ kind: 'any', of: tests.map((test) => [test]), negated: operator === '!=' }];
}

/** Returns the tests of a concatenation that is looked up in a set. */
function concatTests(
  left: Expression,
  operator: RelationalOperator,
  right: Expression,
  context: TableContext,
): readonly Test[] | undefined {
  const subjects = keySubjects(left, context);
  if (subjects?.some(({ kind }) => kind === 'absent') === true) return [NEVER];
  const values = valuesOf(right, context);
  if (subjects === undefined || values === undefined) return undefined;
  if (operator !== '==' && operator !== '!=') return undefined;
  const alternatives = values.map((key) => elementTests(subjects, { key }));
  const known = alternatives.filter((tests) => tests !== undefined);
  if (known.length < alternatives.length) return undefined;
  return [...impliedBy(subjects), { kind: 'any', of: known, negated: operator === '!=' }];
}

const MOST_NUMBER = 0xffffffff;

/** Returns the test of `numgen random mod 3 == 0`: a share of all connections. */
function numberTests(
  numgen: Numgen,
  operator: RelationalOperator,
  right: Expression,
): readonly Test[] | undefined {
  const values = right.kind === 'set' ? right.elements.map(({ key }) => key) : [right];
  const parts = values.map((value) => numbersOf(value, MOST_NUMBER));
  const known = parts.filter((part) => part !== undefined);
  if (known.length < parts.length) return undefined;
  const below: Intervals = [[0n, numbersFrom(numgen).at(-1)?.[1] ?? 0n]];
  const wanted = compared(unionOf(known.flat()), operator, below);
  const share = wanted && shareOf(numgen, wanted);
  return share && [{ kind: 'random', share }];
}
