/**
 * Reading plain JSON the way the API server decodes it: null stands for absent, and absent for empty. The schema has
 * vouched for the types; a value of another type reads as absent, so nothing here can fail.
 */

/** An object of a manifest, by field. */
export type Fields = Readonly<Record<string, unknown>>;

const NO_FIELDS: Fields = Object.freeze({});
const NO_ITEMS: readonly never[] = Object.freeze([]);

/** True for JSON objects. */
export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object, or one without fields. */
export const fields = (value: unknown): Fields => (isObject(value) ? value : NO_FIELDS);

/** The array, or an empty one. */
export const items = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as readonly unknown[]) : NO_ITEMS;

/** The string; undefined when it is absent. */
export const optionalText = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** The string, or an empty one. */
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The string; undefined when it is absent or empty, which is one thing for fields that are no pointers in Go. */
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
