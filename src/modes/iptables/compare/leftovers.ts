/** Rules of one chain that found no equal on the other side: changed, missing or unexpected. */
import { type Rule } from '../../../netfilter/iptables/model.ts';
import { type Pairing, pairNearest } from '../../../text/pair-nearest.ts';
import { type ChainPair, type CompareContext, type RawDifference, differenceIn } from './context.ts';
import { calledChain, isOwnChain, targetChain } from '../rules/chain-roles.ts';
import { commentedName } from '../rules/comments.ts';
import { memoised } from './memoised.ts';
import { type KeyOptions, ruleKey } from './rule-key.ts';
import { changedFields, describeChange, ruleSubject } from './descriptions.ts';

/** The most fields in which a changed rule may differ. With more, they count as two different rules. */
const MOST_CHANGES = 2;

/** Brings rules together that are nearly the same, nearest first. */
export const pairChanged = (
  expected: readonly Rule[],
  actual: readonly Rule[],
  context: CompareContext,
): Pairing<Rule> =>
  pairNearest(expected, actual, (before, after) => {
    const changes = changedFields(before, after, context).length;
    return changes <= MOST_CHANGES ? changes : undefined;
  });

/** Differences for what was left over of a chain. */
export function leftoverDifferences(
  pair: ChainPair,
  expected: readonly Rule[],
  actual: readonly Rule[],
  context: CompareContext,
): readonly RawDifference[] {
  if (expected.length === 0 && actual.length === 0) return [];
  const pairing = pairChanged(expected, actual, context);
  return [
    ...pairing.changed.map(([before, after]) => changedDifference(pair, before, after, context)),
    ...pairing.expected.map((rule) => missingDifference(pair, rule, context)),
    ...pairing.actual.map((rule) => unexpectedDifference(pair, rule, context)),
  ];
}

/** A rule that was changed, field by field. */
export function changedDifference(
  pair: ChainPair,
  before: Rule,
  after: Rule,
  context: CompareContext,
): RawDifference {
  const change = describeChange(before, after, context);
  const message = `the rule for ${ruleSubject(before, context)} in ${calledChain(pair.chain, pair.expected)} was changed: ${change}`;
  return differenceIn(pair, 'changed-rule', message, { expected: [before], actual: [after] });
}

/** A rule that is not there. */
export function missingDifference(pair: ChainPair, rule: Rule, context: CompareContext): RawDifference {
  const message = `the rule for ${ruleSubject(rule, context)} is missing in ${calledChain(pair.chain, pair.expected)}`;
  return differenceIn(pair, 'missing-rule', message, { expected: [rule] });
}

/** A rule that should not be there, or not so often. */
export function unexpectedDifference(pair: ChainPair, rule: Rule, context: CompareContext): RawDifference {
  const key = ruleKey(rule, context.keys);
  const count = countsOf(context.keys);
  const times = count(pair.actual).get(key) ?? 0;
  const expectedTimes = count(pair.expected).get(key) ?? 0;
  const subject = ruleSubject(rule, context);
  const where = calledChain(pair.chain, pair.expected);
  const message =
    expectedTimes > 0
      ? `the rule for ${subject} stands ${times} times in ${where}, not ${expectedTimes === 1 ? 'once' : `${expectedTimes} times`}`
      : `a rule for ${subject} in ${where} is ${looksOwn(rule) ? 'stale: kube-proxy writes such rules, but none is expected here' : "not kube-proxy's"}`;
  return differenceIn(pair, 'unexpected-rule', message, { actual: [rule] });
}

/** Whether kube-proxy may have written a rule: it names a service port, or leads into a chain of kube-proxy's. */
const looksOwn = (rule: Rule): boolean =>
  commentedName(rule) !== undefined || isOwnChain(targetChain(rule) ?? '');

/** How often each rule stands in a chain, by key. */
const countsOf = memoised((keys: KeyOptions) =>
  memoised((rules: readonly Rule[]): ReadonlyMap<string, number> => {
    const counts = new Map<string, number>();
    for (const rule of rules) {
      const key = ruleKey(rule, keys);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return counts;
  }),
);
