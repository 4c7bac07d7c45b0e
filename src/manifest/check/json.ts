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

/** The object, or one without fields. */
export const fields = <T>(value: T): FieldsOf<T> => (isObject(value) ? value : NO_FIELDS) as FieldsOf<T>;

/** The array, or an empty one. */
export const items = <T>(value: T): readonly ItemOf<T>[] =>
  Array.isArray(value) ? (value as readonly ItemOf<T>[]) : NO_ITEMS;

/** The string; undefined when it is absent. */
export const optionalText = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** The string, or an empty one. */
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * Returns the string; undefined when it is absent or empty. Go fields that are no pointers do not tell these
 * apart.
 */
export const filledText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** The number; undefined when it is absent. */
export const optionalNumber = (value: unknown): number | undefined =>
  typeof value === 'number' ? value : undefined;

/** The number, or 0. */
export const number = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** The boolean; undefined when it is absent. */
export const optionalFlag = (value: unknown): boolean | undefined =>
  typeof value === 'boolean' ? value : undefined;

/** The boolean, or false. */
export const flag = (value: unknown): boolean => value === true;

/** The strings of an array; null among them reads as the empty string. */
export const texts = (value: unknown): readonly string[] => items(value).map(text);

/** A map from strings to strings; undefined when it is absent. Safe for keys such as `__proto__`. */
export function optionalTextMap(value: unknown): Readonly<Record<string, string>> | undefined {
  if (!isObject(value)) return undefined;
  return Object.fromEntries(Object.entries(value).map(([key, word]) => [key, text(word)]));
}

/** A map from strings to strings, or an empty one. */
export const textMap = (value: unknown): Readonly<Record<string, string>> => optionalTextMap(value) ?? {};
