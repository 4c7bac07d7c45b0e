import { fields, type Fields, filledText, isObject } from '../manifest/check/json.ts';
import { type RawObject } from '../manifest/resource.ts';
import { type JsonPath } from '../text/problem.ts';
import { type Subject } from './finding.ts';

/** An object as it stands in the input: of any kind, unchecked, but known by name. */
export interface NamedObject extends Subject {
  /** Of its apiVersion; empty for the core group. */
  readonly group: string;
  readonly fields: Fields;
}

/** Names the object; undefined for what is none. Kinds without namespaces count as in `default`, which harms nobody. */
export function namedObject({ value, locate }: RawObject): NamedObject | undefined {
  if (!isObject(value)) return undefined;
  const kind = filledText(value['kind']);
  const apiVersion = filledText(value['apiVersion']);
  if (kind === undefined || apiVersion === undefined) return undefined;
  const metadata = fields(value['metadata']);
  return {
    kind,
    group: apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '',
    namespace: filledText(metadata['namespace']) ?? 'default',
    name: filledText(metadata['name']) ?? '',
    fields: value,
    locate,
  };
}

/** A value somewhere in an object, and how to get there. */
export interface At {
  readonly path: JsonPath;
  readonly fields: Fields;
}

/** The pods that an object describes: their metadata and spec. */
export interface PodDescription {
  readonly metadata: At;
  readonly spec: At;
}

const TEMPLATE_PATHS: readonly (readonly string[])[] = [
  ['spec', 'template'],
  ['spec', 'jobTemplate', 'spec', 'template'],
];

/** The pods of a Pod, of a workload, or of anything else with a pod template (Job, CronJob, Rollout ...). */
export function podOf(object: NamedObject): PodDescription | undefined {
  const base = object.kind === 'Pod' && object.group === '' ? [] : templatePath(object);
  if (base === undefined) return undefined;
  return { metadata: at(object, [...base, 'metadata']), spec: at(object, [...base, 'spec']) };
}

const templatePath = (object: NamedObject): readonly string[] | undefined =>
  TEMPLATE_PATHS.find((path) => Array.isArray(at(object, [...path, 'spec']).fields['containers']));

/** The object at `path`, or one without fields. */
export const at = (object: NamedObject, path: readonly string[]): At => ({
  path,
  fields: path.reduce((inner, key) => fields(inner[key]), object.fields),
});

/** The entries of a list in an object, with their paths. */
export function entriesOf(inside: At, key: string): readonly At[] {
  const list: unknown = inside.fields[key];
  if (!Array.isArray(list)) return [];
  return (list as readonly unknown[]).map((item, index) => ({
    path: [...inside.path, key, index],
    fields: fields(item),
  }));
}

/** The object under a key of another, with its path. */
export const inside = (outer: At, key: string): At => ({
  path: [...outer.path, key],
  fields: fields(outer.fields[key]),
});
