import { hasLabel, type LabelIndex } from './label-index.ts';
import { type PodMaker } from './pod-makers.ts';

type Selector = Readonly<Record<string, string>>;

/**
 * Labels that the StatefulSet controller adds to each pod. They are not in the template. (updateIdentity,
 * 1.36)
 */
const POD_NAME = 'statefulset.kubernetes.io/pod-name';
const POD_INDEX = 'apps.kubernetes.io/pod-index';

/** Every maker, as selectors find it, and StatefulSets by `StatefulSet namespace/name`. */
export interface StatefulSets {
  readonly makers: LabelIndex<PodMaker>;
  readonly sets: ReadonlyMap<string, PodMaker>;
}

/** One pod of a StatefulSet. */
export interface SetPod {
  readonly maker: PodMaker;
  readonly name: string;
}

/**
 * Returns the pods that a selector chooses by labels of single StatefulSet pods; none for any other selector.
 */
export function selectSetPods(
  namespace: string,
  selector: Selector,
  { makers, sets }: StatefulSets,
): readonly SetPod[] {
  const { [POD_NAME]: name, [POD_INDEX]: index, ...shared } = selector;
  const ordinal = index ?? /-(\d{1,9})$/.exec(name ?? '')?.[1];
  if (ordinal === undefined || !/^(0|[1-9]\d{0,8})$/.test(ordinal)) return [];
  const owner =
    name === undefined ? undefined : sets.get(`StatefulSet ${namespace}/${ownerOf(name, ordinal)}`);
  const candidates =
    name === undefined ? makers.select(namespace, shared) : owner === undefined ? [] : [owner];
  return candidates
    .filter(({ resource, labels, count }) => {
      const isSet = resource.object.kind === 'StatefulSet' && Number(ordinal) < count;
      return isSet && Object.entries(shared).every(([key, value]) => hasLabel(labels, key, value));
    })
    .map((maker) => ({ maker, name: `${maker.resource.object.metadata.name}-${ordinal}` }))
    .filter((pod) => name === undefined || pod.name === name);
}

const ownerOf = (podName: string, ordinal: string): string => podName.slice(0, -ordinal.length - 1);
