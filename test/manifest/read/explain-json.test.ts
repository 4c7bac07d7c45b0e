import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { duplicateKeys, explainJson } from '../../../src/manifest/json/explain-json.ts';
import { readJson } from '../../../src/manifest/json/read-json.ts';
import { formatDiagnostic } from '../../../src/diagnostics/format.ts';

function explain(text: string): readonly string[] {
  const { problem } = explainJson({ name: 'F', text });
  return problem === undefined ? [] : [formatDiagnostic(problem)];
}

describe('explainJson', () => {
  it.each([
    ['{"a": \'b\'}', '1:7: error: JSON needs double quotes, not single ones [json-syntax]'],
    ["{'a': 1}", '1:2: error: JSON needs double quotes, not single ones [json-syntax]'],
    [
      '{\u201ca": 1}',
      '1:2: error: JSON needs straight double quotes ("), not typographic ones [json-syntax]',
    ],
    ['{"a": 1,}', '1:8: error: a comma right before } is not allowed in JSON; remove it [json-syntax]'],
    ['[1,\n]', '1:3: error: a comma right before ] is not allowed in JSON; remove it [json-syntax]'],
    ['{"a": 1 "b": 2}', '1:9: error: expected a comma or } here [json-syntax]'],
    ['[1 2]', '1:4: error: expected a comma or ] here [json-syntax]'],
    ['[1}', '1:3: error: expected a comma or ] here [json-syntax]'],
    ['{a: 1}', '1:2: error: expected a key in double quotes here [json-syntax]'],
    ['{,}', '1:2: error: expected a key in double quotes here [json-syntax]'],
    ['{"a" 1}', '1:6: error: expected a colon after the key [json-syntax]'],
    [
      '{"a"',
      '1:5: error: the text ends before the { of line 1, column 1 is closed: is the file complete? [json-syntax]',
    ],
    ['{"a":', '1:6: error: the text ends where a value is expected: is the file complete? [json-syntax]'],
    [
      '{"a":1',
      '1:7: error: the text ends before the { of line 1, column 1 is closed: is the file complete? [json-syntax]',
    ],
    [
      '{"a":1,',
      '1:8: error: the text ends before the { of line 1, column 1 is closed: is the file complete? [json-syntax]',
    ],
    [
      '{"a":[\n1',
      '2:2: error: the text ends before the [ of line 1, column 6 is closed: is the file complete? [json-syntax]',
    ],
    [
      '{"a',
      '1:2: error: the text ends inside the string that begins here: is the file complete? [json-syntax]',
    ],
    [
      '{"a\\',
      '1:2: error: the text ends inside the string that begins here: is the file complete? [json-syntax]',
    ],
    ['{"a\n": 1}', '1:2: error: the double quote that begins here is not closed on its line [json-syntax]'],
    [
      '{"a\t": 1}',
      '1:4: error: a control character must be escaped in a JSON string (a tab as \\t) [json-syntax]',
    ],
    [
      '{"a\\d": 1}',
      '1:4: error: this backslash sequence is not known to JSON; write \\\\ for a backslash [json-syntax]',
    ],
    [
      '{"a\\u12g4": 1}',
      '1:4: error: this backslash sequence is not known to JSON; write \\\\ for a backslash [json-syntax]',
    ],
    ['{"a": v1}', '1:7: error: v1 is not a JSON value; text needs double quotes [json-syntax]'],
    ['{"a": True}', '1:7: error: True is not a JSON value; text needs double quotes [json-syntax]'],
    ['{"a": 080}', '1:7: error: 080 is not a number in JSON [json-syntax]'],
    ['{"a": +1}', '1:7: error: +1 is not a number in JSON [json-syntax]'],
    ['{"a": .5}', '1:7: error: .5 is not a number in JSON [json-syntax]'],
    [
      `{"a": ${'x'.repeat(50)}}`,
      `1:7: error: ${'x'.repeat(40)}... is not a JSON value; text needs double quotes [json-syntax]`,
    ],
    ['{"a": =}', '1:7: error: expected a value here, not "=" [json-syntax]'],
    [
      '{"a": 1} // b',
      '1:10: error: JSON has no comments; remove it, or write the file as YAML [json-syntax]',
    ],
    [
      '{"a": 1 # b\n}',
      '1:9: error: JSON has no comments; remove it, or write the file as YAML [json-syntax]',
    ],
    [
      '{"a": /* b */ 1}',
      '1:7: error: JSON has no comments; remove it, or write the file as YAML [json-syntax]',
    ],
    ['['.repeat(200), '1:101: error: nested deeper than 100 levels, the most that is read [input-too-large]'],
    [
      '{"a":'.repeat(101),
      '1:501: error: nested deeper than 100 levels, the most that is read [input-too-large]',
    ],
    ['{} 5', '1:4: error: expected an object here, or the end of the text [json-syntax]'],
    ['{}}', '1:3: error: expected an object here, or the end of the text [json-syntax]'],
  ])('%j', (text, message) => {
    expect(explain(text)).toEqual([`F:${message}`]);
  });

  it.each(['', '{}', '[]', '\ufeff{"a": [1, -0.5e+3, true, null, "\\"\\u00e9"]} {"b": {}}\n'])(
    'accepts %j',
    (text) => {
      expect(explain(text)).toEqual([]);
    },
  );
});

describe('duplicateKeys', () => {
  it('finds them wherever they are, however they are written', () => {
    const text = '{"a": 1, "\\u0061": 2, "b": [{"c": 1, "c": 1}]}';
    expect(duplicateKeys({ name: 'F', text }, 0)).toEqual([
      { path: ['a'], offset: 9, first: 1 },
      { path: ['b', 0, 'c'], offset: 37, first: 29 },
    ]);
  });

  it('are all found when a document is read, which looks for them only where there may be some', () => {
    const key = fc.constantFrom('"a"', '"ab"', '"b"', '"\\u0061"', '"a\\u0062"', '"a\\""', '""', '"z"');
    const { value } = fc.letrec<{ value: string }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom('1', '":"', '"\\"a\\":"', 'null'),
        fc
          .array(fc.tuple(key, tie('value')), { maxLength: 5 })
          .map((pairs) => `{${pairs.map((pair) => pair.join(' :')).join(', ')}}`),
        fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(',')}]`),
      ),
    }));
    fc.assert(
      fc.property(value, fc.nat(2), (inner, blanks) => {
        const source = { name: 'F', text: `${' '.repeat(blanks)}{"k": ${inner}}` };
        const [document] = readJson(source)?.value ?? [];
        expect(document?.duplicates).toEqual(duplicateKeys(source, blanks));
      }),
      { numRuns: 500 },
    );
  });

  it('are found far behind each other', () => {
    const far = '"x": 1, '.repeat(200);
    const text = `{"b": 1, "long": "${'-'.repeat(1000)}", "a": 1, ${far}"b": 2}`;
    const source = { name: 'F', text };
    expect(readJson(source)?.value[0]?.duplicates).toEqual(duplicateKeys(source, 0));
    expect(duplicateKeys(source, 0)).toHaveLength(200);
  });
});
