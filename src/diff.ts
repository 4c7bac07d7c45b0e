import { buildCluster } from './cluster/build.ts';
import { type ClusterModel } from './cluster/model.ts';
import { type ClusterOptions } from './cluster/options.ts';
import { NO_ASSIGNMENTS } from './cluster/assignments.ts';
import { compareRules, type CompareOptions } from './compare/compare.ts';
import { type Comparison } from './compare/difference.ts';
import { loadManifests, type ManifestOptions, type Manifests, type ProxyRequest } from './compile.ts';
import { givenSettings } from './config/given-settings.ts';
import { resolveSettings } from './config/resolve-settings.ts';
import { dialectFor, isOn } from './dialect/dialect.ts';
import { type Dialect, type Feature } from './dialect/history.ts';
import { NEWEST, rankOf, type Version } from './dialect/version.ts';
import { adoptLoadBalancer, adoptPodIPs, adoptServiceValues } from './infer/adopt-addresses.ts';
import { adoptSettings } from './infer/adopt-settings.ts';
import { type Evidence, readEvidence } from './infer/evidence.ts';
import { liveServices } from './infer/live-addresses.ts';
import { observeSettings } from './infer/observe-settings.ts';
import { recognise, type Recognition } from './infer/recognise.ts';
import { type Dump } from './iptables/dump.ts';
import { type Resource } from './manifest/resource.ts';
import { type Node, type Service } from './manifest/types.ts';
import { resolveProxy } from './proxy/resolve.ts';
import { type ProxySettings } from './proxy/settings.ts';
import { buildRules } from './rules/build.ts';
import { type RuleSet, type TableName } from './rules/model.ts';
import { hasErrors, type Outcome, type Problem } from './text/problem.ts';
import { type Source } from './text/source.ts';

export interface DiffRequest extends ManifestOptions, Omit<ProxyRequest, 'version' | 'ipFamily'> {
  readonly sources: readonly Source[];
  readonly cluster: Omit<ClusterOptions, 'nodeName'>;
  readonly version: Version | 'auto';
  readonly dump: Dump;
  readonly compare: Pick<CompareOptions, 'tables' | 'strict'>;
  /** Told of each phase before it begins. */
  readonly onStep?: ((what: string) => void) | undefined;
}

/** What the node should hold, what it holds, and how they differ. */
export interface Diff {
  readonly expected: RuleSet;
  readonly actual: RuleSet;
  readonly comparison: Comparison;
  /** The version that was compared with. */
  readonly version: Version | undefined;
  /** All versions that fit the dump as well, oldest first. */
  readonly versions: readonly Version[];
  /** What of the dump no version explains. */
  readonly misfits: readonly Feature[];
  /** Settings that were taken from the dump, a line each. */
  readonly inferred: readonly string[];
}

/**
 * Manifests against a node's dump: load, recognise the dialect, and for every version that may have written the dump
 * infer the settings, compile and compare; the version with the fewest differences tells. Undefined when something is
 * wrong, with everything that is.
 */
export function diff(request: DiffRequest): Outcome<Diff | undefined> {
  const step = request.onStep ?? (() => undefined);
  step('reading manifests');
  const manifests = loadManifests(request.sources, request);
  if (hasErrors(manifests.problems)) return { value: undefined, problems: manifests.problems };

  step('recognising the version');
  const evidence = readEvidence(request.dump);
  const recognition = recognise(evidence);
  const attempt = new Attempts(request, manifests.value, evidence);
  step('comparing');
  const first = request.version === 'auto' ? firstCandidates(evidence, recognition) : [request.version];
  attempt.tryAll(first);
  if (request.version === 'auto' && !attempt.isSettled()) attempt.tryAll(recognition.near);
  return attempt.best([...manifests.problems], recognition);
}

/**
 * Where nothing of kube-proxy's is left, an old version that writes little would seem to fit best, so the newest speaks;
 * but kubelet's chains alone are what a family has that kube-proxy of old does not serve.
 */
function firstCandidates(evidence: Evidence, recognition: Recognition): readonly Version[] {
  if (recognition.seen > 0) return recognition.versions;
  const isKubeletsOnly = evidence.family === 'IPv6' && evidence.rules.some(({ role }) => role === 'standing');
  return isKubeletsOnly ? recognition.versions : [NEWEST];
}

/** Two dumps by meaning; what kube-proxy wrote the second is told by itself. */
export function diffDumps(golden: Dump, dump: Dump, options: DiffRequest['compare']): Diff {
  const recognition = recognise(readEvidence(dump));
  return {
    expected: golden,
    actual: dump,
    comparison: compareRules(golden, dump, { ...options, ...limitsOf(dump) }),
    version: recognition.seen === 0 ? undefined : recognition.versions.at(-1),
    versions: recognition.seen === 0 ? [] : recognition.versions,
    misfits: recognition.misfits,
    inferred: [],
  };
}

/** What the form of a dump does not tell must not be missed. */
function limitsOf(dump: Dump): Pick<CompareOptions, 'partialTables' | 'mayLackTables' | 'withoutInterfaces'> {
  const partial = dump.tables.filter(({ complete }) => !complete).map(({ name }): TableName => name);
  return {
    partialTables: new Set(partial),
    mayLackTables: dump.form !== 'save',
    withoutInterfaces: !dump.tellsInterfaces,
  };
}

interface Attempt extends Pick<Diff, 'expected' | 'comparison' | 'inferred'> {
  readonly versions: Version[];
  readonly problems: readonly Problem[];
}

/** Compiles and compares for one version after the other; versions that make no difference share one attempt. */
class Attempts {
  readonly #request: DiffRequest;
  readonly #manifests: Manifests;
  readonly #evidence: Evidence;
  readonly #clusters = new Map<string, Outcome<ClusterModel>>();
  readonly #attempts = new Map<string, Attempt>();
  readonly #failures: (readonly Problem[])[] = [];
  readonly #tried = new Set<Version>();

  constructor(request: DiffRequest, manifests: Manifests, evidence: Evidence) {
    this.#request = request;
    this.#manifests = manifests;
    this.#evidence = evidence;
  }

  /** Newest first, so that of all failures the newest version's are told. */
  tryAll(versions: readonly Version[]): void {
    for (const version of versions.toReversed()) {
      if (this.#tried.has(version)) continue;
      this.#tried.add(version);
      this.#try(version);
    }
  }

  /** Whether some version explains the dump entirely, or none can be tried at all. */
  isSettled(): boolean {
    const attempts = [...this.#attempts.values()];
    return attempts.some(({ comparison }) => comparison.differences.length === 0);
  }

  best(
    problems: readonly Problem[],
    { misfits, versions: recognised }: Recognition,
  ): Outcome<Diff | undefined> {
    const fewest = Math.min(...[...this.#attempts.values()].map(scoreOf));
    const equals = [...this.#attempts.values()].filter((attempt) => scoreOf(attempt) === fewest);
    const versions = equals.flatMap((attempt) => attempt.versions).sort((a, b) => rankOf(a) - rankOf(b));
    const version = versions.at(-1);
    const best = equals.find((attempt) => version !== undefined && attempt.versions.includes(version));
    if (best === undefined)
      return { value: undefined, problems: [...problems, ...(this.#failures[0] ?? [])] };
    const { expected, comparison, inferred } = best;
    const isRecognised = versions.some((fit) => recognised.includes(fit));
    const value: Diff = {
      expected,
      actual: this.#request.dump,
      comparison,
      version,
      versions,
      misfits: isRecognised ? misfits : [],
      inferred,
    };
    return { value, problems: [...problems, ...best.problems] };
  }

  #try(version: Version): void {
    const { dump } = this.#request;
    const nodes = this.#manifests.resources.filter(isNode);
    const resolved = resolveSettings({ ...this.#request, version, ipFamily: dump.family, nodes });
    if (resolved.value === undefined) {
      this.#failures.push(resolved.problems);
      return;
    }
    const given = givenSettings({ ...this.#request, version, nodeIP: resolved.value.nodeIP });
    const { settings, inferred } = adoptSettings(resolved.value, observeSettings(this.#evidence), given);
    const dialect = dialectFor(version);
    const key = JSON.stringify([effective(dialect, settings), { ...settings, gates: [] }]);
    const same = this.#attempts.get(key);
    if (same !== undefined) {
      same.versions.push(version);
      return;
    }
    const cluster = this.#clusterFor(settings.nodeName);
    if (hasErrors(cluster.problems)) {
      this.#failures.push(cluster.problems);
      return;
    }
    const expected = buildRules(resolveProxy(cluster.value, settings, dialect), settings, dialect);
    const comparison = compareRules(expected, dump, { ...this.#request.compare, ...limitsOf(dump) });
    const problems = [...resolved.problems, ...cluster.problems];
    this.#attempts.set(key, { expected, comparison, inferred, versions: [version], problems });
  }

  #clusterFor(nodeName: string | undefined): Outcome<ClusterModel> {
    const known = this.#clusters.get(nodeName ?? '');
    if (known !== undefined) return known;
    const cluster = this.#buildCluster(nodeName);
    this.#clusters.set(nodeName ?? '', cluster);
    return cluster;
  }

  /** What the manifests leave to the cluster is taken from the node: Services first, then pods. */
  #buildCluster(nodeName: string | undefined): Outcome<ClusterModel> {
    const { resources } = this.#manifests;
    const { family } = this.#request.dump;
    const options = { ...this.#request.cluster, ...(nodeName !== undefined && { nodeName }) };
    const asGiven = buildCluster(resources, options);
    if (asGiven.value.standIns.length === 0) return asGiven;

    const live = liveServices(this.#evidence);
    const services = resources.filter(isService).map(({ object }) => object);
    const adopted = resources.map((resource) =>
      isService(resource) ? { ...resource, object: adoptLoadBalancer(resource.object, live) } : resource,
    );
    const assignments = adoptServiceValues(services, live, family, options.assignments ?? NO_ASSIGNMENTS);
    const withServices = buildCluster(adopted, { ...options, assignments });
    const podIPs = adoptPodIPs(withServices.value, live, family);
    return buildCluster(adopted, { ...options, assignments: podIPs });
  }
}

const isNode = (resource: Resource): resource is Resource<Node> => resource.object.kind === 'Node';
const isService = (resource: Resource): resource is Resource<Service> => resource.object.kind === 'Service';

/** The dialect with every feature gate decided. */
const effective = (dialect: Dialect, { gates }: ProxySettings): readonly unknown[] =>
  Object.values(dialect).map((value) => (typeof value === 'object' ? isOn(value, gates) : value));

/** Fewer differences are better, then fewer rules in them. */
function scoreOf({ comparison: { differences } }: Attempt): number {
  const rules = differences.reduce((sum, { expected, actual }) => sum + expected.length + actual.length, 0);
  return differences.length * 1_000_000 + Math.min(rules, 999_999);
}
