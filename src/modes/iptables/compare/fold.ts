/**
 * Brings the differences about one Service or one endpoint together: twenty missing rules may be one missing Service.
 */
import { type Rule } from '../../../netfilter/iptables/model.ts';
import { leadsToEndpoint, portHashOf, roleOf } from '../rules/chain-roles.ts';
import { chainsOf, type CompareContext, type RawDifference } from './context.ts';
import { type DifferenceKind, type PlacedRule } from './difference.ts';
import { ownerOfChain, type Owners } from './owners.ts';
import { type ChainMap } from '../rules/reachable-chains.ts';
import { endpointAddress } from './descriptions.ts';
import { listed } from '../../../text/listed.ts';
import { addToGroup, groupBy } from '../../../text/groups.ts';

/** Joins differences from all chains that have one cause. */
export function foldDifferences(
  raw: readonly RawDifference[],
  context: CompareContext,
): readonly RawDifference[] {
  const groups = groupBy(raw, ({ owner }) => owner);
  const expectedChains = chainsByOwner(chainsOf(context.expected, 'nat'), context.expectedOwners);
  const actualChains = chainsByOwner(chainsOf(context.actual, 'nat'), context.actualOwners);
  const known = new Set([...context.expectedOwners.byName.values(), ...expectedChains.keys()]);
  return [...groups].flatMap(([owner, group]) => {
    if (owner === undefined) return foldEndpoints(group);
    if (!known.has(owner)) return [staleService(owner, group)];
    return foldService(group, expectedChains.get(owner) ?? [], actualChains.get(owner) ?? [], context);
  });
}

function chainsByOwner(chains: ChainMap, owners: Owners): ReadonlyMap<string, readonly string[]> {
  const byOwner = new Map<string, string[]>();
  for (const chain of chains.keys()) {
    const owner = ownerOfChain(chain, owners);
    if (owner === undefined) continue;
    addToGroup(byOwner, owner, chain);
  }
  return byOwner;
}

function foldService(
  group: readonly RawDifference[],
  expected: readonly string[],
  actual: readonly string[],
  context: CompareContext,
): readonly RawDifference[] {
  const present = new Set(actual);
  // A dump without table nat, or with a part of it, does not miss the chains.
  const missesChains = group.some(({ kind, table }) => kind === 'missing-chain' && table === 'nat');
  if (missesChains && expected.length > 1 && !expected.some((chain) => present.has(chain)))
    return [missingService(group)];
  if (expected.length === 0 && group.some(({ kind }) => kind === 'unexpected-chain')) {
    return [unexpectedEndpoints(group, context)];
  }
  return foldEndpoints(group);
}

function missingService(group: readonly RawDifference[]): RawDifference {
  const rejects = group.some(({ actual }) => actual.some(({ rule }) => rule.target?.kind === 'reject'));
  const message = rejects
    ? 'the Service is missing on the node, which rejects its traffic as if it had no endpoints'
    : 'the Service is missing on the node';
  return merged('missing-service', message, group);
}

const staleService = (owner: string, group: readonly RawDifference[]): RawDifference => {
  const merge = merged('stale-service', 'the Service is not expected, but is still on the node', group);
  return { ...merge, owner };
};

/** A Service that should have no usable endpoint, and still has chains. */
function unexpectedEndpoints(group: readonly RawDifference[], context: CompareContext): RawDifference {
  const endpoints = group.flatMap(({ endpoint }) => endpoint ?? []);
  const addresses = listed([...new Set(endpoints)].map((chain) => endpointAddress(chain, context)));
  const what = addresses === '' ? 'chains' : `endpoints ${addresses}`;
  return merged('stale-endpoint', `the node still leads traffic to ${what}, where no rule should`, group);
}

/** Joins the differences about one endpoint in several chains and in its own chain. */
function foldEndpoints(group: readonly RawDifference[]): readonly RawDifference[] {
  const folded = new Set<RawDifference>();
  const result: RawDifference[] = [];
  for (const kind of ['missing-endpoint', 'stale-endpoint'] as const) {
    for (const [endpoint, raw] of byEndpoint(group, kind)) {
      if (!raw.some((each) => each.kind === kind)) continue;
      for (const each of raw) folded.add(each);
      const message = raw.find((each) => each.kind === kind)?.message ?? '';
      result.push({ ...merged(kind, message, raw), endpoint });
    }
  }
  return [...result, ...group.filter((each) => !folded.has(each))];
}

const OWN_CHAIN: Readonly<Record<'missing-endpoint' | 'stale-endpoint', DifferenceKind>> = {
  'missing-endpoint': 'missing-chain',
  'stale-endpoint': 'unexpected-chain',
};

function byEndpoint(
  group: readonly RawDifference[],
  kind: 'missing-endpoint' | 'stale-endpoint',
): ReadonlyMap<string, readonly RawDifference[]> {
  const found = new Map<string, RawDifference[]>();
  for (const each of group) {
    if (each.endpoint === undefined) continue;
    if (each.kind !== kind && each.kind !== OWN_CHAIN[kind]) continue;
    addToGroup(found, each.endpoint, each);
  }
  return found;
}

/** Makes one difference with the rules of the whole group. It names the chain that best represents the group. */
function merged(kind: DifferenceKind, message: string, group: readonly RawDifference[]): RawDifference {
  const [first] = group.toSorted((a, b) => rank(a) - rank(b));
  if (first === undefined) throw new Error('nothing to merge');
  const all = (side: 'expected' | 'actual'): readonly PlacedRule[] => {
    const seen = new Set<Rule>();
    return group.flatMap((each) =>
      each[side].filter(({ rule }) => !seen.has(rule) && seen.add(rule).size > 0),
    );
  };
  return {
    kind,
    owner: first.owner,
    table: first.table,
    chain: first.chain,
    message,
    expected: all('expected'),
    actual: all('actual'),
  };
}

const ROLE_ORDER: readonly string[] = [
  'service',
  'local',
  'external',
  'balancer',
  'firewall',
  'endpoint',
  'shared',
];

/** Chains that stand for the whole Service come first. */
function rank({ table, chain, expected, actual }: RawDifference): number {
  const role = ROLE_ORDER.indexOf(roleOf(table, chain));
  const spreads =
    portHashOf(chain) !== undefined && [...expected, ...actual].some(({ rule }) => leadsToEndpoint(rule));
  return spreads ? -1 : role;
}
