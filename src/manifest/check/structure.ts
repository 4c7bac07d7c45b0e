import { type Schema } from '../../schema/pieces.ts';
import { type Mistake, validate } from '../../schema/validate.ts';
import { nearestName } from '../../text/nearest-name.ts';
import { number, text } from './json.ts';
import { invalid, typeName, unknownField, wrongType } from './messages.ts';
import { type Report } from './report.ts';

/**
 * Checks types and field names of `value` against the schema. Wrong types are errors. Unknown fields are errors with
 * `strict`, otherwise warnings: the client decides whether the API server refuses them.
 */
export function checkStructure(value: unknown, schema: Schema, report: Report, strict: boolean): void {
  for (const mistake of validate(value, schema)) {
    if (mistake.kind !== 'unknown-field') report.error(mistake.path, wordsFor(mistake));
    else reportUnknownField(mistake, report, strict);
  }
}

function reportUnknownField(
  { name, known, path }: Extract<Mistake, { kind: 'unknown-field' }>,
  report: Report,
  strict: boolean,
): void {
  const message = unknownField(name, nearestName(name, known));
  if (strict) report.errorWith('unknown-field', path, message);
  else report.warning('unknown-field', path, message);
}

const TYPE_NAMES: ReadonlyMap<string, string> = new Map([
  ['string', 'a string'],
  ['integer', 'an integer'],
  ['boolean', 'true or false'],
  ['array', 'an array'],
  ['object', 'an object'],
]);

function wordsFor(mistake: Exclude<Mistake, { kind: 'unknown-field' }>): string {
  switch (mistake.kind) {
    case 'range':
      return invalid(number(mistake.found), 'must fit in 32 bits');
    case 'pattern':
      return invalid(text(mistake.found), 'must be a time as RFC 3339 writes it (e.g. 2006-01-02T15:04:05Z)');
    case 'type': {
      const names = mistake.expected.flatMap((name) => TYPE_NAMES.get(name) ?? []);
      return wrongType(mistake.found, names.length > 0 ? names.join(' or ') : typeName(undefined));
    }
  }
}
