import { Ajv, type ErrorObject } from 'ajv';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KINDS } from '../../src/manifest/check/kinds.ts';
import { type Schema } from '../../src/schema/pieces.ts';
import { type Mistake, validate } from '../../src/schema/validate.ts';

// `integer` lets `number` pass, too, so that no schema here names both.
const TYPES = ['string', 'integer', 'boolean', 'null', 'array', 'object'];
const NAMES = ['a', 'b', 'ab', 'c/d', 'e~f', '__proto__'];

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, verbose: true, strict: false, logger: false });

/** What ajv finds, in our words. */
function mistakesOfAjv(value: unknown, schema: Schema): readonly Mistake[] {
  const check = ajv.compile(schema);
  return check(value) ? [] : (check.errors ?? []).map(mistakeOf);
}

function mistakeOf(error: ErrorObject): Mistake {
  const steps = error.instancePath.split('/').slice(1);
  const path = steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const params = error.params as Readonly<Record<string, unknown>>;
  switch (error.keyword) {
    case 'additionalProperties': {
      const name = String(params['additionalProperty']);
      const known = Object.keys((error.parentSchema?.['properties'] ?? {}) as object);
      return { kind: 'unknown-field', path: [...path, name], name, known };
    }
    case 'minimum':
    case 'maximum':
      return { kind: 'range', path, found: error.data };
    case 'pattern':
      return { kind: 'pattern', path, found: error.data };
    default:
      return { kind: 'type', path, found: error.data, expected: [params['type']].flat().map(String) };
  }
}

/** ajv's paths do not tell a number from a text. */
const inText = (mistakes: readonly Mistake[]): readonly Mistake[] =>
  mistakes.map((mistake) => ({ ...mistake, path: mistake.path.map(String) }));

const { schema, value } = fc.letrec<{ schema: Schema; value: unknown }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.record(
      {
        // Of a single type ajv tells after the keywords of other types; ours have null as well, or no such keywords.
        type: fc.subarray(TYPES, { minLength: 2 }),
        minimum: fc.integer({ min: -3, max: 0 }),
        maximum: fc.integer({ min: 0, max: 3 }),
        pattern: fc.constantFrom('^a', 'b$', '^.$'),
      },
      { requiredKeys: [] },
    ),
    fc.record({ type: fc.constant(['array', 'null']), items: tie('schema') }),
    fc.record(
      {
        type: fc.constant(['object', 'null']),
        properties: fc.dictionary(fc.constantFrom('a', 'b', 'c/d', 'e~f'), tie('schema')),
        patternProperties: fc.dictionary(fc.constantFrom('^a', 'b$'), tie('schema')),
        additionalProperties: fc.oneof(fc.constant(false as const), tie('schema')),
      },
      { requiredKeys: ['type'] },
    ),
  ),
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<unknown[]>(null, true, 'a', 'ab', 'cb', '', 'é', 0, 1, -4, 4, 1.5, 1e300),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie('value')),
  ),
}));

it('finds the mistakes that ajv finds, in the same order', () => {
  let withMistakes = 0;
  fc.assert(
    fc.property(schema, fc.array(value, { minLength: 4, maxLength: 8 }), (anySchema, values) => {
      for (const each of values) {
        const expected = mistakesOfAjv(each, anySchema);
        if (expected.length > 0) withMistakes += 1;
        expect(inText(validate(each, anySchema))).toEqual(inText(expected));
      }
    }),
    { numRuns: 100 },
  );
  expect(withMistakes).toBeGreaterThan(50);
});

it('finds what ajv finds with the schemas of all kinds', () => {
  const schemas = [...KINDS.values()].flatMap((kind) => [...kind.schemas.values()]);
  for (const each of schemas) {
    const check = ajv.compile(each);
    const wrong = {
      metadata: { labels: { a: 1 }, nam: 'x' },
      spec: [1],
      status: 'x',
      subsets: [null, { ports: {} }],
    };
    check(wrong);
    expect(inText(validate(wrong, each))).toEqual(inText((check.errors ?? []).map(mistakeOf)));
  }
});

it('refuses a schema with a keyword that it does not know', () => {
  expect(() => validate(1, { type: 'integer', multipleOf: 2 })).toThrow(/unknown keyword multipleOf/);
});
