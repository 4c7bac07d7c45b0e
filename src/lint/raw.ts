import { fields, type Fields } from '../manifest/check/json.ts';
import { type RawObject } from '../manifest/resource.ts';
import { identityOf, inner, podPath } from '../manifest/seen-object.ts';
import { type JsonPath } from '../text/json-path.ts';
import { type Subject } from './finding.ts';

/** An object as it stands in the input: of any kind, unchecked, but known by name. */
export interface NamedObject extends Subject {
  readonly apiVersion: string;
  /** Of its apiVersion; empty for the core group. */
  readonly group: string;
  readonly fields: Fields;
}

/** Returns the object with its name; undefined when the value is no object. */
export function namedObject({ value, locate }: RawObject): NamedObject | undefined {
  const identity = identityOf(value);
  return identity && { ...identity, fields: fields(value), locate };
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

/** The pods of a Pod, of a workload, or of anything else with a pod template (Job, CronJob, Rollout ...). */
export function podOf(object: NamedObject): PodDescription | undefined {
  const base = podPath(object.fields, object);
  return base && { metadata: at(object, [...base, 'metadata']), spec: at(object, [...base, 'spec']) };
}

/** The object at `path`, or one without fields. */
export const at = (object: NamedObject, path: readonly string[]): At => ({
  path,
  fields: inner(object.fields, path),
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
