/** KUBE-SVC, KUBE-SVL and KUBE-XLB: rules of their own first, then session affinity, then shares of endpoints. */
import { type Rule } from '../../../netfilter/iptables/model.ts';
import { leadsToEndpoint, roleOf, targetChain } from '../rules/chain-roles.ts';
import {
  type ChainPair,
  chainsOf,
  type CompareContext,
  type RawDifference,
  differenceIn,
} from './context.ts';
import {
  leftoverDifferences,
  missingDifference,
  pairChanged,
  changedDifference,
  unexpectedDifference,
} from './leftovers.ts';
import { alignRules, isEqualChain, movedDifferences } from './ordered-chain.ts';
import { ownerOfChain } from './owners.ts';
import { memoised } from './memoised.ts';
import { formatShare, isSame } from '../../share.ts';
import { chanceOf, spreadOf } from './shares.ts';
import { endpointAddress } from './descriptions.ts';
import { listed } from '../../../text/listed.ts';
import { groupBy } from '../../../text/groups.ts';

/** Compares a chain that spreads traffic over endpoints. */
export function compareSpread(pair: ChainPair, context: CompareContext): readonly RawDifference[] {
  if (isEqualChain(pair, context)) return [];
  const split = splitChain(pair);
  const membership = compareMembers(pair, split, context);
  const gone = new Set(membership.map(({ endpoint }) => endpoint));
  const stays = (rule: Rule): boolean => !leadsToEndpoint(rule) || !gone.has(targetChain(rule));

  const others = alignRules(split.expected.others.filter(stays), split.actual.others.filter(stays), context);
  // Where endpoints come or go, so do the probabilities of all others.
  const sharing = membership.length > 0 ? withoutProbability(context) : context;
  const shares = compareShares(
    pair,
    split.expected.shares.filter(stays),
    split.actual.shares.filter(stays),
    sharing,
  );
  return [
    ...membership,
    ...movedDifferences(pair, others.moved, context),
    ...(others.moved.length === 0 ? sharesAhead(pair, split, context) : []),
    ...shares.raw,
    ...leftoversOf(
      pair,
      [...others.expected, ...shares.expected],
      [...others.actual, ...shares.actual],
      sharing,
    ),
  ];
}

const withoutProbability = (context: CompareContext): CompareContext => ({
  ...context,
  keys: { ...context.keys, withoutProbability: true },
});

interface Parts {
  /** Rules that give an endpoint its share, by chance alone. */
  readonly shares: readonly Rule[];
  readonly others: readonly Rule[];
}

interface Split {
  readonly expected: Parts;
  readonly actual: Parts;
}

const isShare = (rule: Rule): boolean => leadsToEndpoint(rule) && chanceOf(rule) !== undefined;

function splitChain({ expected, actual }: ChainPair): Split {
  const split = (rules: readonly Rule[]): Parts => ({
    shares: rules.filter(isShare),
    others: rules.filter((rule) => !isShare(rule)),
  });
  return { expected: split(expected), actual: split(actual) };
}

const targetsOf = (rules: readonly Rule[]): ReadonlySet<string> =>
  new Set(rules.flatMap((rule) => targetChain(rule) ?? []));

/** Endpoints that get a share on one side only. */
function compareMembers(pair: ChainPair, split: Split, context: CompareContext): readonly RawDifference[] {
  const expected = targetsOf(split.expected.shares);
  const actual = targetsOf(split.actual.shares);
  const lost = [...expected].filter((chain) => !actual.has(chain));
  const stale = [...actual].filter(
    (chain) => !expected.has(chain) && isStaleEndpoint(chain, pair, lost.length === 0, context),
  );
  // A rule that was bent to lead elsewhere is told as such, not as an endpoint that is missing.
  const bent = lost.length > 0 && hasBentRule(split, expected, new Set(stale));
  return [
    ...(bent ? [] : lost).map((chain) => lostEndpoint(pair, chain, context)),
    ...stale.map((chain) => staleEndpoint(pair, chain, context)),
  ];
}

/**
 * Returns true for an endpoint chain that exists and that no other service port should have. An endpoint of
 * the other traffic policy counts only when it does not replace an expected endpoint.
 */
function isStaleEndpoint(
  chain: string,
  pair: ChainPair,
  mayBeOwn: boolean,
  context: CompareContext,
): boolean {
  if (!chainsOf(context.actual, 'nat').has(chain)) return false;
  if (!chainsOf(context.expected, 'nat').has(chain)) return true;
  return mayBeOwn && ownerOfChain(chain, context.expectedOwners) === pair.owner;
}

function hasBentRule(split: Split, expected: ReadonlySet<string>, stale: ReadonlySet<string>): boolean {
  const seen = new Set<string>();
  for (const rule of split.actual.shares) {
    const chain = targetChain(rule) ?? '';
    if ((!expected.has(chain) && !stale.has(chain)) || seen.has(chain)) return true;
    seen.add(chain);
  }
  return (
    split.actual.others.some((rule) => rule.matches.some(({ kind }) => kind === 'statistic')) ||
    split.actual.others.length > split.expected.others.length
  );
}

const POLICY: Readonly<Partial<Record<string, string>>> = {
  local: ' of traffic policy Local',
  balancer: ' of external traffic policy Local',
};

/** The rules of a chain by the chain they lead to. */
const byTarget = memoised((rules: readonly Rule[]) => groupBy(rules, targetChain));

const leadingTo = (rules: readonly Rule[], chain: string): readonly Rule[] =>
  byTarget(rules).get(chain) ?? [];

/** What the rules of a chain really give. */
const realSpread = memoised((rules: readonly Rule[]) => spreadOf(rules.filter(isShare)));

function lostEndpoint(pair: ChainPair, chain: string, context: CompareContext): RawDifference {
  const address = endpointAddress(chain, context);
  const isThere = chainsOf(context.actual, 'nat').has(chain);
  const gone = isThere
    ? `endpoint ${address} gets no traffic${POLICY[pair.role] ?? ''}: nothing in ${pair.chain} leads to it`
    : `endpoint ${address} is missing on the node`;
  const message = `${gone}${describeLoss(pair.actual)}`;
  const rules = { expected: leadingTo(pair.expected, chain), actual: leadingTo(pair.actual, chain) };
  return { ...differenceIn(pair, 'missing-endpoint', message, rules), endpoint: chain };
}

/** Describes how many connections are lost when the last share is missing, which should take all the rest. */
function describeLoss(rules: readonly Rule[]): string {
  const { shares, left } = realSpread(rules);
  if (shares.size === 0 || left.numerator === 0n) return '';
  return `; ${formatShare(left)} of new connections reach no endpoint at all`;
}

function staleEndpoint(pair: ChainPair, chain: string, context: CompareContext): RawDifference {
  const share = formatShare(realSpread(pair.actual).shares.get(chain));
  const policy = POLICY[pair.role] ?? '';
  const message = `endpoint ${endpointAddress(chain, context)} is stale, but still gets ${share} of the traffic${policy}`;
  return {
    ...differenceIn(pair, 'stale-endpoint', message, { actual: leadingTo(pair.actual, chain) }),
    endpoint: chain,
  };
}

interface ShareComparison extends Record<'expected' | 'actual', readonly Rule[]> {
  readonly raw: readonly RawDifference[];
}

/** The same endpoints on both sides: their order and shares. Otherwise what is left of either side. */
function compareShares(
  pair: ChainPair,
  expected: readonly Rule[],
  actual: readonly Rule[],
  context: CompareContext,
): ShareComparison {
  const aligned = alignRules(expected, actual, context);
  if (aligned.expected.length + aligned.actual.length + aligned.moved.length === 0) {
    return { raw: [], expected: [], actual: [] };
  }
  const before = expected.map((rule) => targetChain(rule) ?? '');
  const after = actual.map((rule) => targetChain(rule) ?? '');
  const sameEndpoints = before.toSorted().join(' ') === after.toSorted().join(' ');
  if (!sameEndpoints) {
    return { ...aligned, raw: movedDifferences(pair, aligned.moved, context) };
  }
  const sameOrder = before.join(' ') === after.join(' ');
  const kind = sameOrder ? 'wrong-probability' : 'wrong-order';
  const opening = sameOrder
    ? 'traffic is not spread evenly'
    : `rules of endpoints in ${pair.chain} stand in the wrong order`;
  const message = `${opening}: ${describeShares(expected, actual, context)}`;
  return { raw: [differenceIn(pair, kind, message, { expected, actual })], expected: [], actual: [] };
}

/** `10.0.0.1:80 gets 1/4 (25%) instead of 1/3 (33.33%), ...` */
function describeShares(expected: readonly Rule[], actual: readonly Rule[], context: CompareContext): string {
  const expectedShares = spreadOf(expected).shares;
  const actualShares = spreadOf(actual).shares;
  const unlike = [...expectedShares].flatMap(([chain, share]) => {
    const got = actualShares.get(chain);
    if (got !== undefined && isSame(got, share)) return [];
    return [`${endpointAddress(chain, context)} gets ${formatShare(got)} instead of ${formatShare(share)}`];
  });
  return unlike.length > 0 ? listed(unlike) : 'every endpoint still gets its share';
}

/** Shares take all traffic: what stands behind them is never asked. */
function sharesAhead(pair: ChainPair, split: Split, context: CompareContext): readonly RawDifference[] {
  const first = pair.actual.findIndex(isShare);
  const kept = new Set(alignRulesKept(split, context));
  const behind = pair.actual.filter((rule, at) => first !== -1 && at > first && kept.has(rule));
  return movedDifferences(pair, behind, context);
}

/** Rules of the actual chain, other than shares, that the expected one has, too. */
function alignRulesKept({ expected, actual }: Split, context: CompareContext): readonly Rule[] {
  const extra = new Set(alignRules(expected.others, actual.others, context).actual);
  return actual.others.filter((rule) => !extra.has(rule));
}

function leftoversOf(
  pair: ChainPair,
  expected: readonly Rule[],
  actual: readonly Rule[],
  context: CompareContext,
): readonly RawDifference[] {
  if (!expected.some(isShare)) return leftoverDifferences(pair, expected, actual, context);
  const pairing = pairChanged(expected, actual, context);
  return [
    ...pairing.changed.map(([before, after]) => changedDifference(pair, before, after, context)),
    ...pairing.expected.map((rule) =>
      isShare(rule)
        ? lostEndpoint(pair, targetChain(rule) ?? '', context)
        : missingDifference(pair, rule, context),
    ),
    ...pairing.actual.map((rule) => unexpectedDifference(pair, rule, context)),
  ];
}

/** Whether the chain is one of those that spread traffic over endpoints. */
export function isSpread(chain: string): boolean {
  const role = roleOf('nat', chain);
  return role === 'service' || role === 'local' || role === 'balancer';
}
