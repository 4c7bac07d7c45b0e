import { type SeenObject } from '../manifest/seen-object.ts';
import { type Service } from '../manifest/types.ts';
import { indexLabels, type Labelled } from './label-index.ts';
import { selectsByLabelOfOthers } from './labels-set-by-others.ts';
import { type ClusterObjects, subjectOf } from './objects.ts';
import { operatorsOf } from './operators.ts';

/**
 * What is known about pods that svc2ipt does not see: pods of Jobs, Rollouts, operators and broken workloads.
 */
export interface OtherPods {
  /** True when the Service's selector may be meant for such pods. */
  readonly mayBeSelectedBy: (service: Service) => boolean;
  /**
   * True when the input runs something in the namespace. Otherwise nothing is known about selectors there.
   */
  readonly knowsNamespace: (namespace: string) => boolean;
}

/** `known` is what svc2ipt reads of the input, `candidates` its pods, and `seen` the whole input. */
export function otherPods(
  known: ClusterObjects,
  candidates: readonly Labelled[],
  seen: readonly SeenObject[],
): OtherPods {
  const others = othersOf(known, seen);
  const all = [candidates, others].flat();
  const namespaces = new Set(all.map(({ namespace }) => namespace));
  const keys = new Set(all.flatMap(({ labels }) => Object.keys(labels)));
  const index = indexLabels(others);
  const operators = operatorsOf(seen);
  return {
    knowsNamespace: (namespace) => namespaces.has(namespace),
    mayBeSelectedBy: ({ metadata: { namespace }, spec: { selector = {} } }) =>
      index.select(namespace, selector).length > 0 ||
      Object.values(selector).some((value) => operators.mayHaveMade(namespace, value)) ||
      selectsByLabelOfOthers(namespace, selector, (key) => keys.has(key)),
  };
}

/** What has a pod template but is no Pod or workload without mistakes. */
function othersOf(known: ClusterObjects, seen: readonly SeenObject[]): readonly Labelled[] {
  const identities = new Set([...known.workloads, ...known.pods].map(({ object }) => subjectOf(object)));
  return seen.flatMap(({ kind, namespace, name, podLabels }) =>
    podLabels === undefined || identities.has(`${kind} ${namespace}/${name}`)
      ? []
      : [{ namespace, labels: podLabels }],
  );
}
