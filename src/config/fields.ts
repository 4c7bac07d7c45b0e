import { type Field, FIELDS } from '../dialect/configuration-fields.ts';

export {
  type Field,
  type FieldPath,
  FIELDS,
  type FieldType,
  isGone,
  isKnownIn,
} from '../dialect/configuration-fields.ts';

const FIELD_BY_PATH: ReadonlyMap<string, Field> = new Map<string, Field>(Object.entries(FIELDS));

/** The field at a JSON path; undefined for what no release knows. */
export const fieldAt = (path: string): Field | undefined => FIELD_BY_PATH.get(path);

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
