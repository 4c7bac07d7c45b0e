import { type Field, type FieldPath, FIELDS, type FieldType } from '../dialect/configuration-fields.ts';
import { rankOf, type Version } from '../dialect/version.ts';

export { type Field, type FieldPath, FIELDS, type FieldType };

const FIELD_BY_PATH: ReadonlyMap<string, Field> = new Map<string, Field>(Object.entries(FIELDS));

/** The field at a JSON path; undefined for what no release knows. */
export const fieldAt = (path: string): Field | undefined => FIELD_BY_PATH.get(path);

/** Whether the field is no longer there at a release. */
export function isGone(field: Field, version: Version): boolean {
  return field.until !== undefined && rankOf(version) >= rankOf(field.until);
}

/** Whether a release knows the field. */
export function isKnownIn(field: Field, version: Version): boolean {
  const hasCome = field.since === undefined || rankOf(version) >= rankOf(field.since);
  return hasCome && !isGone(field, version);
}

const GROUPS: ReadonlyMap<string, readonly string[]> = groupPaths();

function groupPaths(): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const path of FIELD_BY_PATH.keys()) {
    const dot = path.indexOf('.');
    const group = dot === -1 ? '' : path.slice(0, dot);
    const names = groups.get(group) ?? [];
    names.push(path.slice(dot + 1));
    groups.set(group, names);
  }
  groups.get('')?.push(...[...groups.keys()].filter((group) => group !== ''));
  return groups;
}

/** Whether the path is that of an object of fields. */
export const isGroup = (path: string): boolean => path !== '' && GROUPS.has(path);

/** The keys that an object of the configuration may have; `''` is the configuration itself. */
export const keysOf = (group: string): readonly string[] => GROUPS.get(group) ?? [];
