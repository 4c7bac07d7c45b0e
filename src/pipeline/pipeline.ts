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
  /** The modes that the caller can work with; absent: all. */
  readonly supportedModes?: readonly ModeName[] | undefined;
  /** The name of this host, for commands that run on the node itself. */
  readonly hostName?: string | undefined;
}

/**
 * Options of the stand-in cluster. Without pod CIDRs, stand-in pods get addresses from kube-proxy's cluster
 * CIDR.
 */
export type ClusterRequest = Omit<ClusterOptions, 'nodeName' | 'podCidrs' | 'seen' | 'proxyPorts'> &
  Partial<Pick<ClusterOptions, 'podCidrs'>>;

/** Fills gaps in manifests and settings from another source. `diff` takes them from a node's dump. */
export interface Adoption {
  /**
   * Completes settings that the user did not give. Returns all settings, and one line for each that was
   * taken.
   */
  readonly settings: (resolved: ProxySettings, request: ProxyRequest) => AdoptedSettings;
  /** Builds the cluster with values in place of stand-ins. */
  readonly cluster: (resources: readonly Resource[], options: ClusterOptions) => Outcome<ClusterModel>;
}

/** The completed settings, and one line for each that was taken from elsewhere. */
export interface AdoptedSettings {
  readonly settings: ProxySettings;
  readonly inferred: readonly string[];
  /** One line for each taken setting that differs from kube-proxy's defaults or from the given settings. */
  readonly unusual: readonly string[];
}

/** kube-proxy of one version with all its settings. */
export interface NodeProxy extends AdoptedSettings {
  readonly mode: ModeName;
  readonly features: Features;
  /** Equal for two kube-proxies that produce the same result from a cluster if their features are the same. */
  readonly settingsKey: string;
  /** Where stand-in pods get their addresses. */
  readonly podCidrs: readonly Cidr[];
}

/** The result of every stage from the cluster to what a node holds. */
export interface Stages<Name extends ModeName> {
  readonly settings: ProxySettings;
  readonly cluster: ClusterModel;
  readonly state: ProxyState;
  readonly mode: Name;
  readonly model: ModelOf<Name>;
}

/** Goes from manifests to what a node holds, for any number of versions, modes and settings. */
export interface Pipeline {
  /** Returns the settings of one kube-proxy; undefined and all problems when it would refuse to start. */
  readonly resolve: (request: ProxyRequest) => Outcome<NodeProxy | undefined>;
  /** Returns the cluster as the settings of a kube-proxy shape its stand-ins. */
  readonly cluster: (proxy: NodeProxy) => Outcome<ClusterModel>;
  /** Returns cluster, proxy state and model; undefined and all problems when the cluster cannot be built. */
  readonly build: <Name extends ModeName>(mode: Name, proxy: NodeProxy) => Outcome<Stages<Name> | undefined>;
}

export interface PipelineInput {
  readonly manifests: Manifests;
  readonly cluster: ClusterRequest;
  readonly adoption?: Adoption;
  /** Called before each phase begins. */
  readonly onStep?: ((what: string) => void) | undefined;
}

const NOTHING_ADOPTED: Adoption = {
  settings: (settings) => ({ settings, inferred: [], unusual: [] }),
  cluster: buildCluster,
};

/**
 * Makes the pipeline for some manifests. It builds one cluster for all settings with the same node and
 * networks.
 */
export function pipeline(input: PipelineInput): Pipeline {
  const { manifests, adoption = NOTHING_ADOPTED, onStep = () => undefined } = input;
  const nodes = manifests.resources.filter(isNode);
  const clusterOf = clusterBuilder(input, adoption);
  const cluster: Pipeline['cluster'] = (proxy) => {
    onStep('finding endpoints');
    return clusterOf(proxy);
  };
  return {
    resolve: (request) => {
      const resolved = resolveSettings({ supportedModes: MODE_NAMES, ...request, nodes });
      if (resolved.value === undefined) return { value: undefined, problems: resolved.problems };
      const value = nodeProxy(resolved.value, request, adoption, input.cluster);
      return { value, problems: resolved.problems };
    },
    cluster,
    build: (mode, proxy) => {
      const { value, problems } = cluster(proxy);
      if (hasErrors(problems)) return { value: undefined, problems };
      onStep('building rules');
      const built = stages(mode, proxy, value);
      const foreseen = MODES[mode].building().foresee(built.state, built.settings, proxy.features);
      return { value: built, problems: [...problems, ...foreseen] };
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
  // The features tell what the gates decide.
  const settingsKey = JSON.stringify([{ ...settings, gates: [] }, podCidrs]);
  return { mode, settings, features, inferred, unusual, podCidrs, settingsKey };
}

/** Adds the default pod network of each family for which no network was given. */
function withUsual(given: readonly Cidr[]): readonly Cidr[] {
  const usual = DEFAULT_CLUSTER_OPTIONS.podCidrs.filter(
    ({ family }) => !given.some((cidr) => cidr.family === family),
  );
  return [...given, ...usual];
}

/** Builds clusters, and returns the earlier one for the same node and networks. */
function clusterBuilder(
  { manifests: { resources, seen }, cluster }: PipelineInput,
  adoption: Adoption,
): (proxy: NodeProxy) => Outcome<ClusterModel> {
  const built = new Map<string, Outcome<ClusterModel>>();
  return ({ settings: { nodeName, userspace }, podCidrs }) => {
    const proxyPorts = userspace?.proxyPorts;
    const key = JSON.stringify([nodeName, podCidrs.map(formatCidr), proxyPorts]);
    const options = { ...cluster, seen, podCidrs, proxyPorts, ...(nodeName !== undefined && { nodeName }) };
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
  return { settings, cluster, state, mode, model: MODES[mode].building().build(state, settings, features) };
}

const isNode = (resource: Resource): resource is Resource<Node> => resource.object.kind === 'Node';
