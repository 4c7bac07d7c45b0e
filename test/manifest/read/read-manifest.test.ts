import { describe, expect, it } from 'vitest';
import {
  MAX_DEPTH,
  MAX_FORBIDDEN_CHARACTERS,
  MAX_YAML_DOCUMENT_LENGTH,
  MAX_YAML_LENGTH,
  MAX_YAML_LEXEMES,
} from '../../../src/manifest/limits.ts';
import { readManifest } from '../../../src/manifest/read-manifest.ts';
import { formatDiagnostic } from '../../../src/diagnostics/format.ts';
import { type JsonPath } from '../../../src/text/json-path.ts';

interface Reading {
  readonly values: readonly unknown[];
  readonly messages: readonly string[];
}

function read(text: string): Reading {
  const { value, problems } = readManifest({ name: 'F', text });
  return { values: value.map((object) => object.value), messages: problems.map(formatDiagnostic) };
}

function placesOf(text: string, ...paths: readonly JsonPath[]): readonly string[] {
  const { value } = readManifest({ name: 'F', text });
  return paths.map((path) => {
    const place = value.at(-1)!.locate(path);
    return `${place.line}:${place.column}`;
  });
}

const service = (name: string): unknown => ({ apiVersion: 'v1', kind: 'Service', metadata: { name } });
const WEB = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n';
const SHOP = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: shop\n';

describe('documents', () => {
  it.each([
    ['one', WEB],
    ['after ---', `---\n${WEB}`],
    ['before ...', `${WEB}...\n`],
    ['between comments', `# Source: chart/templates/web.yaml\n---\n# web\n${WEB}# end\n`],
    ['with CRLF', WEB.replaceAll('\n', '\r\n')],
    ['with a byte order mark', `\ufeff${WEB}`],
    ['after a directive', `%YAML 1.1\n---\n${WEB}`],
    ['after a comment and a directive', `# a\n%YAML 1.2\n# b\n---\n${WEB}`],
    ['between empty documents', `---\n---\n# nothing\n---\nnull\n---\n${WEB}---\n---\n`],
    ['with blanks after ---', `---  \t\n${WEB}--- # end\n`],
    ['without line end', WEB.trimEnd()],
    ['JSON', JSON.stringify(service('web'))],
    ['JSON with blanks around it', `\n\t ${JSON.stringify(service('web'), null, '\t')}\r\n\n`],
    ['JSON with a byte order mark', `\ufeff${JSON.stringify(service('web'))}`],
    ['JSON within YAML', `---\n${JSON.stringify(service('web'), null, 2)}\n`],
    ['JSON values within YAML', 'apiVersion: v1\nkind: Service\nmetadata: {"name": "web"}\n'],
    ['YAML in braces', '{apiVersion: v1, kind: Service, metadata: {name: web}}'],
    [
      'JSON with a trailing comma, as kubectl',
      '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},}',
    ],
    ['tabs where they separate', 'apiVersion:\tv1\nkind: Service\t# tab\nmetadata:\n  name:\tweb\n'],
  ])('%s', (_name, text) => {
    expect(read(text)).toEqual({ values: [service('web')], messages: [] });
  });

  it.each([
    ['YAML', `${WEB}---\n${SHOP}`],
    ['YAML separated by ...', `${WEB}...\n${SHOP}`],
    ['Helm output', `---\n# Source: a.yaml\n${WEB}---\n# Source: b.yaml\n${SHOP}`],
    ['JSON one after another', `${JSON.stringify(service('web'))}\n${JSON.stringify(service('shop'))}`],
    ['JSON without anything between', JSON.stringify(service('web')) + JSON.stringify(service('shop'))],
    ['JSON separated by ---', `${JSON.stringify(service('web'))}\n---\n${JSON.stringify(service('shop'))}\n`],
    ['JSON, then YAML', `${JSON.stringify(service('web'))}\n---\n${SHOP}`],
  ])('two: %s', (_name, text) => {
    expect(read(text)).toEqual({ values: [service('web'), service('shop')], messages: [] });
  });

  it.each([
    '',
    '\n',
    '# only a comment\n',
    '---\n',
    '---\n...\n---\n',
    '\ufeff',
    'null',
    '~\n',
    '%YAML 1.1\n---\n',
  ])('none: %j', (text) => {
    expect(read(text)).toEqual({ values: [], messages: [] });
  });

  it('keep those that are right when others are wrong', () => {
    expect(read(`${WEB}---\nkind: "x\n---\n- 1\n---\nkind: Service\n---\n${SHOP}`)).toEqual({
      values: [service('web'), service('shop')],
      messages: [
        'F:6:7: error: the double quote that begins here is not closed [yaml-syntax]',
        'F:8:1: error: expected an object with apiVersion and kind, not a list; put the objects under the items of a List [not-an-object]',
        'F:10:1: error: the Service has no apiVersion [not-an-object]',
      ],
    });
  });

  it('take --- for a separator even within quotes, as kubectl does', () => {
    expect(read('apiVersion: v1\nkind: "a\n---\n\nb"\n').messages).toEqual([
      'F:2:7: error: the double quote that begins here is not closed [yaml-syntax]',
      'F:5:1: error: expected an object with apiVersion and kind, not a string [not-an-object]',
    ]);
  });
});

describe('anchors, aliases and merges', () => {
  const head = 'apiVersion: v1\nkind: X\n';
  it.each([
    ['an alias', 'a: &x {b: 1}\nc: *x', { a: { b: 1 }, c: { b: 1 } }],
    ['an anchor used twice', 'a: &x 1\nb: *x\nc: &x 2\nd: *x', { a: 1, b: 1, c: 2, d: 2 }],
    ['an alias in an alias', 'a: &x 1\nb: &z [*x]\nc: &x 2\nd: *z', { a: 1, b: [1], c: 2, d: [1] }],
    ['an alias as key', 'a: &x k\n*x : 1', { a: 'k', k: 1 }],
    ['an alias of nothing', 'a: &x\nb: *x', { a: null, b: null }],
    ['a merge', 'a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}', { a: { b: 1, c: 2 }, d: { b: 1, c: 3 } }],
    ['a merge that overrides', 'a: &x {b: 1}\nd: {b: 3, <<: *x}', { a: { b: 1 }, d: { b: 1 } }],
    ['a merge of several', 'd: {<<: [{b: 1}, {b: 2, c: 2}]}', { d: { b: 1, c: 2 } }],
    ['two merges', 'd: {<<: {b: 1}, <<: {c: 2}}', { d: { b: 1, c: 2 } }],
    ['a merge of a merge', 'a: &x {<<: {b: 1}}\nd: {<<: *x}', { a: { b: 1 }, d: { b: 1 } }],
    ['a tagged merge', 'd: {!!merge <<: {b: 1}}', { d: { b: 1 } }],
    ['a quoted <<', 'd: {"<<": 1}', { d: { '<<': 1 } }],
    ['a key without colon', '? b', { b: null }],
    ['a list tag', 'a: !!seq [1]\nb: !!map {c: 1}', { a: [1], b: { c: 1 } }],
  ])('%s', (_name, text, value) => {
    expect(read(head + text)).toEqual({ values: [{ apiVersion: 'v1', kind: 'X', ...value }], messages: [] });
  });

  it('give every alias a value of its own', () => {
    const value = read(`${head}a: &x {b: 1}\nc: *x`).values[0] as Record<string, unknown>;
    expect(value['a']).not.toBe(value['c']);
  });

  it.each([
    [
      'an unknown alias in a merge',
      'd: {<<: *x}',
      ['F:3:9: error: no anchor &x stands before this alias [yaml-syntax]'],
    ],
    [
      'an unknown alias as key',
      '*x : 1',
      ['F:3:1: error: no anchor &x stands before this alias [yaml-syntax]'],
    ],
    [
      'an anchor of another document',
      'a: *x',
      ['F:3:4: error: no anchor &x stands before this alias [yaml-syntax]'],
    ],
    [
      'an error behind an anchor, once',
      'a: &x {b: .inf}\nc: *x\nd: [*x, *x]',
      ['F:3:11: error: .inf is not a number in JSON; put it in quotes if it is text [yaml-syntax]'],
    ],
  ])('refuse %s', (_name, text, messages) => {
    expect(read(head + text)).toEqual({ values: [], messages });
  });

  it('refuse an alias bomb quickly', () => {
    const levels = 'bcdefghijk'.split('').map((name, index) => {
      const previous = 'abcdefghijk'.charAt(index);
      return `${name}: &${name} [${Array(10).fill(`*${previous}`).join(', ')}]`;
    });
    expect(read(`${head}a: &a [1]\n${levels.join('\n')}`)).toEqual({
      values: [],
      messages: [
        'F:8:12: error: the aliases of this document stand for more than 100000 values, the most that is read [input-too-large]',
      ],
    });
  });

  it('count aliases without anchor behind an anchor, too', () => {
    const wide = `a: &a [${'*u, '.repeat(5000)}]\nb: [${'*a, '.repeat(5000)}]`;
    expect(read(head + wide).messages.at(-1)).toBe(
      'F:4:81: error: the aliases of this document stand for more than 100000 values, the most that is read [input-too-large]',
    );
  });

  it('bound the depth that aliases add up to', () => {
    const lines = Array.from({ length: 50 }, (_, index) => `a${index + 1}: &a${index + 1} [[*a${index}]]`);
    expect(read(`${head}a0: &a0 1\n${lines.join('\n')}`).messages).toEqual([
      'F:53:13: error: nested deeper than 100 levels, the most that is read [input-too-large]',
    ]);
  });
});

describe('lists', () => {
  const json = (value: unknown): string => JSON.stringify(value);
  it.each([
    ['a List', { apiVersion: 'v1', kind: 'List', items: [service('web'), service('shop')] }],
    [
      'a ServiceList whose items have no kind',
      { apiVersion: 'v1', kind: 'ServiceList', items: [{ metadata: { name: 'web' } }, service('shop')] },
    ],
    [
      'Lists in Lists',
      {
        apiVersion: 'v1',
        kind: 'List',
        items: [
          { apiVersion: 'v1', kind: 'List', items: [service('web')] },
          { apiVersion: 'v1', kind: 'ServiceList', metadata: {}, items: [{ metadata: { name: 'shop' } }] },
        ],
      },
    ],
  ])('%s', (_name, list) => {
    expect(read(json(list))).toEqual({ values: [service('web'), service('shop')], messages: [] });
  });

  it('take the apiVersion for their items from the list', () => {
    const list = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSliceList', items: [{ endpoints: [] }] };
    const slice = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', endpoints: [] };
    expect(read(json(list))).toEqual({ values: [slice], messages: [] });
  });

  it.each([
    ['an empty List', { apiVersion: 'v1', kind: 'List', items: [] }],
    ['a List of null', { apiVersion: 'v1', kind: 'PodList', items: null }],
  ])('%s holds nothing', (_name, list) => {
    expect(read(json(list))).toEqual({ values: [], messages: [] });
  });

  it('leave an object alone that is only called a list', () => {
    const object = { apiVersion: 'example.com/v1', kind: 'AllowList', spec: {} };
    expect(read(json(object))).toEqual({ values: [object], messages: [] });
  });

  it('tell what is wrong with each item', () => {
    const text = `apiVersion: v1
kind: ServiceList
items:
- null
- 5
- kind: Service
- apiVersion: 1
  kind: ""
- []
- apiVersion: v1
  kind: List
  items: text
`;
    expect(read(text).messages).toEqual([
      'F:4:3: error: expected an object with apiVersion and kind, not null [not-an-object]',
      'F:5:3: error: expected an object with apiVersion and kind, not a number [not-an-object]',
      'F:6:3: error: the Service has no apiVersion [not-an-object]',
      'F:7:15: error: apiVersion must be a string, not a number [not-an-object]',
      'F:8:9: error: kind must not be empty [not-an-object]',
      'F:9:3: error: expected an object with apiVersion and kind, not a list; put the objects under the items of a List [not-an-object]',
      'F:12:10: error: items must be a list, not a string [not-an-object]',
    ]);
  });
});

describe('places', () => {
  it('in YAML', () => {
    const text = `# first
---
apiVersion: v1
kind: Service
metadata: &meta
  name: "web"
  labels: {app: web, 7: x}
spec:
  ports:
  - port: 80
    name:
  -
    port: 81
copy: *meta
text: |
  two
  lines
`;
    expect(
      placesOf(
        text,
        [],
        ['kind'],
        ['metadata'],
        ['metadata', 'name'],
        ['metadata', 'labels', 'app'],
        ['metadata', 'labels', '7'],
        ['spec', 'ports'],
        ['spec', 'ports', 0],
        ['spec', 'ports', 0, 'port'],
        ['spec', 'ports', 0, 'name'],
        ['spec', 'ports', 1, 'port'],
        ['spec', 'ports', 2, 'port'],
        ['spec', 'absent', 'deeper'],
        ['copy'],
        ['copy', 'name'],
        ['text'],
      ),
    ).toEqual('3:1 4:7 6:3 6:9 7:17 7:25 10:3 10:5 10:11 11:10 13:11 10:3 9:3 14:7 6:9 15:7'.split(' '));
  });

  it('in JSON', () => {
    const text =
      '{ "apiVersion": "v1",\n  "kind": "Service",\n  "spec": { "ports": [ { "port": 80 },\n  { "port": -1 } ] } }';
    expect(
      placesOf(
        text,
        [],
        ['kind'],
        ['spec', 'ports'],
        ['spec', 'ports', 1],
        ['spec', 'ports', 1, 'port'],
        ['x', 'y'],
      ),
    ).toEqual(['1:1', '2:11', '3:22', '4:3', '4:13', '1:1']);
  });

  it('in the second of several JSON texts', () => {
    const text = '{"apiVersion": "v1", "kind": "A"}\n {"apiVersion": "v1", "kind": "B"}';
    expect(placesOf(text, [], ['kind'])).toEqual(['2:2', '2:31']);
  });

  it('in the items of a list, counted from the item', () => {
    const text = 'apiVersion: v1\nkind: ServiceList\nitems:\n- metadata:\n    name: web\n';
    expect(placesOf(text, [], ['metadata', 'name'], ['kind'], ['spec'])).toEqual([
      '4:3',
      '5:11',
      '4:3',
      '4:3',
    ]);
  });

  it('of keys that JavaScript has a meaning for', () => {
    const yaml = 'apiVersion: v1\nkind: X\n__proto__: {toString: 1}\nconstructor: 2\n';
    const json = '{"apiVersion": "v1", "kind": "X", "__proto__": {"toString": 1}, "constructor": 2}';
    for (const [text, expected] of [
      [yaml, ['3:12', '3:23', '4:14', '1:1']],
      [json, ['1:48', '1:61', '1:80', '1:1']],
    ] as const) {
      const value = read(text).values[0] as Record<string, unknown>;
      expect(Object.keys(value)).toEqual(['apiVersion', 'kind', '__proto__', 'constructor']);
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
      expect(
        placesOf(
          text,
          ['__proto__'],
          ['__proto__', 'toString'],
          ['constructor'],
          ['hasOwnProperty', 'length'],
        ),
      ).toEqual(expected);
    }
  });
});

describe('limits', () => {
  const nested = (depth: number): string =>
    `{"apiVersion":"v1","kind":"X","a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
  const tooDeep = 'nested deeper than 100 levels, the most that is read';

  it.each([
    ['JSON', ''],
    ['YAML', '---\n'],
  ])('of depth in %s', (_name, start) => {
    expect(read(start + nested(MAX_DEPTH - 1)).messages).toEqual([]);
    expect(read(start + nested(MAX_DEPTH)).messages).toHaveLength(1);
    expect(read(start + nested(MAX_DEPTH)).messages[0]).toContain(tooDeep);
  });

  it.each([
    ['unclosed brackets', '['.repeat(200_000)],
    ['brackets', '['.repeat(200_000) + ']'.repeat(200_000)],
    ['JSON objects', '{"a":'.repeat(200_000)],
    ['YAML objects in braces', '{a: '.repeat(100_000)],
    ['keys in keys', `{${'a: b: '.repeat(100_000)}}`],
    ['lists', '- '.repeat(20_000)],
    ['indentation', Array.from({ length: 2000 }, (_, index) => `${' '.repeat(index)}a:`).join('\n')],
    ['question marks', '? '.repeat(20_000)],
  ])('hold for %s without end', (_name, text) => {
    const { values, messages } = read(text);
    expect(values).toEqual([]);
    expect(messages).not.toEqual([]);
  });

  it('of the number of control characters told of', () => {
    expect(read('\u0007'.repeat(1000)).messages).toHaveLength(MAX_FORBIDDEN_CHARACTERS);
  });

  it('of the length of YAML', () => {
    expect(read(`a: 1\n${'#'.repeat(MAX_YAML_LENGTH)}`).messages).toEqual([
      'F:1:1: error: the YAML is longer than 64 MiB, the most that is read; split it, or give it as JSON (kubectl get -o json) [input-too-large]',
    ]);
  });

  it('of the length of a YAML document, unless it is plain', () => {
    const long = `#${'#'.repeat(MAX_YAML_DOCUMENT_LENGTH)}\n`;
    expect(read(`${WEB}---\n${long}${SHOP}`).values).toEqual([service('web'), service('shop')]);
    expect(read(`${WEB}---\n${long}a: &a 1\n---\n${SHOP}`)).toEqual({
      values: [service('web'), service('shop')],
      messages: [
        'F:5:1: error: the YAML document is longer than 16 MiB, the most that is read; split it, or give it as JSON (kubectl get -o json) [input-too-large]',
      ],
    });
  });
});

describe('a YAML document', () => {
  it('of more parts than are held at once is refused', () => {
    expect(read('&a '.repeat(MAX_YAML_LEXEMES / 2)).messages).toEqual([
      'F:1:1: error: the YAML document has more than 6000000 parts, the most that is read; split it, or give it as JSON (kubectl get -o json) [input-too-large]',
    ]);
  });

  it('that begins with closing brackets without end is not read to its end', () => {
    expect(read(']'.repeat(4_000_000)).messages).toEqual([
      'F:1:1: error: this bracket closes nothing [yaml-syntax]',
    ]);
  });
});

describe('Helm templates', () => {
  const rendered = `${WEB}data:\n  rule: "{{ $labels.instance }} is down"\n  more: |\n    {{ $value }}\n`;

  it('are not what has {{ }} in quotes', () => {
    expect(read(rendered).messages).toEqual([]);
  });

  it('are not looked for in what has fifty thousand other mistakes', () => {
    expect(read(`a: {${'~: 1, '.repeat(50_000)}}`).messages).toHaveLength(50_000);
  });

  it('do not hide a mistake elsewhere', () => {
    expect(read(`${rendered}extra: "x\n`).messages).toEqual([
      'F:9:8: error: the double quote that begins here is not closed [yaml-syntax]',
    ]);
  });
});
