/** Reads documents of any YAML with the library, and finds the words for what is wrong. */
import { type Document } from 'yaml';
import { type Diagnostic, type Outcome } from '../../diagnostics/diagnostic.ts';
import { placeAt, type Source } from '../../text/source.ts';
import { type ReadDocument } from '../document.ts';
import { MAX_YAML_DOCUMENT_LENGTH } from '../limits.ts';
import { composeText } from './compose-text.ts';
import { convertDocument } from './convert-document.ts';
import { refuse, tooLong, toDiagnostic, type Fault } from './fault.ts';
import { findHelmTemplate } from './helm-template.ts';
import { explainErrors, explainWarnings } from './messages.ts';
import { descend, offsetOf } from './place-tree.ts';
import { type OffsetAt } from './plain/plain-places.ts';
import { TAB_MESSAGE } from './words.ts';

/** The text of one document and where it begins. */
export interface Part {
  readonly text: string;
  readonly start: number;
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
export type Converted = Outcome<ReadDocument | null>;

/**
 * Reads the documents of a part of a YAML text: usually one, more when `...` ends them. Null stands for a document
 * that is empty or has errors.
 */
export function readPart(source: Source, part: Part): readonly Converted[] {
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

/** Finds places in a text that is known to be one document without mistakes. */
export function placesOf(text: string): OffsetAt {
  const composed = composeText(text);
  const [document] = typeof composed === 'string' ? [] : composed.documents;
  const { places } = convertDocument(0, document?.contents);
  return (path) => offsetOf(descend(places, path));
}
