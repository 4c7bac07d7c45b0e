/** Built-in chains: kube-proxy's jumps out of them count, all else is other software's. */
import { type Rule } from '../../../netfilter/iptables/model.ts';
import { calledChain, isKubelets, roleOf, targetChain } from '../rules/chain-roles.ts';
import { KUBE_PROXY } from '../rules/own-rules.ts';
import { type ChainPair, type CompareContext, type RawDifference, differenceIn } from './context.ts';
import { changedDifference, pairChanged, unexpectedDifference } from './leftovers.ts';
import { commentOf } from '../rules/comments.ts';
import { ruleKey } from './rule-key.ts';
import { addToGroup } from '../../../text/groups.ts';

/** Whether a rule of a built-in chain leads into kube-proxy's chains. */
export function isOwnJump(pair: Pick<ChainPair, 'table'>, rule: Rule): boolean {
  const chain = targetChain(rule);
  if (chain === undefined) return false;
  const role = roleOf(pair.table, chain);
  return role !== 'foreign' && role !== 'built-in';
}

/**
 * Whether a rule of a built-in chain is kube-proxy's: a jump into its chains, or what its oldest releases wrote there.
 */
export const isOwnRule = (pair: Pick<ChainPair, 'table'>, rule: Rule): boolean =>
  isOwnJump(pair, rule) || KUBE_PROXY.ownsRule(rule);

/**
 * Compares the jumps as a set: kube-proxy puts a jump that was lost back in front, whatever stands there. A rule that
 * leads elsewhere and carries a comment of kube-proxy's may be a jump that somebody changed.
 */
export function compareBuiltIn(pair: ChainPair, context: CompareContext): readonly RawDifference[] {
  const ownRules = pair.expected.filter((rule) => isOwnRule(pair, rule));
  const comments = new Set(ownRules.flatMap((rule) => commentOf(rule) ?? []));
  const isCandidate = (rule: Rule): boolean => isOwnRule(pair, rule) || comments.has(commentOf(rule) ?? '');
  const { expected, actual } = unmatched(ownRules, pair.actual.filter(isCandidate), context);
  const pairing = pairChanged(expected, actual, context);
  const extra = pairing.actual.filter((rule) => isOwnRule(pair, rule) && !isSpareKubeletJump(rule, pair));
  return [
    ...pairing.changed.map(([before, after]) => changedDifference(pair, before, after, context)),
    ...pairing.expected.map((rule) => missingJump(pair, rule, context)),
    ...extra.map((rule) => unexpectedDifference(pair, rule, context)),
  ];
}

function unmatched(
  expected: readonly Rule[],
  actual: readonly Rule[],
  { keys }: CompareContext,
): { readonly expected: readonly Rule[]; readonly actual: readonly Rule[] } {
  const free = new Map<string, Rule[]>();
  for (const rule of actual.toReversed()) {
    const key = ruleKey(rule, keys);
    addToGroup(free, key, rule);
  }
  const missing = expected.filter((rule) => free.get(ruleKey(rule, keys))?.pop() === undefined);
  const rest = new Set([...free.values()].flat());
  return { expected: missing, actual: actual.filter((rule) => rest.has(rule)) };
}

/** kubelet's own jump, where kube-proxy does not ask for one. */
const isSpareKubeletJump = (rule: Rule, pair: ChainPair): boolean => {
  const chain = targetChain(rule) ?? '';
  return isKubelets(chain) && !pair.expected.some((other) => targetChain(other) === chain);
};

function missingJump(pair: ChainPair, rule: Rule, context: CompareContext): RawDifference {
  const chain = targetChain(rule);
  const message =
    chain === undefined
      ? `the rule for ${commentOf(rule) ?? ''} is missing in ${pair.chain} of table ${pair.table}`
      : `the jump from ${pair.chain} to ${calledChain(chain, context.expected.tables.get(pair.table)?.get(chain) ?? [])} is missing in table ${pair.table}`;
  return differenceIn(pair, 'missing-jump', message, { expected: [rule] });
}
