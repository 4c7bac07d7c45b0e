/** One word of a rule line. */
export interface Word {
  /** The value of the word, without quotes and escapes. */
  readonly text: string;
  /** The word as written in the line. */
  readonly raw: string;
  /** The offset of the word in the line that was split. */
  readonly offset: number;
}

/** Why a line cannot be split, and where. */
export interface WordError {
  readonly offset: number;
  readonly message: string;
}

const PLAIN = /^[A-Za-z0-9_-]+$/;
const ESCAPED = /["'\\]/;

/**
 * Spells a value as iptables-save does: bare when it is made of letters, digits, `_` and `-` only, else in
 * double quotes, with `"`, `\` and `'` escaped. Blanks and newlines are not escaped. (xtables_save_string)
 */
export function quote(text: string): string {
  if (PLAIN.test(text)) return text;
  return ESCAPED.test(text) ? `"${text.replace(/["'\\]/g, '\\$&')}"` : `"${text}"`;
}

const isBlank = (character: string | undefined): boolean =>
  character === ' ' || character === '\t' || character === '\r' || character === '\n';

const BACKSLASH = 0x5c;
const QUOTE = 0x22;

/** Returns the offset behind the quote that closes the one at `open`; -1 without one. */
export function closingQuote(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) return at + 1;
  }
  return -1;
}

/**
 * Splits a rule as iptables-restore does: at blanks, with double quotes around words that hold blanks, and
 * backslashes that escape within quotes only. (add_param_to_argv) It is stricter in one point: quotes must be
 * at both edges of a word, as iptables-save prints them. A quote anywhere else is an error, because the text
 * is damaged.
 */
export function splitWords(line: string): readonly Word[] | WordError {
  const words: Word[] = [];
  let at = 0;
  while (at < line.length) {
    if (isBlank(line[at])) {
      at += 1;
      continue;
    }
    const end = line[at] === '"' ? closingQuote(line, at) : endOfBareWord(line, at);
    if (end === -1) return { offset: at, message: 'This quote is never closed.' };
    if (end < line.length && !isBlank(line[end]))
      return { offset: line[at] === '"' ? end - 1 : end, message: 'A quote in the middle of a word.' };
    words.push(wordAt(line, at, end));
    at = end;
  }
  return words;
}

function endOfBareWord(line: string, start: number): number {
  let end = start;
  while (end < line.length && !isBlank(line[end]) && line[end] !== '"') end += 1;
  return end;
}

function wordAt(line: string, offset: number, end: number): Word {
  const raw = line.slice(offset, end);
  return { text: raw.startsWith('"') ? raw.slice(1, -1).replace(/\\([^])/g, '$1') : raw, raw, offset };
}

/** Tells the two results of {@link splitWords} apart. */
export const isWordError = (result: readonly Word[] | WordError): result is WordError => 'message' in result;
