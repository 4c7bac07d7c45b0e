import { type Pod, type PodSpec, type Service, type ServicePortSpec } from '../manifest/types.ts';
import { groupBy } from '../text/groups.ts';
import { nearestName } from '../text/nearest-name.ts';
import { namedPorts } from './from-pods.ts';
import { hasLabel, type Labelled } from './label-index.ts';
import { subjectOf } from './objects.ts';
import { type OtherPods } from './other-pods.ts';
import { type EndpointSource } from './sources.ts';

/** A Pod, or an object that makes pods, that a selector might have chosen. */
export interface Candidate extends Labelled {
  /** `Deployment namespace/name`. */
  readonly identity: string;
}

/**
 * The most candidates, and the most keys of a value, that are looked at. It is enough for real manifests and bounds the
 * time.
 */
const MOST_LOOKED_AT = 100;

/** Returns the candidates for Services of a namespace: first those in the namespace, then others. */
export function shortlists(candidates: readonly Candidate[]): (namespace: string) => readonly Candidate[] {
  const anywhere = candidates.slice(0, MOST_LOOKED_AT);
  const byNamespace = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const own = byNamespace.get(candidate.namespace);
    if (own === undefined) byNamespace.set(candidate.namespace, [candidate]);
    else if (own.length < MOST_LOOKED_AT) own.push(candidate);
  }
  return (namespace) => [
    ...(byNamespace.get(namespace) ?? []),
    ...anywhere.filter((candidate) => candidate.namespace !== namespace),
  ];
}

/**
 * Explains why a Service's selector chooses nothing. It names the most similar candidate, and which of its
 * labels differ or that it is in another namespace. Returns undefined without a selector, and when the
 * selector may be meant for pods that svc2ipt does not see.
 */
export function explainSelectorMiss(
  service: Service,
  candidates: readonly Candidate[],
  others: OtherPods,
): string | undefined {
  const { selector = {} } = service.spec;
  const pairs = Object.entries(selector);
  if (pairs.length === 0 || others.mayBeSelectedBy(service)) return undefined;
  const { namespace } = service.metadata;
  const near = candidates.filter((candidate) => candidate.namespace === namespace);
  const [best] = near
    .map((candidate) => ({ candidate, score: nearness(pairs, candidate.labels) }))
    .sort((a, b) => b.score - a.score);
  if (best !== undefined && best.score > 0) {
    const differences = pairs.flatMap((pair) => difference(pair, best.candidate.labels) ?? []);
    return `selects no Pod or workload; ${best.candidate.identity} ${differences.join(' and ')}`;
  }
  const elsewhere = candidates.find(({ labels }) =>
    pairs.every(([key, value]) => hasLabel(labels, key, value)),
  );
  if (elsewhere !== undefined) {
    return `selects no Pod or workload; ${elsewhere.identity} has its labels but is in another namespace`;
  }
  if (!others.knowsNamespace(namespace)) return undefined;
  const wanted = pairs.map(([key, value]) => `${key}: ${value}`).join(', ');
  return `selects no Pod or workload; none in namespace ${namespace} has a label like ${wanted}`;
}

type Pair = readonly [key: string, value: string];

/** Scores a label: equal counts most, then a value that looks like a typing mistake or has another key. */
function kinship([key, value]: Pair, labels: Labelled['labels']): number {
  if (hasLabel(labels, key, value)) return 4;
  const other = Object.hasOwn(labels, key) ? labels[key] : undefined;
  if (other !== undefined) return nearestName(value, [other]) === undefined ? 1 : 3;
  return otherKey(key, value, labels) === undefined ? 0 : 2;
}

/** Scores how similar the labels are to the wanted ones. The score is 0 if only keys are equal. */
function nearness(pairs: readonly Pair[], labels: Labelled['labels']): number {
  const each = pairs.map((pair) => kinship(pair, labels));
  return each.some((one) => one > 1) ? each.reduce((sum, one) => sum + one, 0) : 0;
}

/** Returns another key that has the wanted value, preferably a key with a similar name. */
function otherKey(key: string, value: string, labels: Labelled['labels']): string | undefined {
  const keys = keysByValue(labels).get(value) ?? [];
  return nearestName(key, keys.slice(0, MOST_LOOKED_AT)) ?? keys[0];
}

/** The keys of labels by value, kept by labels: each pair of a selector asks for them. */
const keysOfLabels = new WeakMap<Labelled['labels'], ReadonlyMap<string | undefined, readonly string[]>>();

function keysByValue(labels: Labelled['labels']): ReadonlyMap<string | undefined, readonly string[]> {
  let keys = keysOfLabels.get(labels);
  if (keys === undefined) {
    keys = groupBy(Object.keys(labels), (key) => labels[key]);
    keysOfLabels.set(labels, keys);
  }
  return keys;
}

function difference([key, value]: Pair, labels: Labelled['labels']): string | undefined {
  if (hasLabel(labels, key, value)) return undefined;
  const other = Object.hasOwn(labels, key) ? labels[key] : undefined;
  if (other !== undefined) return `has ${key}: ${quoted(other)}, not ${quoted(value)}`;
  const instead = otherKey(key, value, labels);
  return instead === undefined
    ? `has no label ${key}`
    : `has ${instead}: ${quoted(value)}, but no label ${key}`;
}

const quoted = (text: string): string => JSON.stringify(text);

/** A template or Pod whose containers a named targetPort was looked up in. */
export interface NamedPortCandidate {
  readonly identity: string;
  readonly spec: PodSpec;
}

/** The selected Pods as candidates, kept by their list, which all Services with equal selectors share. */
const podCandidates = new WeakMap<readonly Pod[], readonly NamedPortCandidate[]>();

/**
 * Returns where a Service's named targetPorts were looked up; nothing when the input gives its endpoints
 * directly.
 */
export function namedPortCandidates(source: EndpointSource): readonly NamedPortCandidate[] {
  switch (source.origin) {
    case 'Pods': {
      const { pods } = source;
      const candidates =
        podCandidates.get(pods) ?? pods.map((pod) => ({ identity: subjectOf(pod), spec: pod.spec }));
      podCandidates.set(pods, candidates);
      return candidates;
    }
    case 'workloads':
      return source.makers;
    case 'EndpointSlices':
    case 'Endpoints':
    case 'nowhere':
      return [];
  }
}

/**
 * Explains why no selected pod of a Service has a named targetPort, by listing the names that exist. Returns
 * undefined for a number, for a name that a pod has, and without pods.
 */
export function explainNamedPortMiss(
  port: ServicePortSpec,
  candidates: readonly NamedPortCandidate[],
): string | undefined {
  const wanted = port.targetPort;
  const [first] = candidates;
  if (typeof wanted === 'number' || first === undefined) return undefined;
  const wantedKey = `${wanted}/${port.protocol}`;
  const isThere =
    candidates.length === 1 ? namedPorts(first.spec).has(wantedKey) : namesOf(candidates).has(wantedKey);
  if (isThere) return undefined;
  const there = firstNames(candidates);
  const others = candidates.length === 1 ? '' : ` and ${candidates.length - 1} more`;
  const names = [...there.values()].slice(0, MOST_NAMES);
  const rest = there.size > names.length ? ', ...' : '';
  const known = names.length === 0 ? 'no port has a name' : `the names are ${names.join(', ')}${rest}`;
  return `no container of ${first.identity}${others} has a ${port.protocol} port named ${quoted(wanted)}; ${known}`;
}

const MOST_NAMES = 10;

/** Kept by the list of candidates, as all ports of all Services that select them ask for it. */
const namesOfLists = new WeakMap<readonly NamedPortCandidate[], ReadonlySet<string>>();

/** Returns the names of ports that the candidates have, as `name/protocol`. */
function namesOf(candidates: readonly NamedPortCandidate[]): ReadonlySet<string> {
  const known = namesOfLists.get(candidates);
  if (known !== undefined) return known;
  const names = new Set<string>();
  for (const { spec } of candidates) for (const key of namedPorts(spec).keys()) names.add(key);
  namesOfLists.set(candidates, names);
  return names;
}

/** Kept as the names are: most lists of candidates have few names, so that all candidates are looked at. */
const firstNamesOfLists = new WeakMap<readonly NamedPortCandidate[], ReadonlyMap<string, string>>();

/** Returns the first names with their numbers: one more than a message tells, if there are more. */
function firstNames(candidates: readonly NamedPortCandidate[]): ReadonlyMap<string, string> {
  const known = firstNamesOfLists.get(candidates);
  if (known !== undefined) return known;
  const names = new Map<string, string>();
  for (const { spec } of candidates) {
    for (const [key, { name, protocol, containerPort }] of namedPorts(spec)) {
      if (names.size > MOST_NAMES) break;
      names.set(key, `${name} (${containerPort}/${protocol})`);
    }
  }
  firstNamesOfLists.set(candidates, names);
  return names;
}
