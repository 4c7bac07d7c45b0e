/** Brings differences with one cause together: twenty missing objects may be one missing Service. */
import { addToGroup, groupBy } from '../../../text/groups.ts';
import { listed } from '../../../text/listed.ts';
import { type DifferenceKind } from '../../comparison.ts';
import { type CompareContext, type RawDifference } from './context.ts';
import { type NftPart } from './part.ts';
import { type PortFacts, portFacts } from './port-facts.ts';
import { endpointsIn } from './spread-chain.ts';

/** Joins differences from all objects that have one cause. */
export function foldDifferences(
  raw: readonly RawDifference[],
  context: CompareContext,
): readonly RawDifference[] {
  if (raw.length === 0) return [];
  const expectedFacts = portFacts(context.expected, context);
  const actualFacts = portFacts(context.actual, context);
  const groups = groupBy(foldChanges(raw), ({ owner }) => owner);
  return [...groups].flatMap(([owner, group]) => {
    if (owner === undefined) return foldObjects(foldEndpoints(group));
    const expected = expectedFacts.get(owner);
    if (expected === undefined) return [staleService(group)];
    return foldService(group, expected, actualFacts.get(owner) ?? NOTHING, context);
  });
}

const NOTHING: PortFacts = { chains: 0, spreads: 0, portals: 0, affinitySets: 0 };

/** Makes one difference of all rules or sets with the same change: a setting of kube-proxy is mostly the cause. */
function foldChanges(raw: readonly RawDifference[]): readonly RawDifference[] {
  const alike = groupBy(
    raw.filter(({ change }) => change !== undefined),
    ({ change }) => change,
  );
  const folded = new Set<RawDifference>();
  const result: RawDifference[] = [];
  for (const [change, group] of alike) {
    if (group.length < 2) continue;
    for (const each of group) folded.add(each);
    const owners = new Set(group.map(({ owner }) => owner));
    const what = group.every(({ isAffinity }) => isAffinity)
      ? 'session affinity was changed'
      : `${group.length} rules were changed alike`;
    const owner = owners.size === 1 ? group[0]?.owner : undefined;
    result.push({ ...merged('changed-rule', `${what}: ${change ?? ''}`, group), owner });
  }
  return [...result, ...raw.filter((each) => !folded.has(each))];
}

function foldService(
  group: readonly RawDifference[],
  expected: PortFacts,
  actual: PortFacts,
  context: CompareContext,
): readonly RawDifference[] {
  if (expected.chains > 0 && actual.chains === 0) return [missingService(group)];
  const isUnknown = expected.chains === 0 && actual.chains + actual.portals === 0;
  if (isUnknown && group.length > 1) return [missingService(group)];
  if (expected.spreads === 0 && actual.spreads > 0) return [unexpectedEndpoints(group, context)];
  const isOtherAffinity = expected.affinitySets > 0 !== actual.affinitySets > 0;
  const rest = isOtherAffinity ? foldAffinity(group, expected.affinitySets > 0) : group;
  return foldObjects(foldEndpoints(rest));
}

function missingService(group: readonly RawDifference[]): RawDifference {
  const rejects = group.some(({ actual }) =>
    actual.some((part) => part.kind === 'element' && part.set.startsWith('no-endpoint-')),
  );
  const message = rejects
    ? 'the Service is missing on the node, which rejects its traffic as if it had no endpoints'
    : 'the Service is missing on the node';
  return merged('missing-service', message, group);
}

const staleService = (group: readonly RawDifference[]): RawDifference =>
  merged('stale-service', 'the Service is not expected, but is still on the node', group);

/** A Service that should have no usable endpoint, and still leads to some. */
function unexpectedEndpoints(group: readonly RawDifference[], context: CompareContext): RawDifference {
  const endpoints = group.flatMap(({ actual }) =>
    actual.flatMap((part) => (part.kind === 'rule' ? endpointsIn(part.rule, context) : [])),
  );
  const message = `the node still leads traffic to endpoints ${listed([...new Set(endpoints)])}, where no rule should`;
  return merged('stale-endpoint', message, group);
}

/** Joins everything that comes from session affinity when only one side has it. */
function foldAffinity(group: readonly RawDifference[], isExpected: boolean): readonly RawDifference[] {
  const gone = new Set(group.filter(({ kind }) => ENDPOINT_KINDS.has(kind)).map(({ endpoint }) => endpoint));
  const isCaused = ({ isAffinity, endpoint, kind, object }: RawDifference): boolean =>
    !ENDPOINT_KINDS.has(kind) &&
    (isAffinity === true || object?.startsWith('endpoint-') === true) &&
    (endpoint === undefined || !gone.has(endpoint));
  const caused = group.filter(isCaused);
  if (caused.length === 0) return group;
  const message = isExpected
    ? 'session affinity is missing on the node'
    : 'the node has session affinity, where none is expected';
  return [merged('changed-rule', message, caused), ...group.filter((each) => !isCaused(each))];
}

const ENDPOINT_KINDS: ReadonlySet<DifferenceKind> = new Set(['missing-endpoint', 'stale-endpoint']);

const OF_ENDPOINT: Readonly<Record<'missing-endpoint' | 'stale-endpoint', ReadonlySet<DifferenceKind>>> = {
  'missing-endpoint': new Set(['missing-endpoint', 'missing-chain', 'missing-rule']),
  'stale-endpoint': new Set(['stale-endpoint', 'unexpected-chain', 'unexpected-rule']),
};

/** Joins the differences about one endpoint in several chains and sets. */
function foldEndpoints(group: readonly RawDifference[]): readonly RawDifference[] {
  const folded = new Set<RawDifference>();
  const result: RawDifference[] = [];
  for (const kind of ['missing-endpoint', 'stale-endpoint'] as const) {
    const ofEndpoint = groupBy(
      group.filter((each) => each.endpoint !== undefined && OF_ENDPOINT[kind].has(each.kind)),
      ({ endpoint }) => endpoint,
    );
    for (const raw of ofEndpoint.values()) {
      const main = raw.find((each) => each.kind === kind);
      if (main === undefined) continue;
      for (const each of raw) folded.add(each);
      result.push(merged(kind, main.message, [main, ...raw.filter((each) => each !== main)]));
    }
  }
  return [...result, ...group.filter((each) => !folded.has(each))];
}

/** Joins what leads to a missing object with the object, and what leads to one that is not expected with that. */
function foldObjects(group: readonly RawDifference[]): readonly RawDifference[] {
  const objects = new Map(group.flatMap((each) => (each.object === undefined ? [] : [[each.object, each]])));
  const callers = new Map<RawDifference, RawDifference[]>();
  const folded = new Set<RawDifference>();
  for (const each of group) {
    const called = (each.leadsTo ?? []).map((name) => objects.get(name));
    const cause = called.find((one) => one !== undefined && one !== each && areOfOneSide(one, each));
    if (cause === undefined || callers.has(each) || folded.has(cause)) continue;
    addToGroup(callers, cause, each);
    folded.add(each);
  }
  return group
    .filter((each) => !folded.has(each))
    .map((each) => {
      const more = callers.get(each);
      return more === undefined ? each : { ...merged(each.kind, each.message, [each, ...more]) };
    });
}

/** Both are missing, or both are not expected. */
const areOfOneSide = (one: RawDifference, other: RawDifference): boolean =>
  one.kind === 'missing-chain'
    ? other.kind === 'missing-rule' || other.kind === 'missing-jump' || other.kind === 'missing-chain'
    : other.kind === 'unexpected-rule' || other.kind === 'unexpected-chain';

/** Makes one difference with the parts of the whole group. It stands where the first difference stands. */
function merged(kind: DifferenceKind, message: string, group: readonly RawDifference[]): RawDifference {
  const first = group.toSorted((one, other) => rank(one) - rank(other))[0];
  if (first === undefined) throw new Error('nothing to merge');
  const all = (side: 'expected' | 'actual'): readonly NftPart[] => {
    const seen = new Set<unknown>();
    return group.flatMap((each) => each[side].filter((part) => isNew(part, seen)));
  };
  return {
    kind,
    owner: first.owner,
    chain: first.chain,
    message,
    expected: all('expected'),
    actual: all('actual'),
  };
}

/** A rule may be in differences about several endpoints. */
function isNew(part: NftPart, seen: Set<unknown>): boolean {
  const object = part.kind === 'rule' ? part.rule : part;
  if (seen.has(object)) return false;
  seen.add(object);
  return true;
}

const ORDER = ['service-', 'local-', 'external-', 'firewall-', 'endpoint-', 'affinity-'];

/** Chains that stand for the whole Service come first. */
function rank({ chain }: RawDifference): number {
  const at = ORDER.findIndex((prefix) => chain.startsWith(prefix) && chain.includes('/'));
  return at === -1 ? ORDER.length : at;
}
