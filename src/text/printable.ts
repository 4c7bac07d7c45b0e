// All characters that can control a terminal or break a log line: C0, DEL, C1, line separators, bidi marks.
// eslint-disable-next-line no-control-regex
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Makes text from the input safe for one line of a terminal: control characters become `\n`, `\t` or
 * `\u001b`.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    if (character === '\n') return '\\n';
    if (character === '\r') return '\\r';
    if (character === '\t') return '\\t';
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

const UNPRINTABLE_IN_LINES = new RegExp(`(?![\\n\\t])${UNPRINTABLE.source}`, 'g');

/** Makes text of many lines safe for a terminal, as {@link printable} does, but keeps its lines and tabs. */
export const printableLines = (text: string): string => text.replace(UNPRINTABLE_IN_LINES, printable);

/**
 * Formats a value as JSON whose text is safe for a terminal: control characters that JSON allows within strings are
 * escaped, too, so that a reader of JSON gets the same value.
 */
export const printableJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, undefined, indent).replace(UNPRINTABLE_IN_LINES, printable);
