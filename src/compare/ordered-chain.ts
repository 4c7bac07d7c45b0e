import { type Rule } from '../rules/model.ts';
import { align } from './align.ts';
import { isKubelets } from '../rules/chain-roles.ts';
import { type ChainPair, type Context, type Finding, findingIn } from './context.ts';
import { leftoverFindings } from './leftovers.ts';
import { commentOf } from '../rules/comments.ts';
import { ruleKey } from './rule-key.ts';
import { listed, ruleSubject } from './words.ts';

/** Whether a chain does the same on both sides, rule by rule. */
export const isEqualChain = (pair: ChainPair, { keys }: Context): boolean =>
  pair.expected.length === pair.actual.length &&
  pair.expected.every((rule, at) => ruleKey(rule, keys) === ruleKey(pair.actual[at] ?? rule, keys));

/** Compares a chain in which every rule has its place. */
export function compareOrdered(pair: ChainPair, context: Context): readonly Finding[] {
  if (isEqualChain(pair, context)) return [];
  const { expected, actual, moved } = alignRules(pair.expected, pair.actual, context);
  const kept = isKubelets(pair.chain) ? actual.filter((rule) => !isKubeletRule(rule, pair, context)) : actual;
  return [...movedFindings(pair, moved, context), ...leftoverFindings(pair, expected, kept, context)];
}

/** What one side has and the other lacks, and what is in both at another place. */
export function alignRules(
  expected: readonly Rule[],
  actual: readonly Rule[],
  { keys }: Context,
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

export function movedFindings(pair: ChainPair, moved: readonly Rule[], context: Context): readonly Finding[] {
  // All rules of kubelet's firewall drop: their order is nothing to a packet.
  if (moved.length === 0 || pair.chain === 'KUBE-FIREWALL') return [];
  const subjects = listed([...new Set(moved.map((rule) => ruleSubject(rule, context)))]);
  const message = `rules in ${pair.chain} stand in the wrong order: ${subjects}`;
  return [findingIn(pair, 'wrong-order', message, { expected: pair.expected, actual: pair.actual })];
}

/** Rules of kubelet's, on a node whose kube-proxy does not count on them. */
function isKubeletRule(rule: Rule, pair: ChainPair, { keys }: Context): boolean {
  const comment = commentOf(rule);
  if (comment === undefined || !KUBELET_COMMENTS.has(comment)) return false;
  const key = ruleKey(rule, keys);
  return !pair.expected.some((other) => ruleKey(other, keys) === key);
}

const KUBELET_COMMENTS: ReadonlySet<string> = new Set([
  'kubernetes firewall for dropping marked packets',
  'block incoming localnet connections',
]);
