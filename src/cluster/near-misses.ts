import { type DiagnosticCode } from '../diagnostics/codes.ts';
import { type Resource } from '../manifest/resource.ts';
import { type Service } from '../manifest/types.ts';
import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import { type JsonPath, formatPath } from '../text/json-path.ts';
import {
  type Candidate,
  explainNamedPortMiss,
  explainSelectorMiss,
  namedPortCandidates,
} from './explain-misses.ts';
import { type KnownNodes } from './known-nodes.ts';
import { nameOf, subjectOf } from './objects.ts';
import { type OtherPods } from './other-pods.ts';
import { type PodMaker } from './pod-makers.ts';
import { type EndpointSource } from './sources.ts';

/** What a selector may be meant for. */
export interface Selected {
  readonly candidatesFor: (namespace: string) => readonly Candidate[];
  readonly others: OtherPods;
}

/** Returns false for a Service whose endpoints the input gives: there is nothing to warn of. */
export const mayMiss = ({ origin }: EndpointSource): boolean =>
  origin !== 'EndpointSlices' && origin !== 'Endpoints';

/**
 * Returns warnings for a Service that selects nothing although the input has candidates, whose Pods have no
 * Node, or that names a port that no selected pod has.
 */
export function nearMisses(
  resource: Resource<Service>,
  source: EndpointSource,
  { candidatesFor, others }: Selected,
  nodes: KnownNodes,
): readonly Diagnostic[] {
  const warning = (
    code: DiagnosticCode,
    path: JsonPath,
    message: string | undefined,
  ): readonly Diagnostic[] => {
    if (message === undefined) return [];
    const about = { place: resource.locate(path), subject: nameOf(resource.object), path: formatPath(path) };
    return [diagnostic(code, message, { ...about, severity: 'warning' })];
  };
  const { object } = resource;
  if (source.origin === 'nowhere') {
    if (!source.selects) return [];
    const candidates = candidatesFor(object.metadata.namespace);
    return warning(
      'service-selects-nothing',
      ['spec', 'selector'],
      explainSelectorMiss(object, candidates, others),
    );
  }
  const selected = namedPortCandidates(source);
  return [
    ...warning('pods-left-out', ['spec', 'selector'], explainLeftOut(object, source, nodes)),
    ...object.spec.ports.flatMap((port, index) =>
      warning(
        'named-target-port-missing',
        ['spec', 'ports', index, 'targetPort'],
        explainNamedPortMiss(port, selected),
      ),
    ),
  ];
}

/** Says which selected Pods do not become endpoints because they have no Node. */
function explainLeftOut(service: Service, source: EndpointSource, nodes: KnownNodes): string | undefined {
  if (source.origin === 'Pods' && service.spec.publishNotReadyAddresses) return undefined;
  if (!leftOutOf.has(source)) leftOutOf.set(source, whoIsLeftOut(source, nodes));
  return leftOutOf.get(source);
}

/** What was said of a source, which all Services with equal selectors share. A source belongs to one cluster. */
const leftOutOf = new WeakMap<EndpointSource, string | undefined>();

function whoIsLeftOut(source: EndpointSource, nodes: KnownNodes): string | undefined {
  if (source.origin === 'workloads') {
    const out = source.makers.filter((maker) => !hasNode(maker, nodes));
    const [first] = out;
    if (first === undefined) return undefined;
    return `leaves out ${first.identity}${andMore(out)}: no Node of the input is where its pods want to run`;
  }
  if (source.origin !== 'Pods') return undefined;
  const out = source.pods.filter(
    ({ spec, status }) => status.podIPs.length > 0 && !nodes.mayRun(spec.nodeName),
  );
  const [first] = out;
  if (first === undefined) return undefined;
  const where = first.spec.nodeName ?? 'none that is set';
  return `leaves out ${subjectOf(first)}${andMore(out)}: its Node, ${where}, is not among those of the input`;
}

const hasNode = ({ nodes: fitting, count, resource, otherwiseOn }: PodMaker, nodes: KnownNodes): boolean =>
  fitting.length > 0 ||
  (resource.object.kind === 'DaemonSet' ? count > 0 : count === 0 || nodes.mayRun(otherwiseOn));

const andMore = (all: readonly unknown[]): string => (all.length === 1 ? '' : ` and ${all.length - 1} more`);
