import { buildCluster } from '../cluster/build.ts';
import { type ClusterModel } from '../cluster/model.ts';
import { type ClusterOptions, DEFAULT_CLUSTER_OPTIONS } from '../cluster/options.ts';
import { type KubeProxyFlags } from '../config/kube-proxy-flags.ts';
import { resolveSettings } from '../config/resolve-settings.ts';
import { type Features, featuresFor } from '../dialect/features.ts';
import { type Version } from '../dialect/version.ts';
import { type Resource } from '../manifest/resource.ts';
import { type Node } from '../manifest/types.ts';
import { isModeName, type ModelOf, type ModeName, MODE_NAMES, MODES } from '../modes/modes.ts';
import { resolveProxy } from '../proxy/resolve.ts';
import { type ProxySettings } from '../proxy/settings.ts';
import { type ProxyState } from '../proxy/state.ts';
import { type Cidr, formatCidr, type IpFamily } from '../text/ip.ts';
import { hasErrors, type Outcome } from '../diagnostics/diagnostic.ts';
import { type Source } from '../text/source.ts';
import { type Manifests } from './manifests.ts';

/** Which kube-proxy on which node. */
export interface ProxyRequest {
  readonly version: Version;
  readonly ipFamily: IpFamily;
  readonly flags: KubeProxyFlags;
  readonly config?: Source | undefined;
  /** The name of this very host, for commands that run on the node itself. */
  readonly hostName?: string | undefined;
}

/** What stands in for a cluster. Without pod CIDRs, stand-in pods are taken from kube-proxy's cluster CIDR. */
export type ClusterRequest = Omit<ClusterOptions, 'nodeName' | 'podCidrs' | 'seen'> &
  Partial<Pick<ClusterOptions, 'podCidrs'>>;

/** Fills what manifests and settings leave open from what else is known, as `diff` does from a node's dump. */
export interface Adoption {
  /** Completes settings that nobody gave. Returns them, and in words what was taken, a line each. */
  readonly settings: (resolved: ProxySettings, request: ProxyRequest) => AdoptedSettings;
  /** Builds the cluster with values in place of stand-ins. */
  readonly cluster: (resources: readonly Resource[], options: ClusterOptions) => Outcome<ClusterModel>;
}

/** Settings completed, and what was taken to complete them, a line each. */
export interface AdoptedSettings {
  readonly settings: ProxySettings;
  readonly inferred: readonly string[];
  /** What of it is not as kube-proxy's defaults or the given settings have it. */
  readonly unusual: readonly string[];
}

/** kube-proxy of one version with all its settings. */
export interface NodeProxy extends AdoptedSettings {
  readonly mode: ModeName;
  readonly features: Features;
  /** The same for two that make the same of a cluster. */
  readonly identity: string;
  /** Where stand-in pods get their addresses. */
  readonly podCidrs: readonly Cidr[];
}

/** Every stage between a cluster and what a node holds. */
export interface Stages<Name extends ModeName> {
  readonly settings: ProxySettings;
  readonly cluster: ClusterModel;
  readonly state: ProxyState;
  readonly mode: Name;
  readonly model: ModelOf<Name>;
}

/** The way from manifests to what a node holds, for any number of versions, modes and settings. */
export interface Pipeline {
  /** Settings of one kube-proxy. Undefined, with every reason, when it would refuse to start. */
  readonly resolve: (request: ProxyRequest) => Outcome<NodeProxy | undefined>;
  /** Cluster, proxy state and model. Undefined, with every reason, when the cluster cannot be built. */
  readonly build: <Name extends ModeName>(mode: Name, proxy: NodeProxy) => Outcome<Stages<Name> | undefined>;
}

export interface PipelineInput {
  readonly manifests: Manifests;
  readonly cluster: ClusterRequest;
  readonly adoption?: Adoption;
  /** Told of each phase before it begins. */
  readonly onStep?: ((what: string) => void) | undefined;
}

const NOTHING_ADOPTED: Adoption = {
  settings: (settings) => ({ settings, inferred: [], unusual: [] }),
  cluster: buildCluster,
};

/** The pipeline for some manifests. A cluster is built once for all that see it from the same node. */
export function pipeline(input: PipelineInput): Pipeline {
  const { manifests, adoption = NOTHING_ADOPTED, onStep = () => undefined } = input;
  const nodes = manifests.resources.filter(isNode);
  const clusterOf = clusterBuilder(input, adoption);
  return {
    resolve: (request) => {
      const resolved = resolveSettings({ ...request, nodes, supportedModes: MODE_NAMES });
      if (resolved.value === undefined) return { value: undefined, problems: resolved.problems };
      const value = nodeProxy(resolved.value, request, adoption, input.cluster);
      return { value, problems: resolved.problems };
    },
    build: (mode, proxy) => {
      onStep('finding endpoints');
      const cluster = clusterOf(proxy);
      if (hasErrors(cluster.problems)) return { value: undefined, problems: cluster.problems };
      onStep('building rules');
      const built = stages(mode, proxy, cluster.value);
      const foreseen = MODES[mode].foresee(built.state, built.settings, proxy.features);
      return { value: built, problems: [...cluster.problems, ...foreseen] };
    },
  };
}

function nodeProxy(
  resolved: ProxySettings,
  request: ProxyRequest,
  adoption: Adoption,
  cluster: ClusterRequest,
): NodeProxy {
  const { settings, inferred, unusual } = adoption.settings(resolved, request);
  const { mode } = settings;
  if (!isModeName(mode)) throw new Error(`mode ${mode} was not asked for`);
  const features = featuresFor(request.version, settings.gates);
  const podCidrs = cluster.podCidrs ?? withUsual(resolved.clusterCidrs);
  const identity = JSON.stringify([features, { ...settings, gates: [] }, podCidrs]);
  return { mode, settings, features, inferred, unusual, podCidrs, identity };
}

/** A family that kube-proxy was told nothing of keeps the usual network. */
function withUsual(given: readonly Cidr[]): readonly Cidr[] {
  const usual = DEFAULT_CLUSTER_OPTIONS.podCidrs.filter(
    ({ family }) => !given.some((cidr) => cidr.family === family),
  );
  return [...given, ...usual];
}

/** Builds clusters; one that was built before for the same node and networks is given again. */
function clusterBuilder(
  { manifests: { resources, seen }, cluster }: PipelineInput,
  adoption: Adoption,
): (proxy: NodeProxy) => Outcome<ClusterModel> {
  const built = new Map<string, Outcome<ClusterModel>>();
  return ({ settings: { nodeName }, podCidrs }) => {
    const key = JSON.stringify([nodeName, podCidrs.map(formatCidr)]);
    const options = { ...cluster, seen, podCidrs, ...(nodeName !== undefined && { nodeName }) };
    const outcome = built.get(key) ?? adoption.cluster(resources, options);
    built.set(key, outcome);
    return outcome;
  };
}

function stages<Name extends ModeName>(
  mode: Name,
  { settings, features }: NodeProxy,
  cluster: ClusterModel,
): Stages<Name> {
  const state = resolveProxy(cluster, settings, features);
  return { settings, cluster, state, mode, model: MODES[mode].build(state, settings, features) };
}

const isNode = (resource: Resource): resource is Resource<Node> => resource.object.kind === 'Node';
