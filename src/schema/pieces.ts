/**
 * Pieces of JSON Schema as plain data. {@link TypeOf} makes types from them. Null is allowed nearly everywhere, because
 * the API server reads it as absent.
 */
import { type FromSchema, type JSONSchema } from 'json-schema-to-ts';

/** A JSON Schema, as ajv takes it. */
export type Schema = Readonly<Record<string, unknown>>;

/** Schemas by field name. */
export type Properties = Readonly<Record<string, Schema>>;

/** The type of the values that a schema lets pass. */
export type TypeOf<S extends Schema> = S extends JSONSchema ? FromSchema<S> : never;

/** The type without null: the value was checked and is present. */
export type ObjectOf<S extends Schema> = NonNullable<TypeOf<S>>;

/** A schema of objects. */
export type ObjectSchema = Schema & { readonly properties: Properties };

/** Fields of an object after null was read as absent: fields with defaults are always present, others may be absent. */
export type Filled<
  S extends ObjectSchema,
  Always extends keyof S['properties'],
  Maybe extends keyof S['properties'] = never,
> = { readonly [Key in Always]: Present<TypeOf<S['properties'][Key]>> } & {
  readonly [Key in Maybe]?: Present<TypeOf<S['properties'][Key]>>;
};

/** Without null, at any depth. */
type Present<T> =
  NonNullable<T> extends readonly (infer Item)[]
    ? readonly Present<Item>[]
    : NonNullable<T> extends object
      ? { readonly [Key in keyof NonNullable<T>]: Present<NonNullable<T>[Key]> }
      : NonNullable<T>;

/** Any value: parts that svc2ipt does not read. */
export const anything = {} as const satisfies Schema;

export const textSchema = { type: ['string', 'null'] } as const satisfies Schema;

export const flagSchema = { type: ['boolean', 'null'] } as const satisfies Schema;

const IN_32_BITS = { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 } as const;

export const int32 = { type: ['integer', 'null'], ...IN_32_BITS } as const satisfies Schema;

export const int64 = { type: ['integer', 'null'] } as const satisfies Schema;

/** A number, or a name (`IntOrString`). */
export const int32OrText = { type: ['integer', 'string', 'null'], ...IN_32_BITS } as const satisfies Schema;

/** RFC 3339, the only spelling that the API server reads. */
export const timeSchema = {
  type: ['string', 'null'],
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?(Z|[+-]\\d{2}:\\d{2})$',
} as const satisfies Schema;

/** A map from strings to strings, such as labels. */
export const textMapSchema = {
  type: ['object', 'null'],
  additionalProperties: textSchema,
} as const satisfies Schema;

/** Lists of such values. */
export type ListOf<Item extends Schema> = Readonly<{ type: readonly ['array', 'null']; items: Item }>;

/** A list of such values, or null. */
export const listOf = <const Item extends Schema>(items: Item): ListOf<Item> => ({
  type: ['array', 'null'],
  items,
});

/** Objects with these fields and no others. */
export type Closed<P extends Properties> = Readonly<{
  type: readonly ['object', 'null'];
  properties: P;
  additionalProperties: false;
}>;

/** An object with these fields and no others. */
export const closed = <const P extends Properties>(properties: P): Closed<P> => ({
  type: ['object', 'null'],
  properties,
  additionalProperties: false,
});

/** An object that may have more fields than these. Only these are read, and the type holds only these. */
export const open = <const P extends Properties>(properties: P): Closed<P> =>
  ({ type: ['object', 'null'], properties }) as unknown as Closed<P>;

/** Fields that types leave out. */
// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- no key is what is meant
type NoFields = Readonly<Record<never, Schema>>;

/** Returns fields that are checked but not read. Types leave them out, which also keeps the compiler fast. */
export const unread = (properties: Properties): NoFields => properties;

/** Returns fields by name that exist, but are neither checked nor read. */
export const named = (names: string): NoFields =>
  Object.fromEntries(names.split(' ').map((name) => [name, anything]));
