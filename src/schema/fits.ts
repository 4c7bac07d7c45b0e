import { type Schema } from './pieces.ts';
import { keywordsOf, type Keywords } from './keywords.ts';

/** Tells whether a value is as a schema says. */
type Fits = (value: unknown) => boolean;

const tests = new WeakMap<Schema, Fits>();

/**
 * Tells whether a value is as a schema says. Makes a function of each schema when it is first needed; most inputs
 * hold three or four kinds.
 */
export function fits(value: unknown, schema: Schema): boolean {
  return testOf(schema)(value);
}

function testOf(schema: Schema): Fits {
  let test = tests.get(schema);
  if (test === undefined) {
    test = makeTest(keywordsOf(schema));
    tests.set(schema, test);
  }
  return test;
}

function makeTest(keywords: Keywords): Fits {
  const { types, minimum = -Infinity, maximum = Infinity, pattern } = keywords;
  if (types === undefined && keywords.isEmpty) return () => true;
  const [text, whole, fraction, flag, nothing, list, object] = (
    ['string', 'integer', 'number', 'boolean', 'null', 'array', 'object'] as const
  ).map((type) => types?.includes(type) ?? true);
  const fitsList = list === true ? listTest(keywords) : undefined;
  const fitsObject = object === true ? objectTest(keywords) : undefined;
  return (value) => {
    if (typeof value === 'string') return text === true && (pattern === undefined || pattern.test(value));
    if (typeof value === 'boolean') return flag === true;
    if (typeof value === 'number') {
      const isOfType = fraction === true || (whole === true && Number.isInteger(value));
      return isOfType && value >= minimum && value <= maximum;
    }
    if (value === null) return nothing === true;
    return Array.isArray(value)
      ? fitsList?.(value) === true
      : fitsObject?.(value as Readonly<Record<string, unknown>>) === true;
  };
}

function listTest({ items }: Keywords): (list: readonly unknown[]) => boolean {
  if (items === undefined) return () => true;
  const fitsItem = testOf(items);
  return (list) => {
    for (const item of list) if (!fitsItem(item)) return false;
    return true;
  };
}

function objectTest(keywords: Keywords): (object: Readonly<Record<string, unknown>>) => boolean {
  const known = new Map([...keywords.properties].map(([name, schema]) => [name, testOf(schema)]));
  const patterns = keywords.patternProperties.map(([form, schema]) => [form, testOf(schema)] as const);
  const { additional } = keywords;
  const fitsOther: Fits =
    additional === false ? () => false : additional === undefined ? () => true : testOf(additional);
  return (object) => {
    for (const name in object) {
      const value = object[name];
      const fitsKnown = known.get(name);
      if (fitsKnown === undefined ? patterns.length === 0 && !fitsOther(value) : !fitsKnown(value))
        return false;
      if (patterns.length > 0 && !fitsPatterns(name, value, patterns, fitsKnown ?? fitsOther)) return false;
    }
    return true;
  };
}

/** Every schema whose pattern the name has must fit; where there is none, `otherwise`. */
function fitsPatterns(
  name: string,
  value: unknown,
  patterns: readonly (readonly [RegExp, Fits])[],
  otherwise: Fits,
): boolean {
  const own = patterns.filter(([form]) => form.test(name));
  return own.length === 0 ? otherwise(value) : own.every(([, fitsOwn]) => fitsOwn(value));
}
