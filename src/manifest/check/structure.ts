import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { type JsonPath } from '../../text/json-path.ts';
import { isObject, number, text } from './json.ts';
import { invalid, typeName, unknownField, wrongType } from './messages.ts';
import { type Report } from './report.ts';
import { type Schema } from './schema.ts';
import { nearestName } from '../../text/nearest-name.ts';

// The schemas are ours and few: checking them against the meta-schema at every start would take as long as all the rest.
const ajv = new Ajv({
  allErrors: true,
  allowUnionTypes: true,
  logger: false,
  verbose: true,
  meta: false,
  validateSchema: false,
});

/** Compiled when first needed: most inputs hold three or four kinds, and compiling takes milliseconds each. */
const validators = new WeakMap<Schema, ValidateFunction>();

function validatorFor(schema: Schema): ValidateFunction {
  let validator = validators.get(schema);
  if (validator === undefined) {
    validator = ajv.compile(schema);
    validators.set(schema, validator);
  }
  return validator;
}

/**
 * Checks types and field names of `value` against the schema. Wrong types are errors; unknown fields, which the API
 * server drops or refuses as the client wishes, are errors with `strict` and else warnings.
 */
export function checkStructure(value: unknown, schema: Schema, report: Report, strict: boolean): void {
  const validate = validatorFor(schema);
  if (validate(value)) return;
  for (const error of validate.errors ?? []) {
    const { path, found } = resolvePointer(value, error.instancePath);
    if (error.keyword === 'additionalProperties') reportUnknownField(error, path, report, strict);
    else report.error(path, mistake(error, found));
  }
}

/** The keys and the value that a JSON pointer stands for. */
function resolvePointer(root: unknown, pointer: string): { path: JsonPath; found: unknown } {
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

function reportUnknownField(error: ErrorObject, path: JsonPath, report: Report, strict: boolean): void {
  const name = String((error.params as Readonly<Record<string, unknown>>)['additionalProperty']);
  const known = isObject(error.parentSchema?.['properties'])
    ? Object.keys(error.parentSchema['properties'])
    : [];
  const message = unknownField(name, nearestName(name, known));
  const at = [...path, name];
  if (strict) report.error(at, message, at, 'unknown-field');
  else report.warning(at, message, at, 'unknown-field');
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a string',
  integer: 'an integer',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
};

function mistake(error: ErrorObject, found: unknown): string {
  switch (error.keyword) {
    case 'minimum':
    case 'maximum':
      return invalid(number(found), 'must fit in 32 bits');
    case 'pattern':
      return invalid(text(found), 'must be a time as RFC 3339 writes it (e.g. 2006-01-02T15:04:05Z)');
    default:
      return wrongType(found, expectedType(error));
  }
}

function expectedType(error: ErrorObject): string {
  const allowed = (error.params as Readonly<Record<string, unknown>>)['type'];
  const names = (Array.isArray(allowed) ? (allowed as readonly unknown[]) : [allowed])
    .map((name) => TYPE_NAMES[String(name)])
    .filter((name) => name !== undefined);
  return names.length > 0 ? names.join(' or ') : typeName(undefined);
}
