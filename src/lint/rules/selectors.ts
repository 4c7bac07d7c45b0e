import {
  explainNamedPortMiss,
  explainSelectorMiss,
  namedPortCandidates,
  shortlists,
} from '../../cluster/explain-misses.ts';
import { type Finding, finding } from '../finding.ts';
import { type LintInput } from '../input.ts';

/**
 * Finds Services whose selector selects no Pod, no workload and nothing else that may make pods. Namespaces
 * in which the input runs nothing are not checked.
 */
export const serviceSelectsNothing = ({ services, candidates, otherPods }: LintInput): readonly Finding[] => {
  const candidatesFor = shortlists(candidates);
  return services.flatMap((linted) => {
    const { source, service, namespace } = linted;
    if (source.origin !== 'nowhere' || !source.selects) return [];
    const message = explainSelectorMiss(service, candidatesFor(namespace), otherPods);
    return message === undefined
      ? []
      : [finding('service-selects-nothing', linted, ['spec', 'selector'], message)];
  });
};

/** Finds named targetPorts that no selected pod has. */
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
