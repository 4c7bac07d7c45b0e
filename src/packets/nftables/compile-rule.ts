import { PLAIN_SPELLING } from '../../netfilter/nftables/nft-release.ts';
import { type Rule } from '../../netfilter/nftables/model.ts';
import { printRule } from '../../netfilter/nftables/rule-text.ts';
import { NEVER } from '../compile-context.ts';
import { isTest, type ProgramRule, type RuleRef, type Step, type Test } from '../program.ts';
import { statementSteps } from './actions.ts';
import { type TableContext } from './context.ts';
import { type Lookup, lookupOf } from './lookups.ts';

/**
 * Compiles one nftables rule. Returns one rule of the program, or one for each element that the rule looks
 * up, all with the same name.
 */
export function compileRule(
  rule: Rule,
  chain: string,
  number: number,
  context: TableContext,
): readonly ProgramRule[] {
  const text = (): string => printRule(rule, PLAIN_SPELLING);
  const ref: RuleRef = { chain, number, line: undefined, text };
  const { statements } = rule;
  const stepsAt = (from: number, to: number): readonly Step[] =>
    statements
      .slice(from, to)
      .flatMap((statement) => statementSteps(statement, statement === statements.at(-1), context));
  for (const [at, statement] of statements.entries()) {
    const lookup = lookupOf(statement, context);
    if (lookup === undefined) continue;
    const before = stepsAt(0, at);
    if (!commutes(before, lookup)) break;
    return expand(lookup, before, stepsAt(at + 1, statements.length)).map((steps) => ({ ref, steps }));
  }
  return [{ ref, steps: stepsAt(0, statements.length) }];
}

/**
 * Returns true when the key can be tested before the earlier steps. A step that changes the packet may change
 * the answer only for marks and for the state of the connection.
 */
const commutes = (before: readonly Step[], { branches }: Lookup): boolean =>
  before.every(isTest) || branches.every(({ tests }) => tests.every(({ kind }) => kind === 'field'));

/**
 * Puts the test of the key first. A packet then meets the rest of the rule only once, in its own branch, and
 * the evaluator finds the branch by address and port. Packets without a branch still pass the steps before
 * the key.
 */
function expand(
  { branches }: Lookup,
  before: readonly Step[],
  after: readonly Step[],
): readonly (readonly Step[])[] {
  const expanded = branches.map(({ tests, actions, goesOn }): readonly Step[] => [
    ...tests,
    ...before,
    ...actions,
    ...(goesOn ? after : []),
  ]);
  if (before.every(isTest)) return expanded.length > 0 ? expanded : [[...before, NEVER]];
  const none: Test = { kind: 'any', of: branches.map(({ tests }) => tests), negated: true };
  return [...expanded, [none, ...before]];
}
