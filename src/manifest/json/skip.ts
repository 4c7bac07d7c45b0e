/** Passes over parts of a text that is known to be JSON, without reading them. */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** Returns true for `{` and `[`. */
export const isOpening = (code: number): boolean => code === OPENING_BRACE || code === OPENING_BRACKET;

/** Returns true for `}` and `]`. */
export const isClosing = (code: number): boolean => code === CLOSING_BRACE || code === CLOSING_BRACKET;

/** Returns true for what may stand between the tokens of JSON. */
export const isBlank = (code: number): boolean =>
  code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;

/** Returns the offset of the quote that closes the string begun at `start`; the end of the text when there is none. */
export function closingQuote(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (at !== -1) {
    let before = at - 1;
    while (text.charCodeAt(before) === BACKSLASH) before--;
    if ((at - before) % 2 === 1) return at;
    at = text.indexOf('"', at + 1);
  }
  return text.length;
}

/** Returns the offset of the first character from `at` on that is not blank. */
export function skipBlanks(text: string, at: number): number {
  let offset = at;
  while (isBlank(text.charCodeAt(offset))) offset++;
  return offset;
}

/** Returns the offset behind the value that begins at `start`. */
export function skipValue(text: string, start: number): number {
  const code = text.charCodeAt(start);
  if (code === QUOTE) return closingQuote(text, start) + 1;
  if (isOpening(code)) return skipCollection(text, start);
  let at = start;
  while (at < text.length && !isEndOfWord(text.charCodeAt(at))) at++;
  return at;
}

/** Goes through the object or list that begins at `start`, by its brackets and strings alone. */
function skipCollection(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = closingQuote(text, at);
    else if (isOpening(code)) depth++;
    else if (isClosing(code) && --depth === 0) return at + 1;
  }
  return text.length;
}

const isEndOfWord = (code: number): boolean => code === COMMA || isClosing(code) || isBlank(code);
