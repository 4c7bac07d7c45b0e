import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { plainPlaces } from '../../../src/manifest/yaml/plain/plain-places.ts';
import { readPlain } from '../../../src/manifest/yaml/plain/read-plain.ts';
import { placesOf, readPart } from '../../../src/manifest/yaml/read-part.ts';
import { type JsonPath } from '../../../src/text/json-path.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures');

const manifests = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.ya?ml$/.test(name))
  .map((name): [string, string] => [name, readFileSync(join(FIXTURES, name), 'utf8')]);

const documentsOf = (text: string): readonly string[] => text.split(/^(?=---(?:\s|$))/m);

/** What the library makes of a text; undefined unless that is one document without any problem. */
function byLibrary(text: string): ReturnType<typeof readPart>[number]['value'] | undefined {
  const [outcome, second] = readPart({ name: 'x.yaml', text }, { text, start: 0 });
  if (outcome === undefined || second !== undefined || outcome.problems.length > 0) return undefined;
  return outcome.value !== null && outcome.value.duplicates.length > 0 ? undefined : outcome.value;
}

function pathsOf(value: unknown, path: JsonPath = []): readonly JsonPath[] {
  if (typeof value !== 'object' || value === null) return [path, [...path, 'none']];
  const inside = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, [...path, 'none'], ...inside.flatMap(([key, item]) => pathsOf(item, [...path, key]))];
}

/** Whether the text was read as plain, after comparing value and places with those of the library. */
function agrees(text: string, somePaths = Infinity): boolean {
  const plain = readPlain(text);
  if (plain === undefined) return false;
  const expected = byLibrary(text);
  expect({ text, value: plain.value }).toEqual({ text, value: expected?.value });
  expect(JSON.stringify(plain.value)).toBe(JSON.stringify(expected?.value));
  const offsetAt = plainPlaces(text, plain, placesOf);
  const paths = pathsOf(plain.value);
  const step = Math.max(1, Math.floor(paths.length / somePaths));
  for (let at = 0; at < paths.length; at += step) {
    const path = paths[at] ?? [];
    expect({ text, path, offset: offsetAt(path) }).toEqual({ text, path, offset: expected?.offsetAt(path) });
  }
  return true;
}

it('reads the manifests of all fixtures as the library does', () => {
  const seen = new Set<string>();
  let plain = 0;
  for (const [, text] of manifests) {
    for (const document of documentsOf(text)) {
      // Many fixtures share documents; the library takes a second for a megabyte.
      if (seen.has(document) || document.length > 50_000) continue;
      seen.add(document);
      if (agrees(document, 40)) plain += 1;
    }
  }
  expect(plain).toBeGreaterThan(seen.size / 2);
});

const scalar = fc.oneof(
  fc.constantFrom<unknown[]>(null, true, 'yes', 'on', '', '~', '0777', '1e3', '10.0.0.1', '1.2', 'a: b', 'a #b', ' x', 'x ', '- a', '|'),
  fc.constantFrom<unknown[]>('"', "'", "it's", 'a\nb', 'a\n\n  b\n', '\\n', '#', '<<', 'é', 'nginx:1.25', '--x', '&a', '*a', '{}', '[a]', '0x1f', '.inf'),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ maxLength: 12 }),
); // prettier-ignore
const key = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('c', 'name', 'http/2', 'x.y-z') },
  fc.constantFrom('a', 'b', 'y', 'no', 'app.kubernetes.io/name', 'f:x', '1', 'a b', '-', ''),
  fc.string({ maxLength: 5 }),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4 }),
  ),
}));

describe('random documents', () => {
  it('as a printer writes them', () => {
    let plain = 0;
    const runs = 150;
    fc.assert(
      fc.property(fc.dictionary(key, value, { minKeys: 1 }), fc.constantFrom(20, 80), fc.boolean(), (root, lineWidth, indentSeq) => {
        const text = stringify(root, { lineWidth, indentSeq });
        if (agrees(text)) plain += 1;
      }),
      { numRuns: runs },
    ); // prettier-ignore
    expect(plain).toBeGreaterThan(runs / 6);
  });

  it('with a few signs changed', () => {
    const documents = manifests
      .flatMap(([, text]) => documentsOf(text))
      .filter((text) => text.length < 1500 && readPlain(text) !== undefined);
    const change = fc.record({
      at: fc.nat(1500),
      removed: fc.nat(3),
      added: fc.oneof(
        fc.constantFrom(' ', '  ', '\n', '#', ' #', ':', ': ', '- ', '-', '"', "'", '{', '}', '[', ']', ',', '|', '>', '&a', '*a', '!', '?', '%', '---', '...', '\\', '\t'),
        fc.constantFrom('\n  ', '\n    ', ' |\n', ' []', '[a, b]', '{a: 1}', '{"a":1}', '~', '|-', 'a: b', '\n\n', '1', '0x'),
      ),
    }); // prettier-ignore
    let plain = 0;
    const runs = Number(process.env['SVC2IPT_FULL'] ?? 0) > 0 ? 5000 : 400;
    fc.assert(
      fc.property(fc.constantFrom(...documents), fc.array(change, { minLength: 1, maxLength: 2 }), (text, changes) => {
        const changed = changes.reduce(
          (before, { at, removed, added }) => before.slice(0, at) + added + before.slice(at + removed),
          text,
        );
        if (agrees(changed, 10)) plain += 1;
      }),
      { numRuns: runs },
    ); // prettier-ignore
    expect(plain).toBeGreaterThan(runs / 10);
  });
});

it.each([
  ['nothing', '# only a comment\n'],
  ['a tab', 'a:\tb\n'],
  ['a carriage return', 'a: b\r\n'],
  ['an anchor', 'a: &x b\n'],
  ['a tag', 'a: !!str 1\n'],
  ['a merge', '<<: {a: b}\n'],
  ['a value that goes on', 'a: b\n  c\n'],
  ['folded text', 'a: >\n  b\n'],
  ['text with an indentation of its own', 'a: |2\n    b\n'],
  ['text that ends with the file', 'a: |\n  b'],
  ['a key twice', 'a: 1\na: 2\n'],
  ['a key of many prototypes', '__proto__: 1\n'],
  ['a null key', '~: 1\n'],
  ['a number that JSON has not', 'a: .inf\n'],
  ['an escape that JSON has not', 'a: "\\x41"\n'],
  ['half of a pair', 'a: "\\ud800"\n'],
  ['a quote that is not closed', 'a: "b\n'],
  ['brackets over two lines', 'a: [b,\n  c]\n'],
  ['a colon in brackets', 'a: [b: c]\n'],
  ['content behind ---', '--- a: b\n'],
  ['two documents', 'a: b\n...\nc: d\n'],
  ['a scalar alone', 'a\n'],
  ['a hundred lists in each other', `a: ${'['.repeat(100)}${']'.repeat(100)}\n`],
  ['a hundred lists in each other, by dashes', `${'- '.repeat(100)}a\n`],
])('leaves %s to the library', (_, text) => {
  expect(readPlain(text)).toBeUndefined();
});

it('finds places in one item of a long list by reading that item alone', () => {
  const items = Array.from({ length: 1000 }, (_, index) => `- kind: A\n  name: n${index}\n`).join('');
  const text = `apiVersion: v1\nitems:\n${items}kind: List\n`;
  const read: number[] = [];
  const plain = readPlain(text);
  if (plain === undefined) throw new Error('not plain');
  const offsetAt = plainPlaces(text, plain, (part) => {
    read.push(part.length);
    return placesOf(part);
  });
  expect(text.slice(offsetAt(['items', 500, 'name']))).toMatch(/^n500\n/);
  expect(text.slice(offsetAt(['items', 500]))).toMatch(/^kind: A\n {2}name: n500\n/);
  expect(text.slice(offsetAt(['items']))).toMatch(/^- kind: A\n {2}name: n0\n/);
  expect(text.slice(offsetAt(['kind']))).toBe('List\n');
  expect(read).toEqual(['- kind: A\n  name: n500\n'.length, 'apiVersion: v1\nitems:\nkind: List\n'.length]);
});
