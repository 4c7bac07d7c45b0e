/**
 * Feeds damaged manifests to the reader, for as long as it is told to: not part of the unit tests.
 *
 * What it holds the reader to: it never throws, it answers in time that is in proportion to the text, it reports only
 * places within the text, and it either reads something, or says what is wrong, or the text is blank.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { decodeText } from '../../src/manifest/decode-text.ts';
import { readManifest } from '../../src/manifest/read-manifest.ts';
import { hasErrors } from '../../src/diagnostics/diagnostic.ts';
import { formatDiagnostic } from '../../src/diagnostics/format.ts';
import { type Place } from '../../src/text/source.ts';
import { fuzz, type FuzzReport, type Random } from './fuzz.ts';

const MAX_TEXT = 200_000;

const FIXTURES = new URL('../../fixtures/', import.meta.url);

const PIECES: readonly string[] = [
  ...'{ } [ ] : , - ? # & * ! | > % @ ` " \' \\ ~ = <<:'.split(' '),
  ...[
    '\n',
    '\r',
    '\t',
    ' ',
    '\n  ',
    '\n---\n',
    '...\n',
    '&a ',
    '*a',
    '!!binary ',
    '{{ .Values.x }}',
    '"a": ',
    '\u0000',
  ],
  ...[
    '\ufeff',
    '\u{1f600}',
    '\\ud800',
    '.nan',
    '0x',
    '1e999',
    '__proto__: ',
    'kind: List\nitems:\n',
    'apiVersion: v1\n',
  ],
];

function manifestFixtures(): readonly Buffer[] {
  return readdirSync(FIXTURES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:ya?ml|json)$/.test(entry.name))
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .sort()
    .map((path) => readFileSync(path))
    .filter((bytes) => bytes.length <= MAX_TEXT / 10);
}

type Mutation = (bytes: Buffer, random: Random, corpus: readonly Buffer[]) => Buffer;

function cut(bytes: Buffer, random: Random): readonly [Buffer, Buffer, Buffer] {
  const start = random(bytes.length + 1);
  const end = Math.min(bytes.length, start + random(40));
  return [bytes.subarray(0, start), bytes.subarray(start, end), bytes.subarray(end)];
}

const MUTATIONS: readonly Mutation[] = [
  (bytes, random) => {
    const [before, , after] = cut(bytes, random);
    return Buffer.concat([before, after]);
  },
  (bytes, random) => {
    const [before, piece, after] = cut(bytes, random);
    return Buffer.concat([before, ...Array<Buffer>(1 + random(20)).fill(piece), after]);
  },
  (bytes, random) => {
    const [before, , after] = cut(bytes, random);
    return Buffer.concat([before, Buffer.from(PIECES[random(PIECES.length)] ?? ''), after]);
  },
  (bytes, random) => {
    const [before, piece, after] = cut(bytes, random);
    const repeated = (PIECES[random(PIECES.length)] ?? '').repeat(1 + random(2000));
    return Buffer.concat([before, Buffer.from(repeated), piece, after]);
  },
  (bytes, random) => {
    const changed = Buffer.from(bytes);
    if (changed.length > 0) changed[random(changed.length)] = random(256);
    return changed;
  },
  (bytes, random, corpus) => {
    const other = corpus[random(corpus.length)] ?? bytes;
    return Buffer.concat([cut(bytes, random)[0], cut(other, random)[2]]);
  },
  (bytes) => Buffer.from(`\ufeff${bytes.toString('utf8')}`, 'utf16le'),
  (bytes) => Buffer.from(bytes.toString('utf8').replaceAll('\n', '\r\n')),
];

function mutate(corpus: readonly Buffer[], random: Random): Buffer {
  let bytes = corpus[random(corpus.length)] ?? Buffer.alloc(0);
  for (let count = 1 + random(5); count > 0; count--) {
    const mutation = MUTATIONS[random(MUTATIONS.length)];
    bytes = (mutation?.(bytes, random, corpus) ?? bytes).subarray(0, MAX_TEXT);
  }
  return bytes;
}

function checkPlace(place: Place | undefined, lines: readonly string[] | undefined): void {
  if (place === undefined) throw new Error('a problem without a place');
  const line = lines?.[place.line - 1];
  const isInside = lines === undefined || (line !== undefined && place.column <= line.length + 1);
  if (!isInside) throw new Error(`a place outside of the text: ${JSON.stringify(place)}`);
}

/** Reads `bytes` and throws when the reader does anything that it must not; true when there was no error. */
function check(bytes: Buffer): boolean {
  const decoded = decodeText('fuzz', bytes);
  const read = decoded.value === undefined ? { value: [], problems: [] } : readManifest(decoded.value);
  const problems = [...decoded.problems, ...read.problems];
  if (decoded.value === undefined && problems.length === 0) throw new Error('neither a text nor a problem');
  const lines = decoded.value?.text.split('\n');
  for (const object of read.value.slice(0, 50)) checkPlace(object.locate(['metadata', 'name']), lines);
  for (const problem of problems) {
    checkPlace(problem.place, lines);
    if (formatDiagnostic(problem).includes('\n')) throw new Error('a message of more than one line');
  }
  return !hasErrors(problems);
}

/** Mutates the fixtures, good and bad, for `seconds`: see {@link fuzz}. */
export function fuzzManifestReader(seconds: number, seed?: number): Promise<FuzzReport> {
  const corpus = manifestFixtures();
  return fuzz({ mutate: (random) => mutate(corpus, random), check, bytes: (bytes) => bytes }, seconds, seed);
}
