import { type Diagnostic, diagnostic, type Outcome } from '../diagnostics/diagnostic.ts';
import { placeAt, type Source } from '../text/source.ts';
import { doubleKeys, placesOfJson } from './json-cursor.ts';
import { MAX_DEPTH } from './limits.ts';
import { type PlaceTree, type ReadDocument } from './place-tree.ts';

/** One object or list at the top of a JSON text, found by its brackets alone. */
interface Extent {
  readonly start: number;
  readonly end: number;
  /** Colons outside of strings: in valid JSON, the number of keys. */
  readonly colons: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const BLANK_CODES: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d, 0xfeff]);

/** The offset of the quote that closes the string begun at `start`; the end of the text when there is none. */
function closingQuote(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (at !== -1) {
    let before = at - 1;
    while (text.charCodeAt(before) === BACKSLASH) before--;
    if ((at - before) % 2 === 1) return at;
    at = text.indexOf('"', at + 1);
  }
  return text.length;
}

/**
 * Where the objects and lists at the top of `text` begin and end. Undefined when anything else stands at the top, or
 * brackets do not match; the offset of the bracket that goes beyond {@link MAX_DEPTH}, for a text that does.
 */
function findExtents(text: string): readonly Extent[] | number | undefined {
  const extents: Extent[] = [];
  let depth = 0;
  let start = 0;
  let colons = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = closingQuote(text, at);
    } else if (code === COLON) {
      colons++;
    } else if (code === 0x7b || code === 0x5b) {
      if (depth === 0) [start, colons] = [at, 0];
      if (++depth > MAX_DEPTH) return at;
    } else if (code === 0x7d || code === 0x5d) {
      if (--depth < 0) return undefined;
      if (depth === 0) extents.push({ start, end: at + 1, colons });
    } else if (depth === 0 && !BLANK_CODES.has(code)) {
      return undefined;
    }
  }
  return depth === 0 ? extents : undefined;
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inside: readonly unknown[] = Object.values(value);
  let count = Array.isArray(value) ? 0 : inside.length;
  for (const item of inside) count += countKeys(item);
  return count;
}

function lazyPlaces(source: Source, offset: number): () => PlaceTree {
  let places: PlaceTree | undefined;
  return () => (places ??= placesOfJson(source, offset));
}

/**
 * Reads a text of one or more JSON objects, as `kubectl` takes them, at the speed of `JSON.parse`: places are worked
 * out when first asked for, and double keys are searched only where the colons in the text outnumber the keys.
 *
 * Undefined when the text is not JSON from its first to its last character; the value is empty when it is nested
 * deeper than {@link MAX_DEPTH}.
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
  const problems: Diagnostic[] = [];
  for (const { start, end, colons } of extents) {
    const parsed = parse(text.slice(start, end));
    if (parsed === undefined) return undefined;
    if (countKeys(parsed.value) !== colons) problems.push(...doubleKeys(source, start));
    else documents.push({ value: parsed.value, places: lazyPlaces(source, start) });
  }
  return { value: documents, problems };
}
