import { type Schema } from './pieces.ts';

/**
 * What a schema asks for. These are all keywords of JSON Schema that svc2ipt's own schemas use; a schema with another
 * one is a mistake in the program.
 */
export interface Keywords {
  /** Absent: any type. */
  readonly types: readonly string[] | undefined;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  readonly pattern: RegExp | undefined;
  /** Of the items of a list. */
  readonly items: Schema | undefined;
  readonly properties: ReadonlyMap<string, Schema>;
  /** Of the values whose names have such a form. */
  readonly patternProperties: readonly (readonly [form: RegExp, schema: Schema])[];
  /** Of the values with any other name; false: there may be none. */
  readonly additional: Schema | false | undefined;
  /** It says nothing beyond types. */
  readonly isEmpty: boolean;
}

const NAMES: ReadonlySet<string> = new Set([
  'type',
  'minimum',
  'maximum',
  'pattern',
  'items',
  'properties',
  'patternProperties',
  'additionalProperties',
]);

const known = new WeakMap<Schema, Keywords>();

/** Returns the keywords of a schema; throws for a keyword that is not known. */
export function keywordsOf(schema: Schema): Keywords {
  let keywords = known.get(schema);
  if (keywords === undefined) {
    keywords = readKeywords(schema);
    known.set(schema, keywords);
  }
  return keywords;
}

function readKeywords(schema: Schema): Keywords {
  const unknown = Object.keys(schema).find((name) => !NAMES.has(name));
  if (unknown !== undefined) throw new Error(`a schema has the unknown keyword ${unknown}`);
  const { type, minimum, maximum, pattern, items, additionalProperties } = schema;
  const schemasIn = (value: unknown): readonly [string, Schema][] =>
    Object.entries((value ?? {}) as Readonly<Record<string, Schema>>);
  return {
    types: type === undefined ? undefined : [type].flat().map(String),
    minimum: minimum as number | undefined,
    maximum: maximum as number | undefined,
    pattern: pattern === undefined ? undefined : new RegExp(pattern as string, 'u'),
    items: items as Schema | undefined,
    properties: new Map(schemasIn(schema['properties'])),
    patternProperties: schemasIn(schema['patternProperties']).map(([form, inner]) => [
      new RegExp(form, 'u'),
      inner,
    ]),
    additional: additionalProperties as Schema | false | undefined,
    isEmpty: Object.keys(schema).every((name) => name === 'type'),
  };
}
