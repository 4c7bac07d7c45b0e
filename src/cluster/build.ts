import { type Resource } from '../manifest/resource.ts';
import { type Endpoints, type EndpointSlice, type Service } from '../manifest/types.ts';
import { type Outcome } from '../text/problem.ts';
import { compareText, naturalOrder } from '../text/natural-order.ts';
import { NO_ASSIGNMENTS } from './assignments.ts';
import { slicesFromEndpoints } from './from-endpoints.ts';
import { type ClusterModel, type ClusterService } from './model.ts';
import { type ClusterOptions } from './options.ts';

/** The label by which an EndpointSlice belongs to a Service. */
const SERVICE_NAME = 'kubernetes.io/service-name';

const isKind =
  <K extends string>(kind: K) =>
  <T extends { readonly kind: string }>(object: T): object is Extract<T, { readonly kind: K }> =>
    object.kind === kind;

/** Brings Services and what they lead to together, whatever the order of the input was. */
export function buildCluster(resources: readonly Resource[], options: ClusterOptions): Outcome<ClusterModel> {
  const objects = resources.map((resource) => resource.object);
  const slices = groupSlices(objects.filter(isKind('EndpointSlice')));
  const endpoints = new Map(objects.filter(isKind('Endpoints')).map((object) => [keyOf(object), object]));
  const services = objects
    .filter(isKind('Service'))
    .map((service) => withEndpoints(service, slices, endpoints))
    .sort((a, b) => byNamespaceAndName(a.service, b.service));
  return { value: { services, assignments: options.assignments ?? NO_ASSIGNMENTS }, problems: [] };
}

const keyOf = (object: Service | Endpoints): string => `${object.metadata.namespace}/${object.metadata.name}`;

function byNamespaceAndName(a: Service, b: Service): number {
  return (
    compareText(a.metadata.namespace, b.metadata.namespace) || compareText(a.metadata.name, b.metadata.name)
  );
}

function groupSlices(slices: readonly EndpointSlice[]): ReadonlyMap<string, readonly EndpointSlice[]> {
  const groups = new Map<string, EndpointSlice[]>();
  for (const slice of slices) {
    const service = slice.metadata.labels[SERVICE_NAME];
    if (service === undefined) continue;
    const key = `${slice.metadata.namespace}/${service}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [slice]);
    else group.push(slice);
  }
  for (const group of groups.values()) group.sort((a, b) => naturalOrder(a.metadata.name, b.metadata.name));
  return groups;
}

function withEndpoints(
  service: Service,
  slices: ReadonlyMap<string, readonly EndpointSlice[]>,
  endpoints: ReadonlyMap<string, Endpoints>,
): ClusterService {
  const own = slices.get(keyOf(service));
  if (own !== undefined) return { service, slices: own, origin: 'EndpointSlices' };
  const object = endpoints.get(keyOf(service));
  if (object !== undefined) return { service, slices: slicesFromEndpoints(object), origin: 'Endpoints' };
  return { service, slices: [], origin: 'nowhere' };
}
