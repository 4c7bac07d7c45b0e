import { describe, expect, it } from 'vitest';
import { explainJson, placesOfJson } from '../../../src/manifest/json-cursor.ts';
import { formatDiagnostic } from '../../../src/diagnostics/format.ts';

function explain(text: string): readonly string[] {
  return explainJson({ name: 'F', text }).problems.map(formatDiagnostic);
}

describe('explainJson', () => {
  it.each([
    ['{"a": \'b\'}', '1:7: JSON needs double quotes, not single ones'],
    ["{'a': 1}", '1:2: JSON needs double quotes, not single ones'],
    ['{\u201ca": 1}', '1:2: JSON needs straight double quotes ("), not typographic ones'],
    ['{"a": 1,}', '1:8: a comma right before } is not allowed in JSON; remove it'],
    ['[1,\n]', '1:3: a comma right before ] is not allowed in JSON; remove it'],
    ['{"a": 1 "b": 2}', '1:9: expected a comma or } here'],
    ['[1 2]', '1:4: expected a comma or ] here'],
    ['[1}', '1:3: expected a comma or ] here'],
    ['{a: 1}', '1:2: expected a key in double quotes here'],
    ['{,}', '1:2: expected a key in double quotes here'],
    ['{"a" 1}', '1:6: expected a colon after the key'],
    ['{"a"', '1:5: the text ends before the { of line 1, column 1 is closed: is the file complete?'],
    ['{"a":', '1:6: the text ends where a value is expected: is the file complete?'],
    ['{"a":1', '1:7: the text ends before the { of line 1, column 1 is closed: is the file complete?'],
    ['{"a":1,', '1:8: the text ends before the { of line 1, column 1 is closed: is the file complete?'],
    ['{"a":[\n1', '2:2: the text ends before the [ of line 1, column 6 is closed: is the file complete?'],
    ['{"a', '1:2: the text ends inside the string that begins here: is the file complete?'],
    ['{"a\\', '1:2: the text ends inside the string that begins here: is the file complete?'],
    ['{"a\n": 1}', '1:2: the double quote that begins here is not closed on its line'],
    ['{"a\t": 1}', '1:4: a control character must be escaped in a JSON string (a tab as \\t)'],
    ['{"a\\d": 1}', '1:4: this backslash sequence is not known to JSON; write \\\\ for a backslash'],
    ['{"a\\u12g4": 1}', '1:4: this backslash sequence is not known to JSON; write \\\\ for a backslash'],
    ['{"a": v1}', '1:7: v1 is not a JSON value; text needs double quotes'],
    ['{"a": True}', '1:7: True is not a JSON value; text needs double quotes'],
    ['{"a": 080}', '1:7: 080 is not a number in JSON'],
    ['{"a": +1}', '1:7: +1 is not a number in JSON'],
    ['{"a": .5}', '1:7: .5 is not a number in JSON'],
    [`{"a": ${'x'.repeat(50)}}`, `1:7: ${'x'.repeat(40)}... is not a JSON value; text needs double quotes`],
    ['{"a": =}', '1:7: expected a value here, not "="'],
    ['{"a": 1} // b', '1:10: JSON has no comments; remove it, or write the file as YAML'],
    ['{"a": 1 # b\n}', '1:9: JSON has no comments; remove it, or write the file as YAML'],
    ['{"a": /* b */ 1}', '1:7: JSON has no comments; remove it, or write the file as YAML'],
    ['['.repeat(200), '1:101: nested deeper than 100 levels, the most that is read'],
    ['{"a":'.repeat(101), '1:501: nested deeper than 100 levels, the most that is read'],
    ['{} 5', '1:4: expected an object here, or the end of the text'],
    ['{}}', '1:3: expected an object here, or the end of the text'],
  ])('%j', (text, message) => {
    expect(explain(text)).toEqual([`error: F:${message}`]);
  });

  it('tells double keys before the error of syntax', () => {
    expect(explain('{"a": 1, "\\u0061": 2, "b": [{"c": 1, "c": 1}],}')).toEqual([
      'error: F:1:10: the key "a" is there twice, first on line 1, column 2',
      'error: F:1:38: the key "c" is there twice, first on line 1, column 30',
      'error: F:1:46: a comma right before } is not allowed in JSON; remove it',
    ]);
  });

  it.each(['', '{}', '[]', '\ufeff{"a": [1, -0.5e+3, true, null, "\\"\\u00e9"]} {"b": {}}\n'])(
    'accepts %j',
    (text) => {
      expect(explain(text)).toEqual([]);
    },
  );
});

describe('placesOfJson', () => {
  it('finds every value', () => {
    expect(placesOfJson({ name: 'F', text: ' {"a": [1, {"b" : "c"}], "d": {}}' }, 1)).toEqual({
      offset: 1,
      inside: {
        a: { offset: 7, inside: [8, { offset: 11, inside: { b: 18 } }] },
        d: { offset: 30, inside: {} },
      },
    });
  });
});
