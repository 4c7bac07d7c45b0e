import { NO_ASSIGNMENTS } from '../cluster/assignments.ts';
import { buildCluster } from '../cluster/build.ts';
import { type ClusterModel } from '../cluster/model.ts';
import { type ClusterOptions } from '../cluster/options.ts';
import { givenSettings } from '../config/given-settings.ts';
import { type Resource } from '../manifest/resource.ts';
import { type Service } from '../manifest/types.ts';
import { type Recognition } from '../modes/mode.ts';
import { type Adoption } from '../pipeline/pipeline.ts';
import { type Outcome } from '../diagnostics/diagnostic.ts';
import { adoptLoadBalancer, adoptPodIPs, adoptServiceValues } from './adopt-addresses.ts';
import { featuresFor } from '../dialect/features.ts';
import { adoptSettings, unusualSettings } from './adopt-settings.ts';

/** Takes settings and addresses that the user did not give from the dump of a node. */
export const adoptionFrom = (recognition: Recognition): Adoption => ({
  settings: (resolved, request) => {
    const given = givenSettings({ ...request, resolved });
    const { settings, inferred } = adoptSettings(resolved, recognition.settings, given);
    const features = featuresFor(request.version, settings.gates);
    return { settings, inferred, unusual: unusualSettings(resolved, settings, features) };
  },
  cluster: (resources, options) => liveCluster(resources, options, recognition),
});

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
