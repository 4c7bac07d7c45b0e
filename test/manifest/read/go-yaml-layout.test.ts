import { CST, Lexer } from 'yaml';
import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../../src/diagnostics/format.ts';
import { readYaml } from '../../../src/manifest/yaml/read-yaml.ts';

/** The value of the first document, or the messages. */
function read(text: string): unknown {
  const { value, problems } = readYaml({ name: 'F', text });
  return problems.length > 0 ? problems.map(formatDiagnostic) : value[0]?.value;
}

/** Each tried with kubectl 1.32 (kubectl label --local). */
describe('values that go on at or left of the indentation of their key', () => {
  it.each([
    ['a:\n  b:\n    x: \'[\n      "a"\n    ]\'\n    z: 1\n', { a: { b: { x: '[ "a" ]', z: 1 } } }],
    ['ports: [\n{port: 80}\n]\nb: 1\n', { ports: [{ port: 80 }], b: 1 }],
    ['data: {\na: "b"\n}\n', { data: { a: 'b' } }],
    ['a:\n    b: "x\n  y\nz"\n    c: 2\n', { a: { b: 'x y z', c: 2 } }],
    ['a:\n  - {b: [\n1,\n  2],\nc: foo\nbar}\n  - d\n', { a: [{ b: [1, 2], c: 'foo bar' }, 'd'] }],
    ['- [a,\nb]\n- c: |\n    d\n  e: f\n', [['a', 'b'], { c: 'd\n', e: 'f' }]],
    ['a: [\n# c\nb\n]\nc: d\n  e\n', { a: ['b'], c: 'd e' }],
  ])('%j', (text, value) => {
    expect(read(text)).toEqual(value);
  });

  it('are told of where they begin when they do not end', () => {
    expect(read('a:\n  b: "x\n c: "y"\n')).toEqual([
      'F:2:6: error: the double quote that begins here is not closed [yaml-syntax]',
      'F:3:1: error: the indentation of this line does not fit the lines above it [yaml-syntax]',
    ]);
  });

  it('end before a line of ---', () => {
    expect(readYaml({ name: 'F', text: 'a: [\n---\nb: 1\n' }).value.map(({ value }) => value)).toEqual([
      { b: 1 },
    ]);
  });
});

/** Each tried with kubectl 1.32, too. */
describe('tabs', () => {
  it.each([
    ['a:\n  x: b\n    \t\n  z: 1\n', { a: { x: 'b', z: 1 } }],
    ['a:\n  x: b\n   \t\n  z: 1\n', { a: { x: 'b', z: 1 } }],
    ['a:\n  x: |\n    a\n    \t\n  z: 1\n', { a: { x: 'a\n\t\n', z: 1 } }],
    ['a:\n  x: |2\n    \ta\n', { a: { x: '\ta\n' } }],
    ['a: {b: 1,\n\tc: 2}\n', { a: { b: 1, c: 2 } }],
    ['a: [\n\t"b"\n\t]\n', { a: ['b'] }],
    ['a: [b\n \tc\n \t]\n', { a: ['b c'] }],
    ['a:\n  x:\tb\t# c\n', { a: { x: 'b' } }],
    ['a: "b"\t\nc: d\t\n', { a: 'b', c: 'd' }],
    ['a: "b\n\tc"\n', { a: 'b c' }],
    ['a: &x\tb\n', { a: 'b' }],
    ['---\t# a\nb: 1\n', { b: 1 }],
    ['a:\n  x: b\n    \tc\n', { a: { x: 'b c' } }],
  ])('are taken: %j', (text, value) => {
    expect(read(text)).toEqual(value);
  });

  it.each([
    ['a:\n\t\n  x: y\n', '2:1'],
    ['a:\n  x: y\n\t\n  z: 1\n', '3:1'],
    ['a:\n  x: y\n  \t\n  z: 1\n', '3:3'],
    ['a:\n  x: "y"\n    \t\n  z: 1\n', '3:5'],
    ['a:\n  x: y\n\t# c\n  z: 1\n', '3:1'],
    ['a:\n  x: y\n\t', '3:1'],
    ['a:\n  x: y\n\t\n', '3:1'],
    ['a:\n  x: "y"\n\t\n', '3:1'],
    ['a:\n  x: y # c\n    \t\n  z: 1\n', '3:5'],
    ['a:\n  x: |\n    a\n\t\n  z: 1\n', '4:1'],
    ['a:\n  x: |\n    \tb\n', '3:5'],
    ['a:\n  x:\n    \ty\n', '3:5'],
    ['a:\n  x:\n  \n \t \n    y\n', '4:2'],
    ['a:\n-\tb: c\n', '2:2'],
    ['? a\n:\tb\n', '2:2'],
    ['\ta: 1\n', '1:1'],
    [' \t\n', '1:2'],
    ['a: [\n\tb\n\t]\n', '3:1'],
    ['a: [b\n\tc]\n', '2:1'],
  ])('are refused: %j', (text, place) => {
    expect(read(text)).toEqual([
      `F:${place}: error: YAML is not indented with tabs; replace the tab by spaces [yaml-syntax]`,
    ]);
  });

  it('are told of once, with how many lines have one', () => {
    expect(read('a: 1\n---\nb:\n\tc: 1\n\td: 1\n---\ne: |\n  f\n\t\n')).toEqual([
      'F:4:1: error: YAML is not indented with tabs; replace the tab by spaces; 3 lines of this file have one [yaml-syntax]',
    ]);
  });

  it('of two hundred thousand lines are told of once', () => {
    expect(read(`a: b\n${'\t\n'.repeat(200_000)}`)).toEqual([
      'F:2:1: error: YAML is not indented with tabs; replace the tab by spaces; 200000 lines of this file have one [yaml-syntax]',
    ]);
  });
});

/** src/manifest/yaml/lexers.ts reaches into the library: what it relies on must be there in the release in use. */
it('the lexer of the library has the parts that are replaced', () => {
  const inside = new Lexer() as unknown as Record<string, unknown>;
  expect([typeof inside['parseQuotedScalar'], typeof inside['parseFlowCollection']]).toEqual([
    'function',
    'function',
  ]);
  expect([inside['indentNext'], inside['flowLevel']]).toEqual([0, 0]);
  expect([...new Lexer().lex('a')].map(CST.tokenType)).toEqual(['doc-mode', 'scalar', null]);
});
