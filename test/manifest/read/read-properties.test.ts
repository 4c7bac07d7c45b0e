import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { decodeText } from '../../../src/manifest/decode-text.ts';
import { readManifest } from '../../../src/manifest/read-manifest.ts';
import { formatDiagnostic } from '../../../src/diagnostics/format.ts';
import { type JsonPath } from '../../../src/text/json-path.ts';

/** Pieces that YAML, JSON and Helm give a meaning to, so that random texts get past the first character. */
const PIECES = [
  ...'{ } [ ] : , - ? # & * ! | > % @ ` " \' \\ ~ ='.split(' '),
  ...[' ', '\t', '\n', '\r'],
  ...[
    '\n  ',
    '\n- ',
    '---\n',
    '...\n',
    ': ',
    '&a ',
    '*a',
    '<<: ',
    '!!int ',
    '!x ',
    '{{',
    '}}',
    '|-\n',
    '""',
    'null',
  ],
  ...[
    'a',
    '1',
    'on',
    '.inf',
    'kind: Service\n',
    'apiVersion: v1\n',
    'items:\n',
    '"kind": "List"',
    '\\u0000',
    '\ufeff',
  ],
  ...['é', '\u{1f600}', '\ud800', '\u0000', '\u2028', '__proto__: '],
];
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join('')),
);

const jsonValue = fc.jsonValue({ depthSize: 'medium', noUnicodeString: false });
const manifestObject = fc
  .tuple(fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), jsonValue, { maxKeys: 6 }), jsonValue)
  .map(([others, spec]) => ({ ...others, apiVersion: 'v1', kind: 'Thing', spec }));

/** JSON that is YAML too: control characters beyond ASCII's first 32 must be escaped there. */
function json(value: unknown, indentation = 0): string {
  return JSON.stringify(value, null, indentation).replace(
    /[\u007f-\u009f\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function* pathsIn(value: unknown, path: JsonPath = []): Generator<readonly [JsonPath, unknown]> {
  yield [path, value];
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inside] of Object.entries(value)) {
    yield* pathsIn(inside, [...path, Array.isArray(value) ? Number(key) : key]);
  }
}

function firstOf(text: string): { readonly value: unknown; readonly locate: (path: JsonPath) => string } {
  const { value, problems } = readManifest({ name: 'F', text });
  expect(problems.map(formatDiagnostic)).toEqual([]);
  expect(value).toHaveLength(1);
  const lines = text.split('\n');
  return {
    value: value[0]!.value,
    locate: (path) => {
      const place = value[0]!.locate(path);
      return [lines[place.line - 1]!.slice(place.column - 1), ...lines.slice(place.line)].join('\n');
    },
  };
}

describe('readManifest', () => {
  it('takes any text without throwing, and tells only places within it', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { value, problems } = readManifest({ name: 'F', text });
        const lineCount = text.split('\n').length;
        const places = [
          ...problems.map((problem) => problem.place!),
          ...value.map((object) => object.locate(['a'])),
        ];
        for (const { line, column } of places) {
          expect(line).toBeLessThanOrEqual(lineCount);
          expect(column).toBeLessThanOrEqual(text.split('\n')[line - 1]!.length + 1);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('takes any bytes without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const { value, problems } = decodeText('F', bytes);
        expect(value === undefined).toBe(problems.length > 0);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['JSON', (value: unknown) => json(value)],
    ['indented JSON', (value: unknown) => json(value, 2)],
    ['JSON in YAML', (value: unknown) => `# yaml\n--- # yaml\n${json(value, 2)}\n`],
  ])('reads every JSON value back from %s, with its places', (_name, print) => {
    fc.assert(
      fc.property(manifestObject, (object) => {
        const read = firstOf(print(object));
        expect(json(read.value)).toEqual(json(object));
        for (const [path, value] of pathsIn(object)) {
          const start =
            typeof value === 'object' && value !== null ? (Array.isArray(value) ? '[' : '{') : json(value);
          expect(read.locate(path).slice(0, start.length)).toBe(start);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('reads every JSON value back from YAML, with its places', () => {
    const plainWords = fc.stringMatching(/^[a-z]{2,8}-[a-z0-9]{1,8}$/);
    const tree = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        plainWords,
        fc.integer(),
        fc.boolean(),
        tie('list'),
        tie('object'),
      ),
      list: fc.array(tie('value'), { maxLength: 4 }),
      object: fc.dictionary(plainWords, tie('value'), { maxKeys: 4 }),
    }));
    fc.assert(
      fc.property(tree.object, (others) => {
        const object = { apiVersion: 'v1', kind: 'Thing', ...others };
        const read = firstOf(stringify(object));
        expect(json(read.value)).toEqual(json(object));
        for (const [path, value] of pathsIn(object)) {
          const text = read.locate(path);
          if (typeof value !== 'object')
            expect(text.slice(0, json(value).length)).toContain(stringify(value).trim());
          else if (Array.isArray(value)) expect(text).toMatch(/^(?:- |\[\])/);
          else expect(text).toMatch(/^(?:[a-zA-Z]|\{\})/);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('finds a key that is there twice wherever it is', () => {
    fc.assert(
      fc.property(manifestObject, fc.nat(), (object, choice) => {
        const text = json(object, 1);
        const keys = [...text.matchAll(/^ +("(?:[^"\\]|\\.)*": )/gm)];
        const key = keys[choice % keys.length]!;
        const at = key.index + key[0].length;
        const doubled = `${text.slice(0, at)}0,\n${key[1]!}${text.slice(at)}`;
        const line = text.slice(0, at).split('\n').length + 1;
        for (const [start, added] of [
          ['', 0],
          ['---\n', 1],
        ] as const) {
          const problems = readManifest({ name: 'F', text: start + doubled }).problems;
          expect(problems.map(({ place }) => `${place!.line}:${place!.column}`)).toEqual([
            `${line + added}:1`,
          ]);
        }
      }),
      { numRuns: 300 },
    );
  });
});
