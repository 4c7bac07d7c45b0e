import { type JsonPath } from '../text/json-path.ts';
import { fits } from './fits.ts';
import { type Keywords, keywordsOf } from './keywords.ts';
import { type Schema } from './pieces.ts';

/** A place where a value does not match its schema. The caller chooses the words of the message. */
export type Mistake =
  /** A field that the schema does not have, or a key of another form. */
  | {
      readonly kind: 'unknown-field';
      readonly path: JsonPath;
      readonly name: string;
      readonly known: readonly string[];
    }
  /** A JSON type that is not in `expected`. */
  | {
      readonly kind: 'type';
      readonly path: JsonPath;
      readonly found: unknown;
      readonly expected: readonly string[];
    }
  /** A number beyond the limits, or a text of another form. */
  | { readonly kind: 'range' | 'pattern'; readonly path: JsonPath; readonly found: unknown };

const NO_MISTAKES: readonly Mistake[] = Object.freeze([]);

/**
 * Returns every place where the value does not match the schema, in the order in which ajv, a validator for all of JSON
 * Schema, reports them. (Our schemas are made by our own code and use eight keywords. ajv takes longer to compile
 * them than a small manifest takes to compile, and compiled ahead they are larger than the rest of the program.)
 */
export function validate(value: unknown, schema: Schema): readonly Mistake[] {
  if (fits(value, schema)) return NO_MISTAKES;
  const mistakes: Mistake[] = [];
  explain(value, schema, [], mistakes);
  return mistakes;
}

function explain(value: unknown, schema: Schema, path: JsonPath, mistakes: Mistake[]): void {
  if (fits(value, schema)) return;
  const keywords = keywordsOf(schema);
  const { types } = keywords;
  if (types !== undefined && !types.some((type) => isOfType(value, type))) {
    mistakes.push({ kind: 'type', path, found: value, expected: types });
  }
  if (typeof value === 'number') explainNumber(value, keywords, path, mistakes);
  else if (typeof value === 'string') explainText(value, keywords, path, mistakes);
  else if (Array.isArray(value)) explainList(value, keywords, path, mistakes);
  else if (isObject(value)) explainObject(value, keywords, path, mistakes);
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function explainNumber(value: number, keywords: Keywords, path: JsonPath, mistakes: Mistake[]): void {
  const { minimum = -Infinity, maximum = Infinity } = keywords;
  if (value < minimum || value > maximum) mistakes.push({ kind: 'range', path, found: value });
}

function explainText(value: string, { pattern }: Keywords, path: JsonPath, mistakes: Mistake[]): void {
  if (pattern?.test(value) === false) mistakes.push({ kind: 'pattern', path, found: value });
}

function explainList(
  list: readonly unknown[],
  { items }: Keywords,
  path: JsonPath,
  mistakes: Mistake[],
): void {
  if (items === undefined) return;
  for (const [index, item] of list.entries()) explain(item, items, [...path, index], mistakes);
}

/** Unknown fields first, then known fields in the order of the schema. */
function explainObject(
  object: Readonly<Record<string, unknown>>,
  keywords: Keywords,
  path: JsonPath,
  mistakes: Mistake[],
): void {
  const { properties, patternProperties, additional } = keywords;
  const names = Object.keys(object);
  for (const name of names) {
    if (properties.has(name) || patternProperties.some(([form]) => form.test(name))) continue;
    if (additional === false) {
      mistakes.push({ kind: 'unknown-field', path: [...path, name], name, known: [...properties.keys()] });
    } else if (additional !== undefined) {
      explain(object[name], additional, [...path, name], mistakes);
    }
  }
  for (const [name, schema] of properties) {
    if (Object.hasOwn(object, name)) explain(object[name], schema, [...path, name], mistakes);
  }
  for (const [form, schema] of patternProperties) {
    for (const name of names.filter((one) => form.test(one))) {
      explain(object[name], schema, [...path, name], mistakes);
    }
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
