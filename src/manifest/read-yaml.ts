import { Composer, type CST, type Document, Lexer, Parser } from 'yaml';
import { type Diagnostic, diagnostic, type Outcome } from '../diagnostics/diagnostic.ts';
import { placeAt, type Source } from '../text/source.ts';
import { findHelmTemplate } from './helm-template.ts';
import {
  MAX_DEPTH,
  MAX_FORBIDDEN_CHARACTERS,
  MAX_STRAY_TOKENS,
  MAX_YAML_DOCUMENT_LENGTH,
  MAX_YAML_LENGTH,
  MAX_YAML_LEXEMES,
} from './limits.ts';
import { type ReadDocument } from './place-tree.ts';
import { explainErrors, explainWarnings, type Fault } from './yaml-messages.ts';
import { KUBERNETES_SCHEMA } from './yaml-scalars.ts';
import { convertDocument } from './yaml-values.ts';

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

function convert(
  source: Source,
  { text, start }: Part,
  document: Document.Parsed,
): Outcome<ReadDocument | null> {
  const errors = shift(explainErrors(text, document), start);
  if (errors.length > 0) {
    return { value: null, problems: toProblems(source, firstOfEachLine(source, errors)) };
  }
  const warnings = shift(explainWarnings(document), start).map((fault) => toDiagnostic(source, fault));
  const { value, places, faults } = convertDocument(source, start, document.contents);
  const isRead = faults.length === 0 && value !== null;
  return {
    value: isRead ? { value, places: () => places } : null,
    problems: [...toProblems(source, faults), ...warnings],
  };
}

/** The documents in a text: usually one, more when `...` ends them. */
function compose(text: string): Iterable<Document.Parsed> {
  const composer = new Composer({
    schema: KUBERNETES_SCHEMA,
    prettyErrors: false,
    // The library compares each key with all others of the object; yaml-values.ts does not.
    uniqueKeys: false,
    logLevel: 'silent',
  });
  return composer.compose(tokens(text), false, text.length) as Iterable<Document.Parsed>;
}

/** The text has more parts than are held at once. */
class TooManyParts extends Error {}

/** The tokens of a text up to the first hundred that belong nowhere; what follows is no better. */
function* tokens(text: string): Generator<CST.Token> {
  const parser = new Parser();
  let lexemes = 0;
  let strays = 0;
  for (const lexeme of new Lexer().lex(text)) {
    lexemes += 1;
    if (lexemes > MAX_YAML_LEXEMES) throw new TooManyParts();
    for (const token of parser.next(lexeme)) {
      if (token.type === 'error') strays += 1;
      yield token;
    }
    if (strays > MAX_STRAY_TOKENS) break;
  }
  yield* parser.end();
}

function readPart(source: Source, part: Part): readonly Outcome<ReadDocument | null>[] {
  if (part.text.length > MAX_YAML_DOCUMENT_LENGTH)
    return [refuse(source, part.start, tooLong('YAML document', MAX_YAML_DOCUMENT_LENGTH))];
  const outcomes: Outcome<ReadDocument | null>[] = [];
  // Each error of the library is an Error, and a million of them with their stacks would fill the memory.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    for (const document of compose(part.text)) outcomes.push(convert(source, part, document));
  } catch (error) {
    outcomes.push(refuse(source, part.start, whyStopped(error)));
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  return outcomes;
}

/** What stopped the library; anything but its limits is a bug and goes on up. */
function whyStopped(error: unknown): string {
  if (error instanceof TooManyParts) {
    return `the YAML document has more than ${MAX_YAML_LEXEMES} parts, the most that is read; ${ADVICE}`;
  }
  // The library recurses as deep as the text is nested, and overflows the stack on hostile input only.
  if (error instanceof RangeError) return `nested deeper than ${MAX_DEPTH} levels, the most that is read`;
  throw error;
}

const ADVICE = 'split it, or give it as JSON (kubectl get -o json)';

function tooLong(what: string, limit: number): string {
  return `the ${what} is longer than ${limit / (1024 * 1024)} MiB, the most that is read; ${ADVICE}`;
}

function refuse(source: Source, offset: number, message: string): Outcome<null> {
  return { value: null, problems: [toDiagnostic(source, { offset, message, code: 'input-too-large' })] };
}

/**
 * Reads the documents of a YAML text as the API server does (see yaml-scalars.ts). Empty documents are left out. A
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
    problems: outcomes.flatMap((outcome) => outcome.problems),
  };
}
