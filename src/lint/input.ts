import { indexLabels, type Labelled, type LabelIndex } from '../cluster/label-index.ts';
import { clusterObjects, type ClusterObjects, subjectOf } from '../cluster/objects.ts';
import { podMakers } from '../cluster/pod-makers.ts';
import { observedPods, selectable, type Source, sourceOf } from '../cluster/sources.ts';
import { type Candidate } from '../cluster/explain-misses.ts';
import { textMap } from '../manifest/check/json.ts';
import { type RawObject, type Resource } from '../manifest/resource.ts';
import { type Service } from '../manifest/types.ts';
import { type Finding, type Subject } from './finding.ts';
import { type Operators, operatorsOf } from './operators.ts';
import { type NamedObject, namedObject, podOf } from './raw.ts';
import { serviceDirectory, type ServiceDirectory } from './service-directory.ts';

/** A checked Service and what its endpoints would be taken from. */
export interface LintedService extends Subject {
  readonly service: Service;
  readonly source: Source;
}

/** Everything that rules look at. */
export interface LintInput {
  readonly objects: ClusterObjects;
  /** Objects of all kinds, with or without mistakes. */
  readonly raw: readonly NamedObject[];
  /** By namespace and name. */
  readonly services: readonly LintedService[];
  readonly directory: ServiceDirectory;
  readonly operators: Operators;
  /** What selectors could choose, as `compile` sees it. */
  readonly candidates: readonly Candidate[];
  /** What else makes pods: Jobs, Rollouts, and workloads with mistakes. */
  readonly otherMakers: LabelIndex<Labelled>;
}

/** Looks for something that no one wants. */
export type Rule = (input: LintInput) => readonly Finding[];

/** Brings everything in order for the rules; the order of the input does not matter afterwards. */
export function lintInput(resources: readonly Resource[], objects: readonly RawObject[]): LintInput {
  const known = clusterObjects(resources);
  const raw = objects.flatMap((object) => namedObject(object) ?? []);
  const makers = podMakers(known, undefined);
  const choices = selectable(known, makers);
  const operators = operatorsOf(raw);
  return {
    objects: known,
    raw,
    services: known.services.map((resource) => ({
      ...subject(resource),
      service: resource.object,
      source: sourceOf(resource.object, known, choices),
    })),
    directory: serviceDirectory(known, raw, operators),
    operators,
    candidates: [...makers, ...observedPods(known)],
    otherMakers: indexLabels(otherMakers(known, raw)),
  };
}

/** A checked object as the subject of findings. */
export const subject = ({ object, locate }: Resource): Subject => ({
  kind: object.kind,
  namespace: object.metadata.namespace,
  name: object.metadata.name,
  locate,
});

function otherMakers(known: ClusterObjects, raw: readonly NamedObject[]): readonly Labelled[] {
  const checked: readonly Resource[] = [...known.workloads, ...known.pods];
  const identities = new Set(checked.map(({ object }) => subjectOf(object)));
  return raw
    .filter(({ kind, namespace, name }) => !identities.has(`${kind} ${namespace}/${name}`))
    .flatMap((object) => {
      const pod = podOf(object);
      if (pod === undefined) return [];
      return [{ namespace: object.namespace, labels: textMap(pod.metadata.fields['labels']) }];
    });
}
