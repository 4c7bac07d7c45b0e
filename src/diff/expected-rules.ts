import { NO_ASSIGNMENTS } from '../cluster/assignments.ts';
import { buildCluster } from '../cluster/build.ts';
import { type ClusterModel } from '../cluster/model.ts';
import { type ClusterOptions } from '../cluster/options.ts';
import { givenSettings } from '../config/given-settings.ts';
import { type KubeProxyFlags } from '../config/kube-proxy-flags.ts';
import { resolveSettings } from '../config/resolve-settings.ts';
import { type Features, featuresFor } from '../dialect/features.ts';
import { type Version } from '../dialect/version.ts';
import { adoptLoadBalancer, adoptPodIPs, adoptServiceValues } from './adopt-addresses.ts';
import { adoptSettings } from './adopt-settings.ts';
import { type Evidence } from '../modes/iptables/recognise/evidence.ts';
import { liveServices } from '../modes/iptables/recognise/live-addresses.ts';
import { type ObservedSettings } from '../modes/mode.ts';
import { type Resource } from '../manifest/resource.ts';
import { type Node, type Service } from '../manifest/types.ts';
import { resolveProxy } from '../proxy/resolve.ts';
import { type ProxySettings } from '../proxy/settings.ts';
import { buildRules } from '../modes/iptables/rules/build.ts';
import { type RuleSet } from '../netfilter/iptables/model.ts';
import { hasErrors, type Outcome } from '../diagnostics/diagnostic.ts';
import { type Source } from '../text/source.ts';

/** What the expected rules depend on, whatever the version. */
export interface ExpectationInput {
  readonly resources: readonly Resource[];
  readonly flags: KubeProxyFlags;
  readonly config?: Source | undefined;
  readonly hostName?: string | undefined;
  readonly cluster: Omit<ClusterOptions, 'nodeName'>;
  /** What the node's own dump tells of all that is not given. */
  readonly evidence: Evidence;
  readonly observed: ObservedSettings;
}

/** kube-proxy of one version on the node, its settings completed from the dump. */
export interface NodeProxy {
  readonly features: Features;
  readonly settings: ProxySettings;
  /** What was taken from the dump, a line each. */
  readonly inferred: readonly string[];
  /** The same for two versions that write the same rules. */
  readonly identity: string;
}

/** The settings as given, completed with what the dump shows. Undefined when the version would refuse them. */
export function nodeProxy(version: Version, input: ExpectationInput): Outcome<NodeProxy | undefined> {
  const ipFamily = input.evidence.family;
  const nodes = input.resources.filter(isNode);
  const { value: resolved, problems } = resolveSettings({ ...input, version, ipFamily, nodes });
  if (resolved === undefined) return { value: undefined, problems };
  const given = givenSettings({ ...input, version, resolved });
  const { settings, inferred } = adoptSettings(resolved, input.observed, given);
  const features = featuresFor(version, settings.gates);
  const identity = JSON.stringify([features, { ...settings, gates: [] }]);
  return { value: { features, settings, inferred, identity }, problems };
}

/** The rules that the node should hold. `clusterFor` is {@link liveCluster}, mostly asked for one node only. */
export function expectedRules(
  { settings, features }: NodeProxy,
  clusterFor: (nodeName: string | undefined) => Outcome<ClusterModel>,
): Outcome<RuleSet | undefined> {
  const { value: cluster, problems } = clusterFor(settings.nodeName);
  if (hasErrors(problems)) return { value: undefined, problems };
  return { value: buildRules(resolveProxy(cluster, settings, features), settings, features), problems };
}

/** What the manifests leave to the cluster is taken from the node: values of Services first, then those of pods. */
export function liveCluster(
  { resources, cluster, evidence }: ExpectationInput,
  nodeName: string | undefined,
): Outcome<ClusterModel> {
  const options = { ...cluster, ...(nodeName !== undefined && { nodeName }) };
  const asGiven = buildCluster(resources, options);
  if (asGiven.value.standIns.length === 0) return asGiven;

  const { family } = evidence;
  const live = liveServices(evidence);
  const services = resources.filter(isService).map(({ object }) => object);
  const adopted = resources.map((resource) =>
    isService(resource) ? { ...resource, object: adoptLoadBalancer(resource.object, live) } : resource,
  );
  const assignments = adoptServiceValues(services, live, family, options.assignments ?? NO_ASSIGNMENTS);
  const withServices = buildCluster(adopted, { ...options, assignments });
  const podIPs = adoptPodIPs(withServices.value, live, family);
  return buildCluster(adopted, { ...options, assignments: podIPs });
}

const isNode = (resource: Resource): resource is Resource<Node> => resource.object.kind === 'Node';
const isService = (resource: Resource): resource is Resource<Service> => resource.object.kind === 'Service';
