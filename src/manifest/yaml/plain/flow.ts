/** Lists and objects in brackets on one line. */
import { MAX_DEPTH } from '../../limits.ts';
import { type Cursor, plainKey, plainValue, readQuoted, setNewKey, skipSpaces, stop } from './cursor.ts';

/** A scalar of one word. A colon in it is followed by more of the word. */
const WORD = /(?!-(?![\w.]))[\w./+-](?:[\w./+-]|:(?=[\w/]))*/y;

/** Reads the list or object in brackets that begins at the cursor. */
export function readFlow(cursor: Cursor, depth: number): unknown {
  if (depth >= MAX_DEPTH) stop();
  return cursor.text[cursor.at] === '[' ? readFlowList(cursor, depth) : readFlowMap(cursor, depth);
}

function readFlowList(cursor: Cursor, depth: number): readonly unknown[] {
  const list: unknown[] = [];
  if (isEmpty(cursor, ']')) return list;
  do list.push(readFlowValue(cursor, depth + 1));
  while (passComma(cursor, ']'));
  return list;
}

function readFlowMap(cursor: Cursor, depth: number): Readonly<Record<string, unknown>> {
  const map: Record<string, unknown> = {};
  if (isEmpty(cursor, '}')) return map;
  do {
    const key = readFlowKey(cursor);
    setNewKey(map, key, readFlowValue(cursor, depth + 1));
  } while (passComma(cursor, '}'));
  return map;
}

/** Passes the opening bracket, and the closing one when nothing stands before it. */
function isEmpty(cursor: Cursor, close: string): boolean {
  cursor.at = skipSpaces(cursor.text, cursor.at + 1);
  if (cursor.text[cursor.at] !== close) return false;
  cursor.at += 1;
  return true;
}

/** Passes the comma and returns true, or the closing bracket and returns false. */
function passComma(cursor: Cursor, close: string): boolean {
  const at = skipSpaces(cursor.text, cursor.at);
  const sign = cursor.text[at];
  if (sign !== ',' && sign !== close) stop();
  cursor.at = sign === ',' ? skipSpaces(cursor.text, at + 1) : at + 1;
  return sign === ',';
}

/** Reads a key and passes its colon and the space behind, which only keys in quotes can do without. */
function readFlowKey(cursor: Cursor): string {
  const isQuoted = isQuote(cursor);
  const key = isQuoted ? readQuoted(cursor) : plainKey(readWord(cursor));
  const { text, at } = cursor;
  if (text[at] !== ':' || (!isQuoted && text[at + 1] !== ' ')) stop();
  cursor.at = skipSpaces(text, at + 1);
  return key;
}

function readFlowValue(cursor: Cursor, depth: number): unknown {
  const sign = cursor.text[cursor.at];
  if (sign === '[' || sign === '{') return readFlow(cursor, depth);
  return isQuote(cursor) ? readQuoted(cursor) : plainValue(readWord(cursor));
}

const isQuote = ({ text, at }: Cursor): boolean => text[at] === '"' || text[at] === "'";

function readWord(cursor: Cursor): string {
  WORD.lastIndex = cursor.at;
  const word = WORD.exec(cursor.text)?.[0] ?? stop();
  cursor.at += word.length;
  return word;
}
