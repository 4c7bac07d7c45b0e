import { type ObjectName } from '../diagnostics/diagnostic.ts';
import { type Resource } from '../manifest/resource.ts';
import {
  type ApiObject,
  type Endpoints,
  type EndpointSlice,
  type HorizontalPodAutoscaler,
  type Node,
  type Pod,
  type Service,
  type ServiceCIDR,
  type Workload,
} from '../manifest/types.ts';
import { compareText, naturalOrder } from '../text/natural-order.ts';
import { addToGroup } from '../text/groups.ts';

/** The objects of the input by kind, in an order that does not depend on the input's. */
export interface ClusterObjects {
  readonly services: readonly Resource<Service>[];
  /** By `namespace/name` of the Service, in order of their names. */
  readonly slices: ReadonlyMap<string, readonly EndpointSlice[]>;
  /** By `namespace/name`. */
  readonly endpoints: ReadonlyMap<string, Endpoints>;
  readonly nodes: readonly Node[];
  readonly serviceCidrs: readonly ServiceCIDR[];
  readonly pods: readonly Resource<Pod>[];
  readonly workloads: readonly Resource<Workload>[];
  readonly autoscalers: readonly HorizontalPodAutoscaler[];
}

/** `namespace/name`. */
export const keyOf = ({ metadata }: ApiObject): string => `${metadata.namespace}/${metadata.name}`;

/** What messages call the object. */
export const nameOf = ({ kind, metadata: { namespace, name } }: ApiObject): ObjectName => ({
  kind,
  namespace,
  name,
});

/** `Kind namespace/name`: tells objects apart. */
export const subjectOf = (object: ApiObject): string => `${object.kind} ${keyOf(object)}`;

/** Sorts the input by kind, namespace and name. */
export function clusterObjects(resources: readonly Resource[]): ClusterObjects {
  const objects = <T extends ApiObject>(is: (object: ApiObject) => object is T): readonly T[] =>
    pick(resources, is).map((resource) => resource.object);
  return {
    services: pick(resources, isService),
    slices: groupSlices(resources),
    endpoints: new Map(objects(isEndpoints).map((object) => [keyOf(object), object])),
    nodes: objects(isNode),
    serviceCidrs: objects(isServiceCidr),
    pods: pick(resources, isPod),
    workloads: pick(resources, isWorkload),
    autoscalers: objects(isAutoscaler),
  };
}

const WORKLOADS: ReadonlySet<string> = new Set<Workload['kind']>([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
]);

const isService = (object: ApiObject): object is Service => object.kind === 'Service';
const isEndpoints = (object: ApiObject): object is Endpoints => object.kind === 'Endpoints';
const isNode = (object: ApiObject): object is Node => object.kind === 'Node';
const isServiceCidr = (object: ApiObject): object is ServiceCIDR => object.kind === 'ServiceCIDR';
const isPod = (object: ApiObject): object is Pod => object.kind === 'Pod';
const isWorkload = (object: ApiObject): object is Workload => WORKLOADS.has(object.kind);
const isAutoscaler = (object: ApiObject): object is HorizontalPodAutoscaler =>
  object.kind === 'HorizontalPodAutoscaler';

function pick<T extends ApiObject>(
  resources: readonly Resource[],
  is: (object: ApiObject) => object is T,
): readonly Resource<T>[] {
  return resources
    .filter((resource): resource is Resource<T> => is(resource.object))
    .sort((a, b) => byNamespaceAndName(a.object, b.object));
}

const byNamespaceAndName = (a: ApiObject, b: ApiObject): number =>
  compareText(a.metadata.namespace, b.metadata.namespace) ||
  compareText(a.metadata.name, b.metadata.name) ||
  compareText(a.kind, b.kind);

/** The label by which an EndpointSlice belongs to a Service. */
const SERVICE_NAME = 'kubernetes.io/service-name';

function groupSlices(resources: readonly Resource[]): ReadonlyMap<string, readonly EndpointSlice[]> {
  const groups = new Map<string, EndpointSlice[]>();
  for (const { object } of resources) {
    if (object.kind !== 'EndpointSlice') continue;
    const service = object.metadata.labels[SERVICE_NAME];
    if (service === undefined) continue;
    addToGroup(groups, `${object.metadata.namespace}/${service}`, object);
  }
  for (const group of groups.values()) {
    if (group.length > 1) group.sort((a, b) => naturalOrder(a.metadata.name, b.metadata.name));
  }
  return groups;
}
