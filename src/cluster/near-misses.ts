import { type Resource } from '../manifest/resource.ts';
import { type Service } from '../manifest/types.ts';
import { type JsonPath, formatPath, type Problem } from '../text/problem.ts';
import {
  type Candidate,
  explainNamedPortMiss,
  explainSelectorMiss,
  type NamedPortCandidate,
} from './explain-misses.ts';
import { subjectOf } from './objects.ts';
import { type Source } from './sources.ts';

/** Warnings for a Service that selects nothing though there is something, or names a port that nothing selected has. */
export function nearMisses(
  resource: Resource<Service>,
  source: Source,
  candidatesFor: (namespace: string) => readonly Candidate[],
): readonly Problem[] {
  const warning = (path: JsonPath, message: string | undefined): readonly Problem[] =>
    message === undefined
      ? []
      : [
          {
            severity: 'warning',
            place: resource.locate(path),
            subject: subjectOf(resource.object),
            path: formatPath(path),
            message,
          },
        ];
  const { object } = resource;
  if (source.origin === 'nowhere') {
    if (!source.selects) return [];
    const candidates = candidatesFor(object.metadata.namespace);
    return warning(['spec', 'selector'], explainSelectorMiss(object, candidates));
  }
  const selected = selectedSpecs(source);
  return object.spec.ports.flatMap((port, index) =>
    warning(['spec', 'ports', index, 'targetPort'], explainNamedPortMiss(port, selected)),
  );
}

function selectedSpecs(source: Source): readonly NamedPortCandidate[] {
  switch (source.origin) {
    case 'Pods':
      return source.pods.map((pod) => ({ identity: subjectOf(pod), spec: pod.spec }));
    case 'workloads':
      return source.makers;
    case 'EndpointSlices':
    case 'Endpoints':
    case 'nowhere':
      return [];
  }
}
