/** Brings findings with one cause together: twenty missing objects may be one missing Service. */
import { addToGroup, groupBy } from '../../../text/groups.ts';
import { listed } from '../../../text/listed.ts';
import { type DifferenceKind } from '../../comparison.ts';
import { type Context, type Finding } from './context.ts';
import { type NftPart } from './part.ts';
import { type PortFacts, portFacts } from './port-facts.ts';
import { endpointsIn } from './spread-chain.ts';

/** Joins findings from all objects that have one cause. */
export function foldFindings(findings: readonly Finding[], context: Context): readonly Finding[] {
  if (findings.length === 0) return [];
  const due = portFacts(context.expected, context);
  const there = portFacts(context.actual, context);
  const groups = groupBy(foldChanges(findings), ({ owner }) => owner);
  return [...groups].flatMap(([owner, group]) => {
    if (owner === undefined) return foldObjects(foldEndpoints(group));
    const expected = due.get(owner);
    if (expected === undefined) return [staleService(group)];
    return foldService(group, expected, there.get(owner) ?? NOTHING, context);
  });
}

const NOTHING: PortFacts = { chains: 0, spreads: 0, portals: 0, affinitySets: 0 };

/** Makes one finding of all rules or sets with the same change: a setting of kube-proxy is mostly the cause. */
function foldChanges(findings: readonly Finding[]): readonly Finding[] {
  const alike = groupBy(
    findings.filter(({ change }) => change !== undefined),
    ({ change }) => change,
  );
  const folded = new Set<Finding>();
  const result: Finding[] = [];
  for (const [change, group] of alike) {
    if (group.length < 2) continue;
    for (const finding of group) folded.add(finding);
    const owners = new Set(group.map(({ owner }) => owner));
    const what = group.every(({ isAffinity }) => isAffinity)
      ? 'session affinity was changed'
      : `${group.length} rules were changed alike`;
    const owner = owners.size === 1 ? group[0]?.owner : undefined;
    result.push({ ...merged('changed-rule', `${what}: ${change ?? ''}`, group), owner });
  }
  return [...result, ...findings.filter((finding) => !folded.has(finding))];
}

function foldService(
  group: readonly Finding[],
  due: PortFacts,
  there: PortFacts,
  context: Context,
): readonly Finding[] {
  if (due.chains > 0 && there.chains === 0) return [missingService(group)];
  const isUnknown = due.chains === 0 && there.chains + there.portals === 0;
  if (isUnknown && group.length > 1) return [missingService(group)];
  if (due.spreads === 0 && there.spreads > 0) return [unexpectedEndpoints(group, context)];
  const isOtherAffinity = due.affinitySets > 0 !== there.affinitySets > 0;
  const rest = isOtherAffinity ? foldAffinity(group, due.affinitySets > 0) : group;
  return foldObjects(foldEndpoints(rest));
}

function missingService(group: readonly Finding[]): Finding {
  const rejects = group.some(({ actual }) =>
    actual.some((part) => part.kind === 'element' && part.set.startsWith('no-endpoint-')),
  );
  const message = rejects
    ? 'the Service is missing on the node, which rejects its traffic as if it had no endpoints'
    : 'the Service is missing on the node';
  return merged('missing-service', message, group);
}

const staleService = (group: readonly Finding[]): Finding =>
  merged('stale-service', 'the Service is not expected, but is still on the node', group);

/** A Service that should have no usable endpoint, and still leads to some. */
function unexpectedEndpoints(group: readonly Finding[], context: Context): Finding {
  const endpoints = group.flatMap(({ actual }) =>
    actual.flatMap((part) => (part.kind === 'rule' ? endpointsIn(part.rule, context) : [])),
  );
  const message = `the node still leads traffic to endpoints ${listed([...new Set(endpoints)])}, where no rule should`;
  return merged('stale-endpoint', message, group);
}

/** Joins everything that comes from session affinity when only one side has it. */
function foldAffinity(group: readonly Finding[], isDue: boolean): readonly Finding[] {
  const gone = new Set(group.filter(({ kind }) => ENDPOINT_KINDS.has(kind)).map(({ endpoint }) => endpoint));
  const isCaused = ({ isAffinity, endpoint, kind, object }: Finding): boolean =>
    !ENDPOINT_KINDS.has(kind) &&
    (isAffinity === true || object?.startsWith('endpoint-') === true) &&
    (endpoint === undefined || !gone.has(endpoint));
  const caused = group.filter(isCaused);
  if (caused.length === 0) return group;
  const message = isDue
    ? 'session affinity is missing on the node'
    : 'the node has session affinity, where none is expected';
  return [merged('changed-rule', message, caused), ...group.filter((finding) => !isCaused(finding))];
}

const ENDPOINT_KINDS: ReadonlySet<DifferenceKind> = new Set(['missing-endpoint', 'stale-endpoint']);

const OF_ENDPOINT: Readonly<Record<'missing-endpoint' | 'stale-endpoint', ReadonlySet<DifferenceKind>>> = {
  'missing-endpoint': new Set(['missing-endpoint', 'missing-chain', 'missing-rule']),
  'stale-endpoint': new Set(['stale-endpoint', 'unexpected-chain', 'unexpected-rule']),
};

/** Joins the findings about one endpoint in several chains and sets. */
function foldEndpoints(group: readonly Finding[]): readonly Finding[] {
  const folded = new Set<Finding>();
  const result: Finding[] = [];
  for (const kind of ['missing-endpoint', 'stale-endpoint'] as const) {
    const ofEndpoint = groupBy(
      group.filter((finding) => finding.endpoint !== undefined && OF_ENDPOINT[kind].has(finding.kind)),
      ({ endpoint }) => endpoint,
    );
    for (const findings of ofEndpoint.values()) {
      const main = findings.find((finding) => finding.kind === kind);
      if (main === undefined) continue;
      for (const finding of findings) folded.add(finding);
      result.push(merged(kind, main.message, [main, ...findings.filter((finding) => finding !== main)]));
    }
  }
  return [...result, ...group.filter((finding) => !folded.has(finding))];
}

/** Joins what leads to a missing object with the object, and what leads to one that is not expected with that. */
function foldObjects(group: readonly Finding[]): readonly Finding[] {
  const objects = new Map(
    group.flatMap((finding) => (finding.object === undefined ? [] : [[finding.object, finding]])),
  );
  const callers = new Map<Finding, Finding[]>();
  const folded = new Set<Finding>();
  for (const finding of group) {
    const called = (finding.leadsTo ?? []).map((name) => objects.get(name));
    const cause = called.find((one) => one !== undefined && one !== finding && areOfOneSide(one, finding));
    if (cause === undefined || callers.has(finding) || folded.has(cause)) continue;
    addToGroup(callers, cause, finding);
    folded.add(finding);
  }
  return group
    .filter((finding) => !folded.has(finding))
    .map((finding) => {
      const more = callers.get(finding);
      return more === undefined ? finding : { ...merged(finding.kind, finding.message, [finding, ...more]) };
    });
}

/** Both are missing, or both are not expected. */
const areOfOneSide = (one: Finding, other: Finding): boolean =>
  one.kind === 'missing-chain'
    ? other.kind === 'missing-rule' || other.kind === 'missing-jump' || other.kind === 'missing-chain'
    : other.kind === 'unexpected-rule' || other.kind === 'unexpected-chain';

/** Makes one finding with the parts of the whole group. It stands where the first finding stands. */
function merged(kind: DifferenceKind, message: string, group: readonly Finding[]): Finding {
  const first = group.toSorted((one, other) => rank(one) - rank(other))[0];
  if (first === undefined) throw new Error('nothing to merge');
  const all = (side: 'expected' | 'actual'): readonly NftPart[] => {
    const seen = new Set<unknown>();
    return group.flatMap((finding) => finding[side].filter((part) => isNew(part, seen)));
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

/** A rule may be in findings about several endpoints. */
function isNew(part: NftPart, seen: Set<unknown>): boolean {
  const object = part.kind === 'rule' ? part.rule : part;
  if (seen.has(object)) return false;
  seen.add(object);
  return true;
}

const ORDER = ['service-', 'local-', 'external-', 'firewall-', 'endpoint-', 'affinity-'];

/** Chains that stand for the whole Service come first. */
function rank({ chain }: Finding): number {
  const at = ORDER.findIndex((prefix) => chain.startsWith(prefix) && chain.includes('/'));
  return at === -1 ? ORDER.length : at;
}
