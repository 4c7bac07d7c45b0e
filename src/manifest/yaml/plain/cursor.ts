/** A place in a YAML text, and the scalars that stand in quotes or alone, as long as they are plain and on one line. */
import { resolvePlain, resolvePlainKey } from '../plain-scalars.ts';

const LINE_FEED = 0x0a;
const SPACE = 0x20;
const DOUBLE_QUOTE = 0x22;
const HASH = 0x23;

/** Stops the reader of plain YAML: the library reads the text instead. */
export class NotPlain extends Error {}

const NOT_PLAIN = new NotPlain();

/** Leaves the text to the library. */
export function stop(): never {
  throw NOT_PLAIN;
}

/** What is read, and how far. */
export interface Cursor {
  readonly text: string;
  /** The offset of what is read next. */
  at: number;
}

/** Returns true for the end of a line or of the text. */
export const isLineEnd = (code: number): boolean => code === LINE_FEED || Number.isNaN(code);

/** Returns true for a space, and for the end of a line or of the text. */
export const isGap = (code: number): boolean => code === SPACE || isLineEnd(code);

/** Returns the offset of the first sign from `at` on that is no space. */
export function skipSpaces(text: string, at: number): number {
  let offset = at;
  while (text.charCodeAt(offset) === SPACE) offset++;
  return offset;
}

/** Returns the offset of the line feed that ends the line of `at`, or the length of the text. */
export function lineEnd(text: string, at: number): number {
  const found = text.indexOf('\n', at);
  return found === -1 ? text.length : found;
}

/** Returns true when nothing but a comment follows from `at` on, behind what ended at `behind`. */
export function isBlankRest(text: string, at: number, behind: number): boolean {
  const code = text.charCodeAt(at);
  return isLineEnd(code) || (code === HASH && at > behind);
}

/** Escapes that JSON has as well, but for halves of pairs. */
const ESCAPED = /^(?:[^\\]|\\(?:["\\/bfnrt]|u(?![dD][89a-fA-F])[0-9a-fA-F]{4}))*$/;

/** Reads the text in double or single quotes that begins at the cursor. */
export function readQuoted(cursor: Cursor): string {
  return cursor.text.charCodeAt(cursor.at) === DOUBLE_QUOTE
    ? readDoubleQuoted(cursor)
    : readSingleQuoted(cursor);
}

function readDoubleQuoted(cursor: Cursor): string {
  const { text, at } = cursor;
  let end = text.indexOf('"', at + 1);
  while (end !== -1 && text.charCodeAt(end - 1) === 0x5c && isEscaped(text, end))
    end = text.indexOf('"', end + 1);
  if (end === -1) stop();
  const inside = text.slice(at + 1, end);
  cursor.at = end + 1;
  if (inside.includes('\n')) stop();
  if (!inside.includes('\\')) return inside;
  return ESCAPED.test(inside) ? (JSON.parse(`"${inside}"`) as string) : stop();
}

/** Returns true when an odd number of backslashes stands before the quote. */
function isEscaped(text: string, quote: number): boolean {
  let before = quote - 1;
  while (text.charCodeAt(before) === 0x5c) before--;
  return (quote - before) % 2 === 0;
}

function readSingleQuoted(cursor: Cursor): string {
  const { text, at } = cursor;
  let end = text.indexOf("'", at + 1);
  while (end !== -1 && text[end + 1] === "'") end = text.indexOf("'", end + 2);
  if (end === -1) stop();
  const inside = text.slice(at + 1, end);
  cursor.at = end + 1;
  return inside.includes('\n') ? stop() : inside.replaceAll("''", "'");
}

/** `false` is the longest word that begins with a letter and is no text. */
const LONGEST_WORD = 5;
const LONGEST_SAFE_INTEGER = 15;
const DIGITS = /^(?:0|[1-9][0-9]*)$/;

const isLetter = (code: number): boolean => (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);

/** Returns what a scalar without quotes means. */
export function plainValue(raw: string): unknown {
  if (raw.length > LONGEST_WORD && isLetter(raw.charCodeAt(0))) return raw;
  if (raw.length <= LONGEST_SAFE_INTEGER && DIGITS.test(raw)) return Number(raw);
  // No number has two dots; addresses have three.
  const dot = raw.indexOf('.');
  if (dot > 0 && raw.includes('.', dot + 1)) return raw;
  const value = resolvePlain(raw);
  return typeof value === 'number' && !Number.isFinite(value) ? stop() : value;
}

/** Returns the JSON key for a key without quotes. */
export function plainKey(raw: string): string {
  if (raw.length > LONGEST_WORD && isLetter(raw.charCodeAt(0))) return raw;
  return resolvePlainKey(raw) ?? stop();
}

/** Sets a key of an object that has not got it yet. */
export function setNewKey(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__' || Object.hasOwn(object, key)) stop();
  object[key] = value;
}
