/** Text of the input as Markdown that shows it and does nothing else. */
import { printable } from '../text/printable.ts';

/** Characters that Markdown, HTML or a code host gives a meaning to inside a line. */
const ACTIVE = /[&<>"'`*_\\[\]{}|~#$@!^]|:(?=\/)|(?<=www)\./gi;

const escaped = (text: string): string =>
  printable(text).replace(ACTIVE, (character) => `&#${character.charCodeAt(0)};`);

/**
 * Shows a text as code. An HTML element is used and not backticks, because it also works in a `<summary>`, and because
 * a code host looks for @names and #numbers everywhere but in code.
 */
export const asCode = (text: string): string => `<code>${escaped(text)}</code>`;

/** A word of plain language: letters, and punctuation around it. */
const PLAIN_WORD = /^\(?(?:[A-Za-z]?[a-z]*(?:[-'][a-z]+)*|[A-Z]{2,6}|\d{1,9})[.,:;]?\)?[.,:;]?$/;

/** What stands in quotation marks is one word. */
const WORD = /(?:"[^"]*"|\S)+/g;

/** Splits off punctuation around words. */
const AROUND = /^(\(?)(.*?)(\)?[.,:;]*)$/s;

/**
 * Shows a message. Words of plain language stay; all others (addresses, names, flags) become code, so that no word of
 * the input is read as Markdown.
 */
export function asSentence(message: string): string {
  const parts: string[] = [];
  let code: string[] = [];
  const flush = (): void => {
    if (code.length === 0) return;
    const [, opening = '', text = '', ending = ''] = AROUND.exec(code.join(' ')) ?? [];
    // In `1/2 (50%)` the bracket at the end belongs to one in the middle.
    const [inner, outer] =
      ending.startsWith(')') && text.includes('(') ? [`${text})`, ending.slice(1)] : [text, ending];
    parts.push(`${opening}${inner === '' ? '' : asCode(inner)}${outer}`);
    code = [];
  };
  for (const word of printable(message).match(WORD) ?? []) {
    if (PLAIN_WORD.test(word)) {
      flush();
      parts.push(word);
      continue;
    }
    code.push(word);
    if (/[.,:;]$/.test(word)) flush();
  }
  flush();
  return parts.join(' ');
}

/** Shows lines as a block of code. Its fence is longer than every run of backticks in the lines. */
export function asBlock(lines: readonly string[], language: string): string {
  const shown = lines.map(printable);
  const longest = shown.reduce(
    (most, line) => (line.match(/`+/g) ?? []).reduce((length, run) => Math.max(length, run.length), most),
    2,
  );
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${shown.map((line) => `${line}\n`).join('')}${fence}`;
}
