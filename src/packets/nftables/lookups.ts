/** Compiles look-ups of a key. Each element becomes a rule of its own, which the evaluator finds by its address. */
import { type Element, type Expression, type Statement } from '../../netfilter/nftables/model.ts';
import { printExpression } from '../../netfilter/nftables/expression-text.ts';
import { isVerdict } from '../../netfilter/nftables/verdict-text.ts';
import { type Action, type Test } from '../program.ts';
import { verdictActions } from './actions.ts';
import { sees, type TableContext } from './context.ts';
import { elementsOf, elementTests, impliedBy, keySubjects } from './members.ts';
import { type Dnat, translationOf } from './translations.ts';

/** The tests and the actions for one element of a look-up. */
export interface Branch {
  readonly tests: readonly Test[];
  readonly actions: readonly Action[];
  /** Whether the rule continues after the look-up. */
  readonly goesOn: boolean;
}

/** A statement that looks a key up. No packet is in two branches. */
export interface Lookup {
  readonly branches: readonly Branch[];
}

/**
 * Returns the statement as a look-up. Returns undefined for any other statement, and for a look-up that
 * cannot be followed.
 */
export function lookupOf(statement: Statement, context: TableContext): Lookup | undefined {
  if (statement.kind === 'vmap') {
    return branchesOf(statement.key, statement.data, context, ({ data }) => {
      if (data === undefined || !isVerdict(data)) return undefined;
      return { actions: verdictActions(data, context), goesOn: data.kind === 'continue' };
    });
  }
  if (statement.kind === 'dnat') return translationLookup(statement, context);
  if (statement.kind !== 'match' || statement.left.kind !== 'concat' || statement.operator !== '==')
    return undefined;
  return branchesOf(statement.left, statement.right, context, () => ({ actions: [], goesOn: true }));
}

function translationLookup({ address, port, family }: Dnat, context: TableContext): Lookup | undefined {
  if (address.kind !== 'map' || (family !== undefined && !sees(family, context.family))) return undefined;
  return branchesOf(address.key, address.data, context, (element) => {
    const action = translationOf(element, port);
    return action && { actions: [action], goesOn: false };
  });
}

function branchesOf(
  key: Expression,
  data: Expression,
  context: TableContext,
  effectOf: (element: Element) => Omit<Branch, 'tests'> | undefined,
): Lookup | undefined {
  const subjects = key.kind === 'numgen' ? undefined : keySubjects(key, context);
  const elements = elementsOf(data, context);
  if (subjects === undefined || elements === undefined) return undefined;
  if (subjects.some(({ kind }) => kind === 'absent')) return { branches: [] };
  const implied = impliedBy(subjects);
  return {
    branches: elements.map((element): Branch => {
      const tests = elementTests(subjects, element);
      const effect = effectOf(element);
      const what = `element ${printExpression(element.key)}`;
      return {
        tests: tests === undefined ? [{ kind: 'unknown', what }] : [...tests, ...implied],
        ...(effect ?? { actions: [{ kind: 'unclear', what }], goesOn: true }),
      };
    }),
  };
}
