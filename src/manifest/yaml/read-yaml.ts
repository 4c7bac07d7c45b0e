import { type Diagnostic, type Outcome } from '../../diagnostics/diagnostic.ts';
import { type Source } from '../../text/source.ts';
import { type ReadDocument } from '../document.ts';
import { MAX_FORBIDDEN_CHARACTERS, MAX_YAML_LENGTH } from '../limits.ts';
import { refuse, toDiagnostic, tooLong } from './fault.ts';
import { wholeYaml } from './load-whole-yaml.ts';
import { plainPlaces } from './plain/plain-places.ts';
import { readPlain } from './plain/read-plain.ts';
import { type Converted, type Part } from './read-part.ts';
import { TAB_MESSAGE } from './words.ts';

// What go-yaml's reader refuses anywhere in a text, quoted or not, and a carriage return that ends no line.
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]|\r(?!\n)/g;

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

/** Returns true when a line holds more than blanks and is no comment or directive. */
function hasContent(text: string): boolean {
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start);
    const line = text.slice(start, end === -1 ? text.length : end);
    if (!/^[%#]/.test(line) && line.trim() !== '') return true;
    start += line.length + 1;
  }
  return false;
}

const NOTHING = /^(?:---)?[ \n]*$/;

/** Reads plain YAML at once, and leaves all else to the library. */
function readOne(source: Source, part: Part): readonly Converted[] {
  const { text, start } = part;
  if (NOTHING.test(text)) return [];
  const plain = readPlain(text);
  if (plain === undefined) return wholeYaml().readPart(source, part);
  const { value } = plain;
  let places: ReadDocument['offsetAt'] | undefined;
  const offsetAt: ReadDocument['offsetAt'] = (path) => {
    places ??= plainPlaces(text, plain, wholeYaml().placesOf);
    return start + places(path);
  };
  return [{ value: { value, offsetAt, duplicates: [] }, problems: [] }];
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
  const outcomes = splitDocuments(source.text).flatMap((part) => readOne(source, part));
  return {
    value: outcomes.map((outcome) => outcome.value).filter((document) => document !== null),
    problems: foldTabs(outcomes.flatMap((outcome) => outcome.problems)),
  };
}
