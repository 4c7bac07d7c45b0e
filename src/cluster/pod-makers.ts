import { type Resource } from '../manifest/resource.ts';
import { type Node, type Pod, type PodSpec, type Workload } from '../manifest/types.ts';
import { hasLabel, type Labelled } from './label-index.ts';
import { type ClusterObjects, subjectOf } from './objects.ts';

/** An object from which a cluster makes pods: a workload, or a Pod that was not created in a cluster yet. */
export interface PodMaker extends Labelled {
  /** `Deployment namespace/name`. */
  readonly identity: string;
  readonly resource: Resource<Pod | Workload>;
  readonly spec: PodSpec;
  readonly count: number;
  /** The Nodes of the input that its pods may run on. */
  readonly nodes: readonly Node[];
  /** The node of its pods when no such Node exists; undefined when it is unknown. */
  readonly otherwiseOn: string | undefined;
}

/**
 * The most stand-in pods, to bound memory. Kubernetes supports at most 150,000 pods in a cluster.
 */
export const MOST_STAND_IN_PODS = 150_000;

/**
 * All that makes pods, save what another object of the input makes itself: it would be counted twice.
 * `nodeName` is where pods run when the input holds no Nodes.
 */
export function podMakers(objects: ClusterObjects, nodeName: string | undefined): readonly PodMaker[] {
  const { workloads, pods, nodes } = objects;
  const present = new Set([...workloads, ...pods].map(({ object }) => subjectOf(object)));
  const isMadeByOther = ({ metadata: { controller, namespace } }: Pod | Workload): boolean =>
    controller !== undefined && present.has(`${controller.kind} ${namespace}/${controller.name}`);
  const minimum = autoscaledMinimum(objects);
  const maker = (
    resource: Resource<Pod | Workload>,
    { labels, spec }: Pick<PodMaker, 'labels' | 'spec'>,
  ): Omit<PodMaker, 'count'> => ({
    identity: subjectOf(resource.object),
    resource,
    namespace: resource.object.metadata.namespace,
    labels,
    spec,
    nodes: fittingNodes(spec, nodes),
    otherwiseOn: spec.nodeName ?? (nodes.length === 0 ? nodeName : undefined),
  });
  return [
    ...workloads
      .filter(({ object }) => !isMadeByOther(object))
      .map((resource) => {
        const made = maker(resource, resource.object.spec.template);
        return { ...made, count: podCount(resource.object, made, nodes, minimum) };
      }),
    ...pods
      .filter(({ object }) => isUnseen(object) && !isMadeByOther(object))
      .map((resource) => {
        const { metadata, spec } = resource.object;
        return { ...maker(resource, { labels: metadata.labels, spec }), count: 1 };
      }),
  ];
}

/**
 * Returns how many pods a workload has. A DaemonSet has one on each Node that it fits, or one if the
 * input has no Nodes. For others `replicas` decides, else the minimum of an autoscaler, else 1.
 */
function podCount(
  { kind, spec }: Workload,
  { identity, nodes }: Omit<PodMaker, 'count'>,
  all: readonly Node[],
  autoscaled: ReadonlyMap<string, number>,
): number {
  if (kind === 'DaemonSet') return all.length === 0 ? 1 : nodes.length;
  return spec.replicas ?? autoscaled.get(identity) ?? 1;
}

/** A Pod as it stands in git. One that a cluster has seen has a phase, even while it has no IP. */
const isUnseen = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp === undefined &&
  status.phase === undefined &&
  status.podIPs.length === 0 &&
  status.conditions.length === 0;

/** Returns the minimum of the HorizontalPodAutoscaler of each workload, by the identity of the workload. */
const autoscaledMinimum = ({ autoscalers }: ClusterObjects): ReadonlyMap<string, number> =>
  new Map(
    autoscalers.map(({ metadata, spec: { scaleTargetRef, minReplicas } }) => [
      `${scaleTargetRef.kind} ${metadata.namespace}/${scaleTargetRef.name}`,
      minReplicas,
    ]),
  );

/** Labels that every kubelet sets on its Node. A Node written by hand need not have them. */
const GIVEN_BY_KUBELET: ReadonlySet<string> = new Set(['kubernetes.io/os', 'kubernetes.io/arch']);

function fittingNodes(spec: PodSpec, nodes: readonly Node[]): readonly Node[] {
  if (spec.nodeName !== undefined) return nodes.filter(({ metadata }) => metadata.name === spec.nodeName);
  const wanted = Object.entries(spec.nodeSelector);
  if (wanted.length === 0) return nodes;
  return nodes.filter(({ metadata: { labels } }) =>
    wanted.every(
      ([key, value]) =>
        hasLabel(labels, key, value) || (GIVEN_BY_KUBELET.has(key) && !Object.hasOwn(labels, key)),
    ),
  );
}
