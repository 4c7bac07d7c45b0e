import { NO_ASSIGNMENTS } from '../cluster/assignments.ts';
import { buildCluster } from '../cluster/build.ts';
import { type ClusterModel } from '../cluster/model.ts';
import { type ClusterOptions } from '../cluster/options.ts';
import { givenSettings } from '../config/given-settings.ts';
import { type Resource } from '../manifest/resource.ts';
import { type Service } from '../manifest/types.ts';
import { type ObservedSettings, type Recognition } from '../modes/mode.ts';
import { type Adoption, type ProxyRequest } from '../pipeline/pipeline.ts';
import { type ProxySettings } from '../proxy/settings.ts';
import { type Outcome } from '../diagnostics/diagnostic.ts';
import { adoptLoadBalancer, adoptPodIPs, adoptServiceValues } from './adopt-addresses.ts';
import { featuresFor } from '../dialect/features.ts';
import { HISTORY } from '../dialect/history.ts';
import { isGated, rowAt } from '../dialect/rows.ts';
import { adoptSettings, unusualSettings } from './adopt-settings.ts';

/** Takes settings and addresses that the user did not give from the dump of a node. */
export const adoptionFrom = (recognition: Recognition): Adoption => ({
  settings: (resolved, request) => {
    const given = givenSettings({ ...request, resolved });
    const gated = { ...resolved, gates: provenGates(resolved, request, recognition.settings) };
    const features = featuresFor(request.version, gated.gates);
    const { settings, inferred } = adoptSettings(gated, recognition.settings, given, features);
    return { settings, inferred, unusual: unusualSettings(resolved, settings, features) };
  },
  cluster: (resources, options) => {
    const { value, problems } = liveCluster(resources, options, recognition);
    const { serviceCidrs } = recognition.settings;
    const isOpen = serviceCidrs !== undefined && value.serviceCidrs.length === 0;
    return { value: isOpen ? { ...value, serviceCidrs } : value, problems };
  },
});

/**
 * Returns the feature gates, and those without which the node would not have what the dump shows. A user who
 * gave a configuration or gates has decided about all of them.
 */
function provenGates(
  { gates }: ProxySettings,
  { version, config, flags }: ProxyRequest,
  { serviceCidrs }: ObservedSettings,
): ReadonlySet<string> {
  const { value } = rowAt(HISTORY.nftServiceCidrs, version);
  const isProven = serviceCidrs !== undefined && config === undefined && flags.featureGates === undefined;
  return isProven && isGated(value) ? new Set([...gates, value.gate]) : gates;
}

/** Takes values that the cluster assigns from the node: first those of Services, then those of pods. */
function liveCluster(
  resources: readonly Resource[],
  options: ClusterOptions,
  { family, services: liveServices }: Recognition,
): Outcome<ClusterModel> {
  // A value that the manifests lack is no mistake here, because the node may have it.
  const lenient = { ...options, requireAssigned: false };
  const asGiven = buildCluster(resources, lenient);
  if (asGiven.value.standIns.length === 0) return asGiven;

  const live = liveServices();
  const services = resources.filter(isService).map(({ object }) => object);
  const adopted = resources.map((resource) =>
    isService(resource) ? { ...resource, object: adoptLoadBalancer(resource.object, live) } : resource,
  );
  const given = options.assignments ?? NO_ASSIGNMENTS;
  const known = adoptServiceValues(services, live, family, given);
  const withServices = buildCluster(adopted, { ...lenient, assignments: known });
  const podIPs = adoptPodIPs(withServices.value, live, family, given);
  const { assignments } = options.requireAssigned ? { assignments: known } : withServices.value;
  return buildCluster(adopted, {
    ...options,
    assignments: { ...assignments, podIPs: new Map([...assignments.podIPs, ...podIPs]) },
  });
}

const isService = (resource: Resource): resource is Resource<Service> => resource.object.kind === 'Service';
