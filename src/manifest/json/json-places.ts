import { type JsonPath } from '../../text/json-path.ts';
import { closingQuote, isClosing, isOpening, skipBlanks, skipValue } from './skip.ts';

/** The values of one object or list that were found so far. */
interface Children {
  readonly isObject: boolean;
  /** Where they begin, by key or index. */
  readonly offsets: Map<string | number, number>;
  /** Where the next key or value begins; undefined behind the last one. */
  next: number | undefined;
}

/**
 * Makes a function that finds values in the JSON at `start` of `text`, which must be valid. It returns the offset of
 * the value at a path, or of the nearest enclosing value that exists.
 *
 * Only the objects and lists on the paths that are asked for are looked into, and only as far as needed; all others are
 * passed over by their brackets. Of a key that is there twice the last one counts: an object is looked into up to its
 * end, unless `isUnique` says that there is no such key. (The scanner of jsonc-parser, which cannot pass over anything,
 * takes four times as long.)
 */
export function jsonPlaces(text: string, start: number, isUnique = false): (path: JsonPath) => number {
  const known = new Map<number, Children>();
  const childrenOf = (opening: number): Children => {
    let children = known.get(opening);
    if (children === undefined) {
      const first = skipBlanks(text, opening + 1);
      const isEmpty = first >= text.length || isClosing(text.charCodeAt(first));
      const isObject = text[opening] === '{';
      children = { isObject, offsets: new Map(), next: isEmpty ? undefined : first };
      known.set(opening, children);
    }
    return children;
  };
  return (path) => {
    let offset = start;
    for (const step of path) {
      if (!isOpening(text.charCodeAt(offset))) break;
      const child = findChild(text, childrenOf(offset), step, typeof step === 'number' || isUnique);
      if (child === undefined) break;
      offset = child;
    }
    return offset;
  };
}

/** Looks for a child, no further than needed. */
function findChild(
  text: string,
  children: Children,
  step: string | number,
  mayStop: boolean,
): number | undefined {
  const { offsets } = children;
  while (children.next !== undefined && !(mayStop && offsets.has(step))) {
    children.next = findNext(text, children, children.next);
  }
  return offsets.get(step);
}

/** Notes the child whose key or value begins at `start`, and returns where the next one begins. */
function findNext(text: string, { offsets, isObject }: Children, start: number): number | undefined {
  let at = start;
  let key: string | number = offsets.size;
  if (isObject) {
    const end = closingQuote(text, at) + 1;
    key = JSON.parse(text.slice(at, end)) as string;
    at = skipBlanks(text, skipBlanks(text, end) + 1);
  }
  offsets.set(key, at);
  at = skipBlanks(text, skipValue(text, at));
  return text[at] === ',' ? skipBlanks(text, at + 1) : undefined;
}
