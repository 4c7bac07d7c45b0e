/** Reads parsed JSON that is not trusted. Each function returns undefined for a value of another type. */

export type JsonObject = Readonly<Record<string, unknown>>;

/** Returns the value as an object. */
export const asObject = (value: unknown): JsonObject | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;

/** Returns the value as a list. */
export const asList = (value: unknown): readonly unknown[] | undefined =>
  Array.isArray(value) ? (value as readonly unknown[]) : undefined;

/** Returns the value as a text. */
export const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Returns the value as a whole number. */
export const asNumber = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;

/** Returns a text, or a list of texts, as a list. */
export function asTexts(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return [value];
  const list = asList(value);
  return list?.every((item) => typeof item === 'string') === true ? list : undefined;
}

/** Returns the only key of an object with its value. The key says what kind of object it is. */
export function tagged(value: unknown): readonly [string, unknown] | undefined {
  const entries = Object.entries(asObject(value) ?? {});
  return entries.length === 1 ? entries[0] : undefined;
}

/** Reads every item of a list. Returns undefined when one of them is not understood. */
export function readAll<T>(
  list: readonly unknown[],
  read: (item: unknown) => T | undefined,
): readonly T[] | undefined {
  const found: T[] = [];
  for (const item of list) {
    const value = read(item);
    if (value === undefined) return undefined;
    found.push(value);
  }
  return found;
}
