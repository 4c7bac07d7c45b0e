/** Built-in chains: kube-proxy's jumps out of them count, all else is other software's. */
import { type Rule } from '../../../netfilter/iptables/model.ts';
import { isKubelets, roleOf, targetChain } from '../rules/chain-roles.ts';
import { type ChainPair, type Context, type Finding, findingIn } from './context.ts';
import { changedFinding, pairChanged, unexpectedFinding } from './leftovers.ts';
import { commentOf } from '../rules/comments.ts';
import { ruleKey } from './rule-key.ts';

/** Whether a rule of a built-in chain leads into kube-proxy's chains. */
export function isOwnJump(pair: Pick<ChainPair, 'table'>, rule: Rule): boolean {
  const chain = targetChain(rule);
  if (chain === undefined) return false;
  const role = roleOf(pair.table, chain);
  return role !== 'foreign' && role !== 'built-in';
}

/** Compares the jumps as a set: kube-proxy puts a jump that was lost back in front, whatever stands there. */
export function compareBuiltIn(pair: ChainPair, context: Context): readonly Finding[] {
  const comments = new Set(pair.expected.map(commentOf));
  const isOurs = (rule: Rule): boolean => {
    const comment = commentOf(rule);
    return isOwnJump(pair, rule) || (comment !== undefined && comments.has(comment));
  };
  const { expected, actual } = unmatched(pair.expected.filter(isOurs), pair.actual.filter(isOurs), context);
  const pairing = pairChanged(expected, actual, context);
  const extra = pairing.actual.filter((rule) => !isSpareKubeletJump(rule, pair));
  return [
    ...pairing.changed.map(([before, after]) => changedFinding(pair, before, after, context)),
    ...pairing.expected.map((rule) => missingJump(pair, rule)),
    ...extra.map((rule) => unexpectedFinding(pair, rule, context)),
  ];
}

function unmatched(
  expected: readonly Rule[],
  actual: readonly Rule[],
  { keys }: Context,
): { readonly expected: readonly Rule[]; readonly actual: readonly Rule[] } {
  const free = new Map<string, Rule[]>();
  for (const rule of actual.toReversed()) {
    const key = ruleKey(rule, keys);
    free.set(key, [...(free.get(key) ?? []), rule]);
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

function missingJump(pair: ChainPair, rule: Rule): Finding {
  const message = `the jump from ${pair.chain} to ${targetChain(rule) ?? ''} is missing in table ${pair.table}`;
  return findingIn(pair, 'missing-jump', message, { expected: [rule] });
}
