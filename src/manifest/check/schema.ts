/**
 * Pieces of JSON Schema for the API's types. Null is allowed everywhere, as the API server takes it for absent.
 */

/** A JSON Schema, as ajv takes it. */
export type Schema = Readonly<Record<string, unknown>>;

/** Schemas by field name. */
export type Properties = Readonly<Record<string, Schema>>;

/** Any value: parts that svc2ipt does not read. */
export const anything: Schema = {};

export const textSchema: Schema = { type: ['string', 'null'] };

export const flagSchema: Schema = { type: ['boolean', 'null'] };

export const int32: Schema = { type: ['integer', 'null'], minimum: -(2 ** 31), maximum: 2 ** 31 - 1 };

export const int64: Schema = { type: ['integer', 'null'] };

/** A number, or a name (`IntOrString`). */
export const int32OrText: Schema = {
  type: ['integer', 'string', 'null'],
  minimum: -(2 ** 31),
  maximum: 2 ** 31 - 1,
};

/** RFC 3339, the only spelling that the API server reads. */
export const timeSchema: Schema = {
  type: ['string', 'null'],
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?(Z|[+-]\\d{2}:\\d{2})$',
};

/** A map from strings to strings, such as labels. */
export const textMapSchema: Schema = { type: ['object', 'null'], additionalProperties: textSchema };

export const listOf = (item: Schema): Schema => ({ type: ['array', 'null'], items: item });

/** An object with these fields and no others. */
export const closed = (properties: Properties): Schema => ({
  type: ['object', 'null'],
  properties,
  additionalProperties: false,
});

/** An object of which only these fields are read. */
export const open = (properties: Properties): Schema => ({ type: ['object', 'null'], properties });

/** Fields that exist but are not read: known by name, of any type. */
export const named = (names: string): Properties =>
  Object.fromEntries(names.split(' ').map((name) => [name, anything]));
