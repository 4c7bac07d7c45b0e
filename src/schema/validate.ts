import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { type JsonPath } from '../text/json-path.ts';
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

// The schemas are part of the program. Checking them against the meta-schema at every start would take as long as all
// other work.
const ajv = new Ajv({
  allErrors: true,
  allowUnionTypes: true,
  logger: false,
  verbose: true,
  meta: false,
  validateSchema: false,
});

/**
 * A schema is compiled when it is first used. Most inputs have three or four kinds, and compiling one takes
 * milliseconds.
 */
const validators = new WeakMap<Schema, ValidateFunction>();

function validatorFor(schema: Schema): ValidateFunction {
  let validator = validators.get(schema);
  if (validator === undefined) {
    validator = ajv.compile(schema);
    validators.set(schema, validator);
  }
  return validator;
}

/** Returns every place where the value does not match the schema. */
export function validate(value: unknown, schema: Schema): readonly Mistake[] {
  const validator = validatorFor(schema);
  return validator(value) ? [] : (validator.errors ?? []).map((error) => mistakeOf(error, value));
}

function mistakeOf(error: ErrorObject, root: unknown): Mistake {
  const { path, found } = resolvePointer(root, error.instancePath);
  const params = error.params as Readonly<Record<string, unknown>>;
  switch (error.keyword) {
    case 'additionalProperties': {
      const name = String(params['additionalProperty']);
      return { kind: 'unknown-field', path: [...path, name], name, known: fieldsOf(error.parentSchema) };
    }
    case 'minimum':
    case 'maximum':
      return { kind: 'range', path, found };
    case 'pattern':
      return { kind: 'pattern', path, found };
    default:
      return { kind: 'type', path, found, expected: [params['type']].flat().map(String) };
  }
}

function fieldsOf(schema: ErrorObject['parentSchema']): readonly string[] {
  const properties: unknown = schema?.['properties'];
  return isObject(properties) ? Object.keys(properties) : [];
}

/** Returns the keys and the value to which a JSON pointer leads. */
function resolvePointer(
  root: unknown,
  pointer: string,
): { readonly path: JsonPath; readonly found: unknown } {
  let found = root;
  const path: (string | number)[] = [];
  for (const step of pointer.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(found)) {
      path.push(Number(key));
      found = (found as readonly unknown[])[Number(key)];
    } else {
      path.push(key);
      found = isObject(found) ? found[key] : undefined;
    }
  }
  return { path, found };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
