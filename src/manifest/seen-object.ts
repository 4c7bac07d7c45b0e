import { fields, type Fields, filledText, isObject, items, textMap } from './check/json.ts';
import { type JsonPath } from '../text/json-path.ts';
import { type Place } from '../text/source.ts';
import { type RawObject } from './resource.ts';

/** An object of any kind, with or without mistakes: what it is, and what its pods are labelled with. */
export interface SeenObject {
  readonly apiVersion: string;
  readonly kind: string;
  /** Of its apiVersion; empty for the core group. */
  readonly group: string;
  /** Also `default` for kinds without namespaces; it has no effect there. */
  readonly namespace: string;
  readonly name: string;
  /** Labels of the pods that it describes; absent when it describes none. */
  readonly podLabels?: Readonly<Record<string, string>>;
  readonly locate: (path: JsonPath) => Place;
}

/** Every object of the input that has a kind and an apiVersion. */
export function seenObjects(objects: readonly RawObject[]): readonly SeenObject[] {
  const seen: SeenObject[] = [];
  for (const { value, locate } of objects) {
    const identity = identityOf(value);
    if (identity === undefined) continue;
    const path = podPath(fields(value), identity);
    if (path === undefined) {
      seen.push({ ...identity, locate });
      continue;
    }
    const metadata = fields(inner(fields(value), path)['metadata']);
    seen.push({ ...identity, locate, podLabels: textMap(metadata['labels']) });
  }
  return seen;
}

/** Which object it is; undefined for what is none. */
export function identityOf(value: unknown): Omit<SeenObject, 'podLabels' | 'locate'> | undefined {
  if (!isObject(value)) return undefined;
  const kind = filledText(value['kind']);
  const apiVersion = filledText(value['apiVersion']);
  if (kind === undefined || apiVersion === undefined) return undefined;
  const metadata = fields(value['metadata']);
  return {
    apiVersion,
    kind,
    group: apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '',
    namespace: filledText(metadata['namespace']) ?? 'default',
    name: filledText(metadata['name']) ?? '',
  };
}

const TEMPLATE_PATHS: readonly (readonly string[])[] = [
  ['spec', 'template'],
  ['spec', 'jobTemplate', 'spec', 'template'],
];

/**
 * Where the pod of a Pod, of a workload, or of anything else with a pod template (Job, CronJob, Rollout ...)
 * stands.
 */
export function podPath(
  object: Fields,
  { kind, group }: Pick<SeenObject, 'kind' | 'group'>,
): readonly string[] | undefined {
  if (kind === 'Pod' && group === '') return [];
  const { template, jobTemplate } = fields(object['spec']);
  if (template === undefined && jobTemplate === undefined) return undefined;
  return TEMPLATE_PATHS.find((path) => items(fields(inner(object, path)['spec'])['containers']).length > 0);
}

/** The object at `path` of another, or one without fields. */
export const inner = (object: Fields, path: readonly string[]): Fields =>
  path.reduce((outer, key) => fields(outer[key]), object);
