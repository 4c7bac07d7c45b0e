import { type Document } from 'yaml';
import { type Diagnostic, diagnostic, type Outcome } from '../../diagnostics/diagnostic.ts';
import { placeAt, type Source } from '../../text/source.ts';
import { type ReadDocument } from '../document.ts';
import { MAX_FORBIDDEN_CHARACTERS, MAX_YAML_DOCUMENT_LENGTH, MAX_YAML_LENGTH } from '../limits.ts';
import { composeText, SPLIT_IT } from './compose-text.ts';
import { convertDocument } from './convert-document.ts';
import { findHelmTemplate } from './helm-template.ts';
import { explainErrors, explainWarnings, type Fault, TAB_MESSAGE } from './messages.ts';
import { descend, offsetOf } from './place-tree.ts';

// What go-yaml's reader refuses anywhere in a text, quoted or not, and a carriage return that ends no line.
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]|\r(?!\n)/g;

function toDiagnostic(source: Source, { offset, message, code }: Fault): Diagnostic {
  return diagnostic(code, message, { place: placeAt(source, offset) });
}

/** Characters that YAML does not allow; reading stops at those, because the library would take them for text. */
function findForbidden(source: Source): readonly Diagnostic[] {
  const problems: Diagnostic[] = [];
  for (const { index, 0: character } of source.text.matchAll(FORBIDDEN)) {
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    const message =
      character === '\r'
        ? 'a carriage return without line feed; save the file with LF or CRLF line ends'
        : `the control character U+${code} is not allowed in YAML`;
    problems.push(toDiagnostic(source, { offset: index, message, code: 'yaml-syntax' }));
    if (problems.length === MAX_FORBIDDEN_CHARACTERS) break;
  }
  return problems;
}

/** The text of one document and where it begins. */
interface Part {
  readonly text: string;
  readonly start: number;
}

function hasContent(text: string): boolean {
  return text.split('\n').some((line) => line.trim() !== '' && !/^[%#]/.test(line));
}

/**
 * Cuts a text before each line of `---`, as kubectl does, so that an error in one document leaves the others whole.
 * What holds nothing but comments and directives (`%YAML 1.1`) belongs to the document after it.
 */
function splitDocuments(text: string): readonly Part[] {
  const parts: Part[] = [];
  let start = 0;
  let unchecked = 0;
  for (const { index } of text.matchAll(/^---(?=\s|$)/gm)) {
    if (hasContent(text.slice(unchecked, index))) {
      parts.push({ text: text.slice(start, index), start });
      start = index;
    }
    // The line of `---` itself may hold content, but then the document is not without content either.
    unchecked = index + 3;
  }
  return [...parts, { text: text.slice(start), start }];
}

/** The faults of one document as problems: the first of each line, or the template that it is. */
function toProblems(source: Source, faults: readonly Fault[]): readonly Diagnostic[] {
  const template = findHelmTemplate(source, faults);
  if (template !== undefined) return [template];
  return faults.map((fault) => toDiagnostic(source, fault));
}

/** The first fault of each line: a parser that lost its way finds more, and they only follow from it. */
function firstOfEachLine(source: Source, faults: readonly Fault[]): readonly Fault[] {
  const lines = new Map<number, Fault>();
  for (const fault of faults.toSorted((one, other) => one.offset - other.offset)) {
    const { line } = placeAt(source, fault.offset);
    if (!lines.has(line)) lines.set(line, fault);
  }
  return [...lines.values()];
}

function shift(faults: readonly Fault[], start: number): readonly Fault[] {
  return faults.map((fault) => ({ ...fault, offset: start + fault.offset }));
}

const tabFault = (offset: number): Fault => ({ offset, message: TAB_MESSAGE, code: 'yaml-syntax' });

/** `document` is undefined for a text that holds nothing but tabs that are not allowed. */
function convert(
  source: Source,
  { text, start }: Part,
  document: Document.Parsed | undefined,
  badTabs: readonly number[],
): Converted {
  const errors = document === undefined ? [] : explainErrors(text, document);
  const faults = shift([...badTabs.map(tabFault), ...errors], start);
  if (document === undefined || faults.length > 0) {
    return { value: null, problems: toProblems(source, firstOfEachLine(source, faults)) };
  }
  const warnings = shift(explainWarnings(document), start).map((fault) => toDiagnostic(source, fault));
  const converted = convertDocument(start, document.contents);
  const { value, places, duplicates } = converted;
  const isRead = converted.faults.length === 0 && value !== null;
  return {
    value: isRead ? { value, offsetAt: (path) => offsetOf(descend(places, path)), duplicates } : null,
    problems: [...toProblems(source, converted.faults), ...warnings],
  };
}

/** Null for a document that is empty or has errors. */
type Converted = Outcome<ReadDocument | null>;

function readPart(source: Source, part: Part): readonly Converted[] {
  if (part.text.length > MAX_YAML_DOCUMENT_LENGTH)
    return [refuse(source, part.start, tooLong('YAML document', MAX_YAML_DOCUMENT_LENGTH))];
  const composed = composeText(part.text);
  if (typeof composed === 'string') return [refuse(source, part.start, composed)];
  const { documents, badTabs } = composed;
  if (documents.length === 0) return [convert(source, part, undefined, badTabs)];
  let next = 0;
  return documents.map((document, index) => {
    const first = next;
    const end = index === documents.length - 1 ? Infinity : document.range[2];
    while (next < badTabs.length && (badTabs[next] ?? end) < end) next++;
    return convert(source, part, document, badTabs.slice(first, next));
  });
}

/** Tells of tabs once: who indents with tabs does so in many lines. */
function foldTabs(problems: readonly Diagnostic[]): readonly Diagnostic[] {
  const tabs = problems.filter(({ message }) => message === TAB_MESSAGE);
  const [first] = tabs;
  if (first === undefined || tabs.length === 1) return problems;
  const summary = { ...first, message: `${TAB_MESSAGE}; ${tabs.length} lines of this file have one` };
  return problems
    .filter((problem) => problem === first || problem.message !== TAB_MESSAGE)
    .map((problem) => (problem === first ? summary : problem));
}

function tooLong(what: string, limit: number): string {
  return `the ${what} is longer than ${limit / (1024 * 1024)} MiB, the most that is read; ${SPLIT_IT}`;
}

function refuse(source: Source, offset: number, message: string): Outcome<null> {
  return { value: null, problems: [toDiagnostic(source, { offset, message, code: 'input-too-large' })] };
}

/**
 * Reads the documents of a YAML text as the API server does (see plain-scalars.ts). Empty documents are left out. A
 * document with an error is left out too, and those after it are still read.
 */
export function readYaml(source: Source): Outcome<readonly ReadDocument[]> {
  if (source.text.length > MAX_YAML_LENGTH) {
    const { problems } = refuse(source, 0, tooLong('YAML', MAX_YAML_LENGTH));
    return { value: [], problems };
  }
  const forbidden = findForbidden(source);
  if (forbidden.length > 0) return { value: [], problems: forbidden };
  const outcomes = splitDocuments(source.text).flatMap((part) => readPart(source, part));
  return {
    value: outcomes.map((outcome) => outcome.value).filter((document) => document !== null),
    problems: foldTabs(outcomes.flatMap((outcome) => outcome.problems)),
  };
}
