import { closingQuote, isClosing, isOpening } from './skip.ts';

/** One object or list at the top of a JSON text, found by its brackets and strings alone. */
export interface Extent {
  readonly start: number;
  /** Behind the closing bracket. */
  readonly end: number;
  /** Colons outside of strings: in valid JSON, the number of keys. */
  readonly colons: number;
  /** True when no object in it has a key twice, if it is valid JSON. False when that is not known. */
  readonly isDistinct: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/** The most characters of an object that are looked through for a key that is not in order. */
const MOST_SEARCHED = 1000;

/**
 * Goes through the object or list that begins at `start`. Returns undefined when the text ends before it does, and the
 * offset of the first bracket that is nested deeper than `maxDepth`, if there is one.
 *
 * It also finds out whether any object has a key twice, without making strings of keys. kubectl and the API server
 * write most keys in order: then each key need only be compared with the greatest before it.
 */
export function scanDocument(text: string, start: number, maxDepth: number): Extent | number | undefined {
  // By depth: where the objects and lists that are open begin, and their greatest keys; 0 without keys.
  const openings = new Int32Array(maxDepth + 1);
  const greatest = new Int32Array(maxDepth + 1);
  let depth = 0;
  let colons = 0;
  let lastString = 0;
  let isDistinct = true;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      lastString = at;
      at = closingQuote(text, at);
    } else if (code === COLON) {
      colons++;
      if (isAfter(text, lastString, greatest[depth])) greatest[depth] = lastString;
      else isDistinct &&= isNew(text, lastString, openings[depth]);
    } else if (isOpening(code)) {
      if (++depth > maxDepth) return at;
      openings[depth] = at;
      greatest[depth] = 0;
    } else if (isClosing(code) && --depth === 0) {
      return { start, end: at + 1, colons, isDistinct };
    }
  }
  return undefined;
}

/** Tells whether the key whose quote opens at `key` sorts after another. Escapes keep it from telling: false. */
function isAfter(text: string, key: number, other = 0): boolean {
  if (other === 0) return true;
  for (let length = 1; ; length++) {
    const a = text.charCodeAt(key + length);
    const b = text.charCodeAt(other + length);
    if (a === BACKSLASH || b === BACKSLASH || a === QUOTE) return false;
    if (a !== b) return a > b || b === QUOTE;
  }
}

/** Tells whether no key between `opening` and `key` is equal to that at `key`. False when it cannot tell. */
function isNew(text: string, key: number, opening = 0): boolean {
  if (key - opening > MOST_SEARCHED) return false;
  const before = text.slice(opening, key);
  const word = text.slice(key, closingQuote(text, key) + 1);
  return !before.includes('\\') && !word.includes('\\') && !before.includes(word);
}
