import { MAX_DEPTH } from '../../limits.ts';
import {
  type Cursor,
  isBlankRest,
  isGap,
  isLineEnd,
  lineEnd,
  NotPlain,
  plainKey,
  plainValue,
  readQuoted,
  setNewKey,
  skipSpaces,
  stop,
} from './cursor.ts';
import { readFlow } from './flow.ts';

/** Where the items of a list stand that is a value of the document's root. */
export interface RootList {
  /** The column of its dashes, from 0. */
  readonly column: number;
  /** The offset of the dash of each item. */
  readonly dashes: readonly number[];
  /** The offset of the line behind its last item. */
  readonly end: number;
}

/** A document of plain YAML. */
export interface PlainDocument {
  readonly value: unknown;
  readonly lists: ReadonlyMap<string, RootList>;
}

/** What plain YAML does not have: tabs, carriage returns, and other signs that end lines or are not printed. */
const UNUSUAL = /[^\n\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;

/**
 * Reads the plain part of YAML: objects and lists by indentation, scalars of one line, brackets on one line, and
 * blocks of literal text. This is what `kubectl get -o yaml` prints and most people write. It gives the value that the
 * library would give, fifty times as fast. Returns undefined for all other texts, right or wrong, and for those
 * without content; the library reads them, and finds the words for what is wrong.
 */
export function readPlain(text: string): PlainDocument | undefined {
  if (UNUSUAL.test(text)) return undefined;
  try {
    const reader = new BlockReader(text);
    return { value: reader.readDocument(), lists: reader.lists };
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}

const COLON = 0x3a;
const DASH = 0x2d;
const HASH = 0x23;
const SPACE = 0x20;

const codesOf = (signs: string): ReadonlySet<number> => new Set(Buffer.from(signs, 'ascii'));
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./$()';
/** What keys without quotes are made of here. */
const IN_KEY = codesOf(`${LETTERS}-:`);
const FIRST_IN_KEY = codesOf(LETTERS);
/** What begins something else than a scalar without quotes, or only together with what follows. */
const NOT_FIRST = codesOf('[]{},#&*!|>\'"%@`?:-');

class BlockReader implements Cursor {
  readonly text: string;
  readonly lists = new Map<string, RootList>();
  at = 0;
  /** The column of what is read next, when it is the first on its line; -1 at the end of the text. */
  private indent = -1;
  /** The last list that was a value of the root. */
  private rootList: (RootList & { readonly value: unknown }) | undefined;

  constructor(text: string) {
    this.text = text;
  }

  readDocument(): unknown {
    this.moveToLine(0);
    if (this.indent === 0 && this.text.startsWith('---', this.at)) {
      const behind = this.at + 3;
      const rest = skipSpaces(this.text, behind);
      if (!isBlankRest(this.text, rest, behind)) stop();
      this.moveToLine(lineEnd(this.text, rest));
    }
    if (this.indent === -1) stop();
    const value = this.readBlock(1);
    return this.indent === -1 ? value : stop();
  }

  /** Moves to the first line with content, from the beginning or the end of a line on. */
  private moveToLine(from: number): void {
    const { text } = this;
    let at = from;
    this.indent = -1;
    while (at < text.length) {
      if (text.charCodeAt(at) === 0x0a) at += 1;
      const start = at;
      at = skipSpaces(text, at);
      const code = text.charCodeAt(at);
      if (code === HASH) at = lineEnd(text, at);
      else if (!isLineEnd(code)) {
        this.indent = at - start;
        this.at = at;
        return;
      }
    }
  }

  /** Reads the object or list that begins at the cursor, the first on its line. */
  private readBlock(depth: number): unknown {
    return this.isDash() ? this.readList(this.indent, depth) : this.readMap(this.indent, depth);
  }

  private isDash(): boolean {
    return this.text.charCodeAt(this.at) === DASH && isGap(this.text.charCodeAt(this.at + 1));
  }

  private readMap(indent: number, depth: number): Readonly<Record<string, unknown>> {
    if (depth >= MAX_DEPTH) stop();
    const map: Record<string, unknown> = {};
    while (this.indent === indent) {
      const key = this.readKey() ?? stop();
      const value = this.readMapValue(indent, depth);
      setNewKey(map, key, value);
      if (depth === 1) this.noteRootList(key, value);
    }
    return this.indent > indent ? stop() : map;
  }

  private noteRootList(key: string, value: unknown): void {
    const { rootList } = this;
    if (rootList !== undefined && rootList.value === value) this.lists.set(key, rootList);
  }

  /** Reads the key at the cursor and passes its colon; undefined when no key stands there. */
  private readKey(): string | undefined {
    const { text, at } = this;
    const first = text.charCodeAt(at);
    if (first === 0x22 || first === 0x27) {
      const key = readQuoted(this);
      if (text.charCodeAt(this.at) === COLON && isGap(text.charCodeAt(this.at + 1))) {
        this.at += 1;
        return key;
      }
      this.at = at;
      return undefined;
    }
    if (!FIRST_IN_KEY.has(first)) return undefined;
    let end = at + 1;
    for (let code = text.charCodeAt(end); ; code = text.charCodeAt(++end)) {
      if (!IN_KEY.has(code)) return undefined;
      if (code === COLON && isGap(text.charCodeAt(end + 1))) break;
    }
    this.at = end + 1;
    return plainKey(text.slice(at, end));
  }

  private readMapValue(indent: number, depth: number): unknown {
    const { text, at: behind } = this;
    const at = skipSpaces(text, behind);
    if (!isBlankRest(text, at, behind)) return this.readInline(at, indent, depth + 1);
    this.moveToLine(lineEnd(text, at));
    if (this.indent > indent) return this.readBlock(depth + 1);
    return this.indent === indent && this.isDash() ? this.readList(indent, depth + 1) : null;
  }

  private readList(indent: number, depth: number): readonly unknown[] {
    if (depth >= MAX_DEPTH) stop();
    const list: unknown[] = [];
    const dashes: number[] = [];
    while (this.indent === indent && this.isDash()) {
      if (depth === 2) dashes.push(this.at);
      list.push(this.readItem(indent, depth));
    }
    if (this.indent > indent) stop();
    const end = this.indent === -1 ? this.text.length : this.at - this.indent;
    if (depth === 2) this.rootList = { value: list, column: indent, dashes, end };
    return list;
  }

  /** Reads the item whose dash is at the cursor. */
  private readItem(indent: number, depth: number): unknown {
    const { text, at: dash } = this;
    const at = skipSpaces(text, dash + 1);
    if (isBlankRest(text, at, dash + 1)) {
      this.moveToLine(lineEnd(text, at));
      return this.indent > indent ? this.readBlock(depth + 1) : null;
    }
    this.at = at;
    const column = indent + at - dash;
    if (this.isDash()) {
      this.indent = column;
      return this.readList(column, depth + 1);
    }
    const isMap = this.readKey() !== undefined;
    this.at = at;
    if (!isMap) return this.readInline(at, indent, depth + 1);
    this.indent = column;
    return this.readMap(column, depth + 1);
  }

  /** Reads the value that begins at `at` and ends on the same line, or a block of text that is announced there. */
  private readInline(at: number, indent: number, depth: number): unknown {
    this.at = at;
    const sign = this.text[at] ?? '';
    if (sign === '|') return this.readLiteral(indent);
    const value =
      sign === '"' || sign === "'"
        ? readQuoted(this)
        : sign === '{' || sign === '['
          ? readFlow(this, depth)
          : this.readScalar();
    const rest = skipSpaces(this.text, this.at);
    if (!isBlankRest(this.text, rest, this.at)) stop();
    this.moveToLine(lineEnd(this.text, rest));
    // Here the library would go on with the value, or find a mistake.
    return this.indent > indent ? stop() : value;
  }

  /** Reads a scalar without quotes, which ends with its line or before a comment. */
  private readScalar(): unknown {
    const { text, at } = this;
    const first = text.charCodeAt(at);
    if (NOT_FIRST.has(first) && (first !== DASH || isGap(text.charCodeAt(at + 1)))) stop();
    let end = at;
    for (let here = at; ; here++) {
      const code = text.charCodeAt(here);
      if (isLineEnd(code) || (code === HASH && text.charCodeAt(here - 1) === SPACE)) break;
      if (code === COLON && isGap(text.charCodeAt(here + 1))) stop();
      if (code !== SPACE) end = here + 1;
    }
    this.at = end;
    return plainValue(text.slice(at, end));
  }

  /** Reads a block of text behind `|` or `|-`. */
  private readLiteral(indent: number): string {
    const { text } = this;
    const isStripped = text[this.at + 1] === '-';
    const header = skipSpaces(text, this.at + (isStripped ? 2 : 1));
    if (text[header] !== '\n') stop();
    const column = skipSpaces(text, header + 1) - header - 1;
    if (column <= indent || isLineEnd(text.charCodeAt(header + 1 + column))) stop();
    const lines: string[] = [];
    let start = header + 1;
    while (start < text.length) {
      const end = text.indexOf('\n', start);
      if (end === -1) stop();
      const content = skipSpaces(text, start);
      if (content === end && content - start > column) stop();
      if (content < end && content - start < column) break;
      lines.push(content === end ? '' : text.slice(start + column, end));
      start = end + 1;
    }
    while (lines.at(-1) === '') lines.pop();
    this.moveToLine(start);
    if (this.indent > indent) stop();
    return lines.join('\n') + (isStripped ? '' : '\n');
  }
}
