import { type JsonPath } from '../../text/json-path.ts';
import { closingQuote, isClosing, isOpening, skipBlanks, skipValue } from './skip.ts';

/** Where the values of one object or list begin, by key or index. */
type Children = ReadonlyMap<string | number, number>;

/**
 * Makes a function that finds values in the JSON at `start` of `text`, which must be valid. It returns the offset of
 * the value at a path, or of the nearest enclosing value that exists.
 *
 * Only the objects and lists on the paths that are asked for are looked into, each once; all others are passed over by
 * their brackets. (The scanner of jsonc-parser, which cannot pass over anything, takes four times as long.)
 */
export function jsonPlaces(text: string, start: number): (path: JsonPath) => number {
  const known = new Map<number, Children>();
  const childrenOf = (offset: number): Children => {
    let children = known.get(offset);
    if (children === undefined) {
      children = findChildren(text, offset);
      known.set(offset, children);
    }
    return children;
  };
  return (path) => {
    let offset = start;
    for (const step of path) {
      if (!isOpening(text.charCodeAt(offset))) break;
      const child = childrenOf(offset).get(step);
      if (child === undefined) break;
      offset = child;
    }
    return offset;
  };
}

function findChildren(text: string, opening: number): Children {
  const children = new Map<string | number, number>();
  const isObject = text[opening] === '{';
  let at = skipBlanks(text, opening + 1);
  while (at < text.length && !isClosing(text.charCodeAt(at))) {
    let key: string | number = children.size;
    if (isObject) {
      const end = closingQuote(text, at) + 1;
      key = JSON.parse(text.slice(at, end)) as string;
      at = skipBlanks(text, skipBlanks(text, end) + 1);
    }
    // Of a key that is there twice the last one counts.
    children.set(key, at);
    at = skipBlanks(text, skipValue(text, at));
    if (text[at] === ',') at = skipBlanks(text, at + 1);
  }
  return children;
}
