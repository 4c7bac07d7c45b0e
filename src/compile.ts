import { buildCluster } from './cluster/build.ts';
import { type ClusterModel } from './cluster/model.ts';
import { type ClusterOptions, DEFAULT_CLUSTER_OPTIONS } from './cluster/options.ts';
import { type KubeProxyFlags } from './config/kube-proxy-flags.ts';
import { resolveSettings } from './config/resolve-settings.ts';
import { featuresFor } from './dialect/features.ts';
import { type Version } from './dialect/version.ts';
import { checkObjects } from './manifest/check/check-objects.ts';
import { type ClusterRanges } from './manifest/check/ranges.ts';
import { readManifest } from './manifest/read-manifest.ts';
import { type RawObject, type Resource } from './manifest/resource.ts';
import { seenObjects, type SeenObject } from './manifest/seen-object.ts';
import { type Node } from './manifest/types.ts';
import { resolveProxy } from './proxy/resolve.ts';
import { type ProxySettings } from './proxy/settings.ts';
import { type ProxyState } from './proxy/state.ts';
import { buildRules } from './modes/iptables/rules/build.ts';
import { type RuleSet } from './netfilter/iptables/model.ts';
import { type IpFamily } from './text/ip.ts';
import { type Diagnostic, diagnostic, hasErrors, type Outcome } from './diagnostics/diagnostic.ts';
import { type Source } from './text/source.ts';

/** How manifests are read, whatever is made of them. */
export interface ManifestOptions {
  /** Unknown fields are errors, not warnings. */
  readonly strict: boolean;
  readonly ranges?: ClusterRanges | undefined;
}

/** What a set of manifests holds. */
export interface Manifests {
  readonly resources: readonly Resource[];
  /** How many objects are of kinds that play no part. */
  readonly skipped: number;
  /** Every object of the input, whatever its kind. */
  readonly seen: readonly SeenObject[];
}

/** Which kube-proxy on which node. */
export interface ProxyRequest {
  readonly version: Version;
  readonly ipFamily: IpFamily;
  readonly flags: KubeProxyFlags;
  readonly config?: Source | undefined;
  /** The name of this very host, for commands that run on the node itself. */
  readonly hostName?: string | undefined;
}

export interface CompileRequest extends ManifestOptions, ProxyRequest {
  readonly sources: readonly Source[];
  /** Without pod CIDRs, stand-in pods are taken from kube-proxy's cluster CIDR. */
  readonly cluster: Omit<ClusterOptions, 'nodeName' | 'podCidrs'> & Partial<Pick<ClusterOptions, 'podCidrs'>>;
  /** Told of each phase before it begins. */
  readonly onStep?: ((what: string) => void) | undefined;
}

/** Every stage between manifests and rules. */
export interface Compilation {
  readonly manifests: Manifests;
  readonly settings: ProxySettings;
  readonly cluster: ClusterModel;
  readonly state: ProxyState;
  readonly ruleSet: RuleSet;
}

/** Reads and checks manifests: text to objects with all defaults. */
export function loadManifests(sources: readonly Source[], options: ManifestOptions): Outcome<Manifests> {
  const problems: Diagnostic[] = [];
  const raw: RawObject[] = [];
  for (const source of sources) {
    const read = readManifest(source);
    for (const problem of read.problems) problems.push(problem);
    for (const object of read.value) raw.push(object);
  }
  const checked = checkObjects(raw, options);
  for (const problem of checked.problems) problems.push(problem);
  if (raw.length === 0 && sources.length > 0 && !hasErrors(problems)) problems.push(nothingThere(sources));
  return { value: { ...checked.value, seen: seenObjects(raw) }, problems };
}

const nothingThere = (sources: readonly Source[]): Diagnostic =>
  diagnostic('no-input', `${sources.map(({ name }) => name).join(', ')}: no Kubernetes object in the input`);

/**
 * Manifests to the rules of one node: load, resolve the settings, build the cluster, resolve kube-proxy's state, build
 * the rules. Undefined when something is wrong, with everything that is.
 */
export function compile(request: CompileRequest): Outcome<Compilation | undefined> {
  const step = request.onStep ?? (() => undefined);
  step('reading manifests');
  const manifests = loadManifests(request.sources, request);
  const nodes = manifests.value.resources.filter(isNode);
  const settings = resolveSettings({ ...request, nodes });
  const problems = [...manifests.problems, ...settings.problems];
  if (settings.value === undefined || hasErrors(problems)) return { value: undefined, problems };

  step('finding endpoints');
  const cluster = buildCluster(manifests.value.resources, {
    ...clusterOptions(request, settings.value),
    seen: manifests.value.seen,
  });
  for (const problem of cluster.problems) problems.push(problem);
  if (hasErrors(problems)) return { value: undefined, problems };

  step('building rules');
  const features = featuresFor(request.version, settings.value.gates);
  const state = resolveProxy(cluster.value, settings.value, features);
  const ruleSet = buildRules(state, settings.value, features);
  const value = {
    manifests: manifests.value,
    settings: settings.value,
    cluster: cluster.value,
    state,
    ruleSet,
  };
  return { value, problems };
}

function clusterOptions({ cluster }: CompileRequest, settings: ProxySettings): ClusterOptions {
  const { nodeName, clusterCidrs } = settings;
  const given = cluster.podCidrs ?? clusterCidrs;
  // A family that kube-proxy was told nothing of keeps the usual network.
  const usual = DEFAULT_CLUSTER_OPTIONS.podCidrs.filter(
    ({ family }) => !given.some((cidr) => cidr.family === family),
  );
  return { ...cluster, podCidrs: [...given, ...usual], ...(nodeName !== undefined && { nodeName }) };
}

const isNode = (resource: Resource): resource is Resource<Node> => resource.object.kind === 'Node';
