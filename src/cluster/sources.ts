import { type EndpointSlice, type Pod, type Service } from '../manifest/types.ts';
import { compareText } from '../text/natural-order.ts';
import { slicesFromEndpoints } from './from-endpoints.ts';
import { indexLabels, type Labelled, type LabelIndex } from './label-index.ts';
import { type ClusterObjects, keyOf, subjectOf } from './objects.ts';
import { type PodMaker } from './pod-makers.ts';
import { selectSetPods, type StatefulSets } from './set-pods.ts';

/** The source of the endpoints of a Service: the first that exists, in this order. */
export type EndpointSource =
  | { readonly origin: 'EndpointSlices' | 'Endpoints'; readonly slices: readonly EndpointSlice[] }
  | { readonly origin: 'Pods'; readonly pods: readonly Pod[] }
  | {
      readonly origin: 'workloads';
      readonly makers: readonly PodMaker[];
      /** Names of the pods, when the selector tells those of a StatefulSet apart; absent: all of them. */
      readonly only?: ReadonlySet<string>;
    }
  | { readonly origin: 'nowhere'; readonly selects: boolean };

/** Everything that a selector can choose. */
export interface Selectable {
  /** Returns what the selector chooses in a namespace: one object for all Services with equal selectors. */
  readonly choose: (namespace: string, selector: Labelled['labels']) => EndpointSource;
}

interface Choices extends StatefulSets {
  readonly pods: LabelIndex<ObservedPod>;
}

/** A Pod of the input, as selectors see it. */
export interface ObservedPod extends Labelled {
  readonly identity: string;
  readonly pod: Pod;
}

/**
 * Indexes everything that selectors can choose. Thousands of Services may select the same thousands of pods, so equal
 * selectors are looked up once and share the result.
 */
export function selectable(objects: ClusterObjects, makers: readonly PodMaker[]): Selectable {
  const sets = makers.filter(({ resource }) => resource.object.kind === 'StatefulSet');
  const choices: Choices = {
    pods: indexLabels(observedPods(objects)),
    makers: indexLabels(makers),
    sets: new Map(sets.map((maker) => [maker.identity, maker])),
  };
  const chosen = new Map<string, EndpointSource>();
  return {
    choose: (namespace, selector) => {
      const key = JSON.stringify([namespace, Object.entries(selector).sort(([a], [b]) => compareText(a, b))]);
      const source = chosen.get(key) ?? chosenBy(namespace, selector, choices);
      chosen.set(key, source);
      return source;
    },
  };
}

export const observedPods = (objects: ClusterObjects): readonly ObservedPod[] =>
  objects.pods.map(({ object: pod }) => ({
    identity: subjectOf(pod),
    pod,
    namespace: pod.metadata.namespace,
    labels: pod.metadata.labels,
  }));

/**
 * Returns the EndpointSlices of a Service, else the Endpoints object of the same name, else the selected Pods
 * if one has an IP, else the objects that make the selected pods. Pods that exist in a cluster without an IP
 * count only if there is no other source.
 */
export function sourceOf(service: Service, objects: ClusterObjects, selectable: Selectable): EndpointSource {
  const slices = objects.slices.get(keyOf(service));
  if (slices !== undefined) return { origin: 'EndpointSlices', slices };
  const endpoints = objects.endpoints.get(keyOf(service));
  if (endpoints !== undefined) return { origin: 'Endpoints', slices: slicesFromEndpoints(endpoints) };
  if (!selects(service)) return { origin: 'nowhere', selects: false };
  return selectable.choose(service.metadata.namespace, service.spec.selector ?? {});
}

function chosenBy(namespace: string, selector: Labelled['labels'], choices: Choices): EndpointSource {
  const pods = choices.pods.select(namespace, selector).map(({ pod }) => pod);
  if (pods.some(({ status }) => status.podIPs.length > 0)) return { origin: 'Pods', pods };
  const makers = choices.makers.select(namespace, selector);
  if (makers.length > 0) return { origin: 'workloads', makers };
  const chosen = selectSetPods(namespace, selector, choices);
  if (chosen.length > 0) {
    const only = new Set(chosen.map(({ name }) => name));
    return { origin: 'workloads', makers: chosen.map(({ maker }) => maker), only };
  }
  return pods.length > 0 ? { origin: 'Pods', pods } : { origin: 'nowhere', selects: true };
}

/** True when the endpoint slice controller makes slices for the Service. (Controller.syncService, 1.36) */
const selects = ({ spec }: Service): boolean =>
  spec.type !== 'ExternalName' && Object.keys(spec.selector ?? {}).length > 0;
