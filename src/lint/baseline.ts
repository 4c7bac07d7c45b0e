import { isAbsolute, relative, resolve, sep } from 'node:path';
import { type Diagnostic, diagnostic, type Outcome } from '../diagnostics/diagnostic.ts';
import { formatSubject } from '../diagnostics/format.ts';
import { fields, type Fields, isObject, items, text } from '../manifest/check/json.ts';
import { type RawObject } from '../manifest/resource.ts';
import { type JsonPath } from '../text/json-path.ts';
import { type Place } from '../text/source.ts';
import { type Finding, inOrder } from './finding.ts';
import { type Note } from './note.ts';

const API_VERSION = 'svc2ipt/v1';
const KIND = 'LintBaseline';
const FIELDS = ['file', 'code', 'object', 'path'] as const;

/** A known finding that is not reported again. All its fields count except the line. */
type Entry = Readonly<Record<(typeof FIELDS)[number], string>>;

/** The findings of an earlier run. */
export interface Baseline {
  readonly entries: readonly (Entry & { readonly place: Place })[];
  /** The folder of the baseline. File names are relative to it, so that lint works from any directory. */
  readonly folder: string;
}

/** The file of `--baseline`: JSON, a line for each finding, in an order that gives small diffs. */
export function formatBaseline(findings: readonly Finding[], folder: string): string {
  const lines = inOrder(findings).map((finding) => `    ${JSON.stringify(entryOf(finding, folder))}`);
  const list = lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n  ]`;
  return `{\n  "apiVersion": "${API_VERSION}",\n  "kind": "${KIND}",\n  "findings": ${list}\n}\n`;
}

const entryOf = (finding: Finding, folder: string): Entry => ({
  file: nameFrom(folder, finding.place.file),
  code: finding.code,
  object: finding.subject === undefined ? '' : formatSubject(finding.subject),
  path: finding.path ?? '',
});

function nameFrom(folder: string, file: string): string {
  if (file.startsWith('<')) return file;
  const path = isAbsolute(file) ? file : resolve(file);
  return relative(resolve(folder), path).split(sep).join('/');
}

const MOST_MISTAKES = 20;

/**
 * Reads what `formatBaseline` wrote. Errors, each with its place: another kind of object, entries of another
 * form.
 */
export function parseBaseline({ value, locate }: RawObject, folder: string): Outcome<Baseline> {
  const problems: Diagnostic[] = [];
  const complain = (path: JsonPath, message: string): void => {
    if (problems.length < MOST_MISTAKES) {
      problems.push(diagnostic('baseline-invalid', message, { place: locate(path) }));
    }
  };
  const top = fields(value);
  if (top['kind'] !== KIND || top['apiVersion'] !== API_VERSION) {
    complain([], `a baseline is of apiVersion ${API_VERSION} and kind ${KIND}`);
    return { value: { entries: [], folder }, problems };
  }
  if (!Array.isArray(top['findings'])) complain(['findings'], 'must be a list of findings');
  const entries = items(top['findings']).map((entry, index) => {
    const path = ['findings', index];
    if (!isObject(entry)) complain(path, `must be an object with ${FIELDS.join(', ')}`);
    else checkEntry(entry, path, complain);
    const [file, code, object, inner] = FIELDS.map((field) => text(fields(entry)[field]));
    return {
      file: file ?? '',
      code: code ?? '',
      object: object ?? '',
      path: inner ?? '',
      place: locate(path),
    };
  });
  return { value: { entries, folder }, problems };
}

function checkEntry(
  entry: Fields,
  path: JsonPath,
  complain: (path: JsonPath, message: string) => void,
): void {
  for (const field of FIELDS) {
    if (typeof entry[field] !== 'string') complain([...path, field], `${field} must be a string`);
  }
  for (const field of Object.keys(entry)) {
    if (!FIELDS.some((known) => known === field))
      complain([...path, field], `unknown field ${JSON.stringify(field)}`);
  }
}

const keyOf = ({ file, code, object, path }: Entry): string => JSON.stringify([file, code, object, path]);

const MOST_NOTES = 20;

/**
 * Returns the findings that the baseline does not hold, and a note for each entry that no finding of the
 * checked files needs any more.
 */
export function withoutKnown(
  findings: readonly Finding[],
  baseline: Baseline,
  files: readonly string[],
): { readonly findings: readonly Finding[]; readonly notes: readonly Note[] } {
  const left = new Map<string, number>();
  for (const entry of baseline.entries) left.set(keyOf(entry), (left.get(keyOf(entry)) ?? 0) + 1);
  const kept = findings.filter((finding) => {
    const key = keyOf(entryOf(finding, baseline.folder));
    const count = left.get(key) ?? 0;
    if (count > 0) left.set(key, count - 1);
    return count === 0;
  });
  const looked = new Set(files.map((file) => nameFrom(baseline.folder, file)));
  const idle = baseline.entries.filter((entry) => {
    const count = left.get(keyOf(entry)) ?? 0;
    if (count === 0 || !looked.has(entry.file)) return false;
    left.set(keyOf(entry), count - 1);
    return true;
  });
  return { findings: kept, notes: notesOf(idle) };
}

function notesOf(idle: Baseline['entries']): readonly Note[] {
  const notes = idle.slice(0, MOST_NOTES).map(({ code, object, file, place }): Note => {
    return { place, message: `the baseline knows ${code} of ${object} in ${file}, which is there no longer` };
  });
  const [first] = idle.slice(MOST_NOTES);
  if (first === undefined) return notes;
  const rest = idle.length - MOST_NOTES;
  return [...notes, { place: first.place, message: `${rest} more entries; --write-baseline writes it anew` }];
}
