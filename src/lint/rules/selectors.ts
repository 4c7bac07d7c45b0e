import {
  type Candidate,
  explainNamedPortMiss,
  explainSelectorMiss,
  namedPortCandidates,
} from '../../cluster/explain-misses.ts';
import { type Finding, finding } from '../finding.ts';
import { type LintedService, type LintInput } from '../input.ts';

/** Services whose selector selects nothing: no Pod, no workload, nothing else of the input that makes pods. */
export function serviceSelectsNothing(input: LintInput): readonly Finding[] {
  const candidatesFor = candidatesByNamespace(input.candidates);
  return input.services.flatMap((linted) => {
    const { source, service, namespace } = linted;
    if (source.origin !== 'nowhere' || !source.selects || mayBeSelected(linted, input)) return [];
    const message = explainSelectorMiss(service, candidatesFor(namespace)) ?? nothingThere(linted);
    return [finding('service-selects-nothing', linted, ['spec', 'selector'], message)];
  });
}

/** Something selects pods that svc2ipt does not see: a Job's, a broken Deployment's, or an operator's. */
function mayBeSelected({ service, namespace }: LintedService, input: LintInput): boolean {
  const { selector = {} } = service.spec;
  return (
    input.otherMakers.select(namespace, selector).length > 0 ||
    Object.values(selector).some((value) => input.operators.mayHaveMade(namespace, value))
  );
}

const nothingThere = ({ service }: LintedService): string => {
  const wanted = Object.entries(service.spec.selector ?? {}).map(([key, value]) => `${key}: ${value}`);
  return `selects no Pod or workload; the input has none with ${wanted.join(', ')}`;
};

/** How many candidates are compared with a selector that misses: those of the namespace first, then any. */
const MOST_COMPARED = 100;

function candidatesByNamespace(all: readonly Candidate[]): (namespace: string) => readonly Candidate[] {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of all) {
    const group = groups.get(candidate.namespace);
    if (group === undefined) groups.set(candidate.namespace, [candidate]);
    else if (group.length < MOST_COMPARED) group.push(candidate);
  }
  const some = all.slice(0, MOST_COMPARED);
  return (namespace) => [
    ...(groups.get(namespace) ?? []),
    ...some.filter((candidate) => candidate.namespace !== namespace),
  ];
}

/** Named targetPorts that no selected pod has. */
export function namedTargetPortMissing({ services }: LintInput): readonly Finding[] {
  return services.flatMap((linted) => {
    const { ports } = linted.service.spec;
    if (!ports.some(({ targetPort }) => typeof targetPort === 'string')) return [];
    const selected = namedPortCandidates(linted.source);
    return ports.flatMap((port, index) => {
      const message = explainNamedPortMiss(port, selected);
      const path = ['spec', 'ports', index, 'targetPort'];
      return message === undefined ? [] : [finding('named-target-port-missing', linted, path, message)];
    });
  });
}
