import { filledText } from '../../manifest/check/json.ts';
import { nearestName } from '../../text/nearest-name.ts';
import { type Finding, finding } from '../finding.ts';
import { type LintInput } from '../input.ts';
import { at, type NamedObject, podOf } from '../raw.ts';

/** Kinds that every cluster can scale, and whose objects the input would hold. */
const SCALABLE: ReadonlySet<string> = new Set([
  'Deployment',
  'StatefulSet',
  'ReplicaSet',
  'ReplicationController',
]);

/** Finds HorizontalPodAutoscalers whose workload is missing in the input. */
export function hpaTargetMissing({ raw }: LintInput): readonly Finding[] {
  const names = namesByKind(raw);
  const runsSomething = new Set(
    raw.flatMap((object) => (podOf(object) === undefined ? [] : [object.namespace])),
  );
  let searches = 0;
  return raw.flatMap((object) => {
    if (object.kind !== 'HorizontalPodAutoscaler' || object.group !== 'autoscaling') return [];
    const target = at(object, ['spec', 'scaleTargetRef']);
    const kind = filledText(target.fields['kind']);
    const name = filledText(target.fields['name']);
    if (kind === undefined || name === undefined || !SCALABLE.has(kind)) return [];
    const own = names.get(`${kind} ${object.namespace}`);
    if (own?.has(name) === true || !runsSomething.has(object.namespace)) return [];
    searches += own?.size ?? 0;
    const nearest = searches > MOST_COMPARED ? undefined : nearestName(name, own ?? []);
    const suggestion = nearest === undefined ? '' : `, did you mean ${JSON.stringify(nearest)}?`;
    const message = `there is no ${kind} ${JSON.stringify(name)} in namespace ${object.namespace}${suggestion}`;
    return [finding('hpa-target-missing', object, [...target.path, 'name'], message)];
  });
}

const MOST_COMPARED = 200_000;

function namesByKind(raw: readonly NamedObject[]): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  for (const { kind, namespace, name } of raw) {
    if (!SCALABLE.has(kind)) continue;
    const own = names.get(`${kind} ${namespace}`);
    if (own === undefined) names.set(`${kind} ${namespace}`, new Set([name]));
    else own.add(name);
  }
  return names;
}

/** Finds StatefulSets whose serviceName names no Service of their namespace. */
export function statefulSetServiceMissing({ raw, directory }: LintInput): readonly Finding[] {
  return raw.flatMap((object) => {
    if (object.kind !== 'StatefulSet' || object.group !== 'apps') return [];
    const service = filledText(at(object, ['spec']).fields['serviceName']);
    // The Service may be in a file outside the input, if the input has no Service of the namespace.
    if (service === undefined || directory.names(object.namespace).length === 0) return [];
    const found = directory.find(object.namespace, service);
    if (found.is !== 'missing') return [];
    return [finding('stateful-set-service-missing', object, ['spec', 'serviceName'], found.message)];
  });
}
