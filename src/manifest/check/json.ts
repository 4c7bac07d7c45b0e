/**
 * Reads plain JSON as the API server decodes it: null means absent, and absent means empty. The schema has
 * checked the types before. A value of another type reads as absent, so nothing here can fail.
 */

/** An object of a manifest, by field. */
export type Fields = Readonly<Record<string, unknown>>;

const NO_FIELDS: Fields = Object.freeze({});
const NO_ITEMS: readonly never[] = Object.freeze([]);

/** True for JSON objects. */
export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a schema tells of an object; fields of any name where nothing is known of the value. */
type FieldsOf<T> = unknown extends T ? Fields : T extends object ? KnownFields<T> : never;
type KnownFields<T> = [keyof T] extends [never] ? Fields : Partial<T>;

/** What a schema tells of the items of an array. */
type ItemOf<T> = unknown extends T ? unknown : T extends readonly (infer Item)[] ? Item : never;

/** Returns the object, or one without fields. */
export const fields = <T>(value: T): FieldsOf<T> => (isObject(value) ? value : NO_FIELDS) as FieldsOf<T>;

/** Returns the array, or an empty one. */
export const items = <T>(value: T): readonly ItemOf<T>[] =>
  Array.isArray(value) ? (value as readonly ItemOf<T>[]) : NO_ITEMS;

/** Returns the string; undefined when it is absent. */
export const optionalText = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** Returns the string, or an empty one. */
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * Returns the string; undefined when it is absent or empty. Go fields that are no pointers do not tell these
 * apart.
 */
export const filledText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** Returns the number; undefined when it is absent. */
export const optionalNumber = (value: unknown): number | undefined =>
  typeof value === 'number' ? value : undefined;

/** Returns the number, or 0. */
export const number = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** Returns the boolean; undefined when it is absent. */
export const optionalFlag = (value: unknown): boolean | undefined =>
  typeof value === 'boolean' ? value : undefined;

/** Returns the boolean, or false. */
export const flag = (value: unknown): boolean => value === true;

const isText = (value: unknown): value is string => typeof value === 'string';

/** Returns the strings of an array. An item that is null becomes the empty string. */
export function texts(value: unknown): readonly string[] {
  const list: readonly unknown[] = items(value);
  return list.every(isText) ? list : list.map(text);
}

/** Returns a map from strings to strings; undefined when it is absent. Keys such as `__proto__` are safe. */
export function optionalTextMap(value: unknown): Readonly<Record<string, string>> | undefined {
  if (!isObject(value)) return undefined;
  if (isTextMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, word]) => [key, text(word)]));
}

function isTextMap(value: Fields): value is Readonly<Record<string, string>> {
  for (const key in value) if (!isText(value[key])) return false;
  return true;
}

/** Returns a map from strings to strings, or an empty one. */
export const textMap = (value: unknown): Readonly<Record<string, string>> => optionalTextMap(value) ?? {};
