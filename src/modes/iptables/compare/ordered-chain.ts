import { type Rule } from '../../../netfilter/iptables/model.ts';
import { isSameRule } from '../../../netfilter/iptables/same-rules.ts';
import { KUBELET_FIREWALL } from '../rules/kubelet-firewall.ts';
import { align } from '../../../text/align.ts';
import { type ChainPair, type CompareContext, type RawDifference, differenceIn } from './context.ts';
import { leftoverDifferences } from './leftovers.ts';
import { ruleKey } from './rule-key.ts';
import { ruleSubject } from './descriptions.ts';
import { listed } from '../../../text/listed.ts';

/** Whether a chain does the same on both sides, rule by rule. */
export const isEqualChain = (pair: ChainPair, { keys }: CompareContext): boolean =>
  pair.expected.length === pair.actual.length &&
  pair.expected.every((rule, at) => {
    const actual = pair.actual[at] ?? rule;
    return isSameRule(rule, actual) || ruleKey(rule, keys) === ruleKey(actual, keys);
  });

/** Compares a chain in which every rule has its place. */
export function compareOrdered(pair: ChainPair, context: CompareContext): readonly RawDifference[] {
  if (isEqualChain(pair, context)) return [];
  const { expected, actual, moved } = alignRules(pair.expected, pair.actual, context);
  const raw = [
    ...movedDifferences(pair, moved, context),
    ...leftoverDifferences(pair, expected, actual, context),
  ];
  return pair.chain === 'KUBE-FIREWALL' ? withoutKubelets(raw, pair) : raw;
}

/** What one side has and the other lacks, and what is in both at another place. */
export function alignRules(
  expected: readonly Rule[],
  actual: readonly Rule[],
  { keys }: CompareContext,
): { readonly expected: readonly Rule[]; readonly actual: readonly Rule[]; readonly moved: readonly Rule[] } {
  const aligned = align(
    expected.map((rule) => ruleKey(rule, keys)),
    actual.map((rule) => ruleKey(rule, keys)),
  );
  const pick = (rules: readonly Rule[], places: readonly number[]): readonly Rule[] =>
    places.flatMap((at) => rules[at] ?? []);
  return {
    expected: pick(expected, aligned.onlyExpected),
    actual: pick(actual, aligned.onlyActual),
    moved: pick(
      expected,
      aligned.moved.map(([at]) => at),
    ),
  };
}

/** One difference for all rules of a chain that stand in the wrong place. */
export function movedDifferences(
  pair: ChainPair,
  moved: readonly Rule[],
  context: CompareContext,
): readonly RawDifference[] {
  // All rules of kubelet's firewall drop: their order is nothing to a packet.
  if (moved.length === 0 || pair.chain === 'KUBE-FIREWALL') return [];
  const subjects = listed([...new Set(moved.map((rule) => ruleSubject(rule, context)))]);
  const message = `rules in ${pair.chain} stand in the wrong order: ${subjects}`;
  return [differenceIn(pair, 'wrong-order', message, { expected: pair.expected, actual: pair.actual })];
}

/** kubelet may have put its rules where kube-proxy does not count on them. */
function withoutKubelets(raw: readonly RawDifference[], { expected }: ChainPair): readonly RawDifference[] {
  const expectedKeys = new Set(expected.map((rule) => ruleKey(rule)));
  const isSpare = (key: string): boolean => KUBELET_KEYS.has(key) && !expectedKeys.has(key);
  return raw.filter(
    ({ kind, actual }) => kind !== 'unexpected-rule' || !actual.every(({ rule }) => isSpare(ruleKey(rule))),
  );
}

const KUBELET_KEYS: ReadonlySet<string> = new Set(KUBELET_FIREWALL.map((rule) => ruleKey(rule)));
