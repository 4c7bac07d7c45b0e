/** Compares chains in which every rule has its place. */
import { type Rule } from '../../../netfilter/nftables/model.ts';
import { align } from '../../../text/align.ts';
import { type Pairing, pairNearest } from '../../../text/pair-nearest.ts';
import { type ChainPair, type CompareContext, type RawDifference, rulesIn } from './context.ts';
import { chainOf, isSameRule, ruleKey } from './same.ts';
import { usedBy } from './side.ts';
import { changeOf, endpointOfRule, listRules, ruleSubject } from './descriptions.ts';

/** Whether a chain does the same on both sides, rule by rule. */
export const isEqualChain = ({ expected, actual }: Pick<ChainPair, 'expected' | 'actual'>): boolean =>
  expected.rules.length === actual.rules.length &&
  expected.rules.every((rule, at) => isSameRule(rule, actual.rules[at] ?? rule));

/**
 * Compares two chains rule by rule. `keyOf` gives equal texts for rules that count as equal here. Rules that
 * call other chains count as jumps in a chain that the kernel calls.
 */
export function compareOrdered(
  pair: ChainPair,
  context: CompareContext,
  keyOf: (rule: Rule) => string = ruleKey,
): readonly RawDifference[] {
  const [expected, actual] = [pair.expected.rules, pair.actual.rules];
  if (actual.length === 0 && expected.length > 1) return [emptyChain(pair)];
  const aligned = align(expected.map(keyOf), actual.map(keyOf));
  const pick = (rules: readonly Rule[], places: readonly number[]): readonly Rule[] =>
    places.flatMap((at) => rules[at] ?? []);
  const moved = pick(
    expected,
    aligned.moved.map(([at]) => at),
  );
  const pairing = pairChanged(pick(expected, aligned.onlyExpected), pick(actual, aligned.onlyActual));
  return [
    ...(moved.length === 0 ? [] : [wrongOrder(pair, moved, context)]),
    ...pairing.changed.map(([before, after]) => changedRule(pair, before, after, context)),
    ...pairing.expected.map((rule) => missingRule(pair, rule, context)),
    ...pairing.actual.map((rule) => unexpectedRule(pair, rule, context)),
  ];
}

/** A difference about rules of the pair. */
export function differenceIn(
  { name, owner }: Pick<ChainPair, 'name' | 'owner'>,
  kind: RawDifference['kind'],
  message: string,
  rules: { readonly expected?: readonly Rule[]; readonly actual?: readonly Rule[] },
): RawDifference {
  const { expected = [], actual = [] } = rules;
  const leadsTo = [...new Set([...expected, ...actual].flatMap(usedBy))];
  return {
    kind,
    owner,
    chain: name,
    message,
    expected: rulesIn(name, expected),
    actual: rulesIn(name, actual),
    ...(leadsTo.length > 0 && { leadsTo }),
  };
}

function emptyChain(pair: ChainPair): RawDifference {
  const { rules } = pair.expected;
  return differenceIn(
    pair,
    'missing-rule',
    `chain ${pair.name} is empty: its ${rules.length} rules are missing`,
    {
      expected: rules,
    },
  );
}

function wrongOrder(pair: ChainPair, moved: readonly Rule[], context: CompareContext): RawDifference {
  const message = `rules in ${pair.name} stand in the wrong order: ${listRules(moved, context)}`;
  return differenceIn(pair, 'wrong-order', message, {
    expected: pair.expected.rules,
    actual: pair.actual.rules,
  });
}

/** The most statements in which a changed rule may differ. With more, it counts as two different rules. */
const MOST_CHANGES = 2;

/** Brings rules together that are nearly the same, nearest first. */
const pairChanged = (expected: readonly Rule[], actual: readonly Rule[]): Pairing<Rule> =>
  pairNearest(expected, actual, (before, after) => {
    const { count } = changeOf(before, after);
    return count <= Math.min(MOST_CHANGES, before.statements.length) ? count : undefined;
  });

function changedRule(pair: ChainPair, before: Rule, after: Rule, context: CompareContext): RawDifference {
  const { words, summary } = changeOf(before, after);
  const message = `${ruleSubject(before, context)} in ${pair.name} was changed: ${words}`;
  return {
    ...differenceIn(pair, 'changed-rule', message, { expected: [before], actual: [after] }),
    change: summary,
    ...affinity(before, context),
  };
}

function missingRule(pair: ChainPair, rule: Rule, context: CompareContext): RawDifference {
  const chain = chainOf(rule.statements.at(-1));
  if (pair.expected.hook !== undefined && chain !== undefined) {
    const message = `the jump from ${pair.name} to ${chain} is missing`;
    return differenceIn(pair, 'missing-jump', message, { expected: [rule] });
  }
  const message = `${ruleSubject(rule, context)} is missing in ${pair.name}`;
  return {
    ...differenceIn(pair, 'missing-rule', message, { expected: [rule] }),
    ...affinity(rule, context),
  };
}

function unexpectedRule(pair: ChainPair, rule: Rule, context: CompareContext): RawDifference {
  const key = ruleKey(rule);
  const times = (rules: readonly Rule[]): number => rules.filter((one) => ruleKey(one) === key).length;
  const expectedTimes = times(pair.expected.rules);
  const subject = ruleSubject(rule, context);
  const message =
    expectedTimes > 0
      ? `${subject} stands ${times(pair.actual.rules)} times in ${pair.name}, not ${expectedTimes === 1 ? 'once' : `${expectedTimes} times`}`
      : `${subject} in ${pair.name} is not expected`;
  return {
    ...differenceIn(pair, 'unexpected-rule', message, { actual: [rule] }),
    ...affinity(rule, context),
  };
}

/** What a rule has to do with session affinity: it leads clients back to an endpoint, or remembers them. */
function affinity(rule: Rule, context: CompareContext): Pick<RawDifference, 'endpoint' | 'isAffinity'> {
  const endpoint = endpointOfRule(rule, context);
  if (endpoint !== undefined) return { endpoint, isAffinity: true };
  return rule.statements.some(({ kind }) => kind === 'set-update') ? { isAffinity: true } : {};
}
