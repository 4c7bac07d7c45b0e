import { diagnostic, type Outcome } from '../../diagnostics/diagnostic.ts';
import { placeAt, type Source } from '../../text/source.ts';
import { type ReadDocument } from '../document.ts';
import { MAX_DEPTH } from '../limits.ts';
import { duplicateKeys } from './explain-json.ts';
import { jsonPlaces } from './json-places.ts';
import { type Extent, scanDocument } from './scan-document.ts';
import { isBlank, isOpening } from './skip.ts';

const BYTE_ORDER_MARK = 0xfeff;

/**
 * Where the objects and lists at the top of `text` begin and end. Undefined when anything else stands at the top, or
 * brackets do not match; the offset of the bracket that goes beyond {@link MAX_DEPTH}, for a text that does.
 */
function findExtents(text: string): readonly Extent[] | number | undefined {
  const extents: Extent[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isBlank(code) || code === BYTE_ORDER_MARK) continue;
    if (!isOpening(code)) return undefined;
    const extent = scanDocument(text, at, MAX_DEPTH);
    if (typeof extent !== 'object') return extent;
    extents.push(extent);
    at = extent.end - 1;
  }
  return extents;
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/** How many keys all objects in `value` have together. (`Object.values` would copy each of them.) */
function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value as readonly unknown[]) count += countKeys(item);
    return count;
  }
  const object = value as Readonly<Record<string, unknown>>;
  for (const key in object) count += 1 + countKeys(object[key]);
  return count;
}

/**
 * Reads a text of one or more JSON objects, as `kubectl` takes them, at the speed of `JSON.parse`: places are found
 * for the paths that are asked for, and duplicate keys are looked for only where the scan cannot exclude them and the
 * text has more colons than the value has keys.
 *
 * Returns undefined when the text is not JSON from its first to its last character. An error, with an empty value, is
 * a text that is nested deeper than {@link MAX_DEPTH}.
 */
export function readJson(source: Source): Outcome<readonly ReadDocument[]> | undefined {
  const { text } = source;
  const extents = findExtents(text);
  if (extents === undefined) return undefined;
  if (typeof extents === 'number') {
    const message = `nested deeper than ${MAX_DEPTH} levels, the most that is read`;
    return {
      value: [],
      problems: [diagnostic('input-too-large', message, { place: placeAt(source, extents) })],
    };
  }
  const documents: ReadDocument[] = [];
  for (const { start, end, colons, isDistinct } of extents) {
    const parsed = parse(text.slice(start, end));
    if (parsed === undefined) return undefined;
    const isUnique = isDistinct || countKeys(parsed.value) === colons;
    const duplicates = isUnique ? [] : duplicateKeys(source, start);
    documents.push({ value: parsed.value, offsetAt: jsonPlaces(text, start, isUnique), duplicates });
  }
  return { value: documents, problems: [] };
}
