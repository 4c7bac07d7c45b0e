import { type ClusterModel } from '../cluster/model.ts';
import { type Comparison } from '../modes/iptables/compare/difference.ts';
import { featuresFor } from '../dialect/features.ts';
import { type Feature } from '../dialect/history.ts';
import { NEWEST, rankOf, type Version } from '../dialect/version.ts';
import { type Evidence } from '../modes/iptables/recognise/evidence.ts';
import { likelyVersions, recognise, type Recognition } from '../modes/iptables/recognise/recognise.ts';
import { type RuleSet } from '../netfilter/iptables/model.ts';
import { areSameRules } from '../netfilter/iptables/same-rules.ts';
import { type Outcome, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { type ExpectationInput, expectedRules, liveCluster, nodeProxy } from './expected-rules.ts';

/** What the node should hold by the version that explains it best. */
export interface ChosenVersion {
  readonly expected: RuleSet;
  readonly comparison: Comparison;
  /** The version that was compared with. */
  readonly version: Version;
  /** The versions that most likely wrote the dump, oldest first. */
  readonly likely: readonly Version[];
  /** All versions that fit it as well. */
  readonly versions: readonly Version[];
  /** What of the dump these versions do not explain. */
  readonly misfits: readonly Feature[];
  /** Settings that were taken from the dump, a line each. */
  readonly inferred: readonly string[];
}

type Compare = (expected: RuleSet) => Comparison;

/**
 * Compiles and compares for every version that may have written the dump, and takes that with the fewest differences;
 * a feature that the dump shows otherwise is one. Undefined when every version refuses the settings.
 */
export function chooseVersion(
  asked: Version | 'auto',
  input: ExpectationInput,
  compare: Compare,
): Outcome<ChosenVersion | undefined> {
  const recognition = recognise(input.evidence);
  const attempt = attemptOnce(input, compare);
  if (asked !== 'auto') return best([attempt(asked)], recognition, input);
  const attempts = firstCandidates(input.evidence, recognition).map(attempt);
  const isExplained = attempts.some(({ result }) => result?.comparison.differences.length === 0);
  if (isExplained) return best(attempts, recognition, input);
  return best([...new Set([...attempts, ...recognition.near.map(attempt)])], recognition, input);
}

/**
 * Where nothing of kube-proxy's is left, an old version that writes little would seem to fit best, so the newest speaks;
 * but kubelet's chains alone are what a family has that kube-proxy of old does not serve.
 */
function firstCandidates({ family, rules }: Evidence, { seen, versions }: Recognition): readonly Version[] {
  if (seen > 0) return versions;
  const isKubeletsOnly = family === 'IPv6' && rules.some(({ role }) => role === 'standing');
  return isKubeletsOnly ? versions.filter((version) => featuresFor(version).ipv6) : [NEWEST];
}

interface Result extends Pick<ChosenVersion, 'expected' | 'comparison' | 'inferred'> {
  readonly problems: readonly Diagnostic[];
}

interface Attempt {
  readonly version: Version;
  readonly result: Result | undefined;
  readonly problems: readonly Diagnostic[];
}

/** Tries versions; those that write the same rules are compared once. */
function attemptOnce(input: ExpectationInput, compare: Compare): (version: Version) => Attempt {
  const attempts = new Map<Version, Attempt>();
  const results = new Map<string, Outcome<Result | undefined>>();
  const clusters = new Map<string | undefined, Outcome<ClusterModel>>();
  const clusterFor = (nodeName: string | undefined): Outcome<ClusterModel> => {
    const cluster = clusters.get(nodeName) ?? liveCluster(input, nodeName);
    clusters.set(nodeName, cluster);
    return cluster;
  };
  const compared: Pick<Result, 'expected' | 'comparison'>[] = [];
  const compareOnce = (expected: RuleSet): Pick<Result, 'expected' | 'comparison'> => {
    const known = compared.find((earlier) => areSameRules(earlier.expected, expected));
    if (known !== undefined) return known;
    const fresh = { expected, comparison: compare(expected) };
    compared.push(fresh);
    return fresh;
  };
  const run = (version: Version): Attempt => {
    const proxy = nodeProxy(version, input);
    if (proxy.value === undefined) return { version, result: undefined, problems: proxy.problems };
    const { identity, inferred } = proxy.value;
    let outcome = results.get(identity);
    if (outcome === undefined) {
      const { value: expected, problems } = expectedRules(proxy.value, clusterFor);
      const value = expected && { ...compareOnce(expected), inferred, problems };
      results.set(identity, (outcome = { value, problems }));
    }
    return { version, result: outcome.value, problems: [...proxy.problems, ...outcome.problems] };
  };
  return (version) => {
    const attempt = attempts.get(version) ?? run(version);
    attempts.set(version, attempt);
    return attempt;
  };
}

/** Fewest differences and misfits; of these fewest misfits; of those that are likely, fewest rules that differ. */
function best(
  attempts: readonly Attempt[],
  { misfitsOf }: Recognition,
  { observed }: ExpectationInput,
): Outcome<ChosenVersion | undefined> {
  const tried = attempts
    .flatMap(({ version, result, problems }) => (result === undefined ? [] : [{ version, result, problems }]))
    .sort((a, b) => rankOf(a.version) - rankOf(b.version));
  const misfitsIn = (version: Version): readonly Feature[] => misfitsOf.get(version) ?? [];
  const fitting = fewest(
    fewest(tried, ({ version, result }) => result.comparison.differences.length + misfitsIn(version).length),
    ({ version }) => misfitsIn(version).length,
  );
  const versions = fitting.map(({ version }) => version);
  const likely = likelyVersions(versions, observed);
  const nearest = fewest(
    fitting.filter(({ version }) => likely.includes(version)),
    ({ result }) => rulesIn(result.comparison),
  );
  const chosen = nearest.at(-1);
  if (chosen === undefined) return { value: undefined, problems: attempts.at(-1)?.problems ?? [] };
  const { version, result, problems } = chosen;
  const value: ChosenVersion = {
    ...result,
    version,
    likely: nearest.map((attempt) => attempt.version),
    versions,
    misfits: misfitsIn(version),
  };
  return { value, problems };
}

/** Those of the items that have the least of something. */
function fewest<T>(items: readonly T[], count: (item: T) => number): readonly T[] {
  const counted = items.map((item) => ({ item, number: count(item) }));
  const least = counted.reduce((minimum, { number }) => Math.min(minimum, number), Infinity);
  return counted.filter(({ number }) => number === least).map(({ item }) => item);
}

const rulesIn = ({ differences }: Comparison): number =>
  differences.reduce((sum, { expected, actual }) => sum + expected.length + actual.length, 0);
