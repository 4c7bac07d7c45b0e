import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import { placeAt, type Source } from '../../text/source.ts';
import { type DuplicateKey } from '../document.ts';
import { MAX_DEPTH, MAX_DUPLICATE_KEYS } from '../limits.ts';

const BLANKS = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /[A-Za-z0-9_.+-]+/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/y;
const LITERALS: ReadonlySet<string> = new Set(['true', 'false', 'null']);

/**
 * Reads JSON for what `JSON.parse` does not tell: keys that are there twice, and what exactly is wrong in a broken
 * text. It stops at the first error of syntax; duplicate keys are all collected. (jsonc-parser recurses as deep as
 * the text is nested, and knows neither where a bracket was opened nor which mistake of other languages was made.)
 */
class JsonCursor {
  problem: Diagnostic | undefined;
  readonly duplicates: DuplicateKey[] = [];
  private readonly path: (string | number)[] = [];
  private readonly source: Source;
  private readonly text: string;
  private offset: number;

  constructor(source: Source, offset: number) {
    this.source = source;
    this.text = source.text;
    this.offset = offset;
  }

  /** The offset of the next character that is not blank. */
  skipBlanks(): number {
    this.match(BLANKS);
    return this.offset;
  }

  /** Reads the object or list that begins here; the only things that may stand one after another. */
  readCollection(): boolean {
    const start = this.skipBlanks();
    if (this.text[start] === '{' || this.text[start] === '[') return this.readValue();
    return this.fail(start, this.whatIsWrong(start) ?? 'expected an object here, or the end of the text');
  }

  /** Reads the value that begins here; false after an error of syntax. */
  readValue(depth = 1): boolean {
    const start = this.skipBlanks();
    switch (this.text[start]) {
      case '{':
        return depth > MAX_DEPTH ? this.failTooDeep() : this.readObject(depth);
      case '[':
        return depth > MAX_DEPTH ? this.failTooDeep() : this.readList(depth);
      case '"':
        return this.readString() !== null;
      case undefined:
        return this.fail(start, 'the text ends where a value is expected: is the file complete?');
      default:
        return this.readNumberOrWord(start);
    }
  }

  private readObject(depth: number): boolean {
    const start = this.offset++;
    const keys = new Map<string, number>();
    while (this.nextItem(start, '}')) {
      const keyOffset = this.offset;
      const key = this.readKey(start);
      if (key === undefined) return false;
      this.noteKey(keys, key, keyOffset);
      if (!this.readInside(key, depth)) return false;
    }
    return this.problem === undefined;
  }

  private readList(depth: number): boolean {
    const start = this.offset++;
    for (let index = 0; this.nextItem(start, ']'); index++) {
      if (!this.readInside(index, depth)) return false;
    }
    return this.problem === undefined;
  }

  private readInside(step: string | number, depth: number): boolean {
    this.path.push(step);
    const isRead = this.readValue(depth + 1);
    this.path.pop();
    return isRead;
  }

  /** Moves to the next item of the collection begun at `start`, or behind its end, or stops with a problem. */
  private nextItem(start: number, close: '}' | ']'): boolean {
    const isFirst = this.offset === start + 1;
    const here = this.skipBlanks();
    const character = this.text[here];
    if (character === close) {
      this.offset = here + 1;
      return false;
    }
    if (character === undefined) this.failUnclosed(start);
    else if (!isFirst) return this.passComma(here, close);
    return this.problem === undefined;
  }

  private passComma(here: number, close: '}' | ']'): boolean {
    if (this.text[here] !== ',') {
      this.fail(here, this.whatIsWrong(here) ?? `expected a comma or ${close} here`);
      return false;
    }
    this.offset = here + 1;
    if (this.text[this.skipBlanks()] !== close) return true;
    this.fail(here, `a comma right before ${close} is not allowed in JSON; remove it`);
    return false;
  }

  private readKey(start: number): string | undefined {
    const here = this.offset;
    const character = this.text[here];
    if (character === '"') return this.readKeyAndColon(start);
    if (character === undefined) this.failUnclosed(start);
    else this.fail(here, this.whatIsWrong(here) ?? 'expected a key in double quotes here');
    return undefined;
  }

  private readKeyAndColon(start: number): string | undefined {
    const key = this.readString();
    if (key === null) return undefined;
    const colon = this.skipBlanks();
    if (this.text[colon] === ':') {
      this.offset = colon + 1;
      return key;
    }
    if (this.text[colon] === undefined) this.failUnclosed(start);
    else this.fail(colon, 'expected a colon after the key');
    return undefined;
  }

  private noteKey(keys: Map<string, number>, key: string, offset: number): void {
    const first = keys.get(key);
    if (first === undefined) keys.set(key, offset);
    else if (this.duplicates.length < MAX_DUPLICATE_KEYS)
      this.duplicates.push({ path: [...this.path, key], offset, first });
  }

  private readString(): string | null {
    const { text } = this;
    const start = this.offset;
    let at = start + 1;
    for (; ; at++) {
      const code = text.charCodeAt(at);
      if (code === 0x22) break;
      if (code === 0x5c) {
        ESCAPE.lastIndex = at;
        if (!ESCAPE.test(text)) return this.failEscape(start, at);
        at = ESCAPE.lastIndex - 1;
      } else if (Number.isNaN(code) || code === 0x0a || code === 0x0d) {
        return this.failOpenString(start, at);
      } else if (code < 0x20) {
        return this.failString(at, 'a control character must be escaped in a JSON string (a tab as \\t)');
      }
    }
    this.offset = at + 1;
    return JSON.parse(text.slice(start, at + 1)) as string;
  }

  private readNumberOrWord(start: number): boolean {
    const word = this.match(WORD);
    this.offset = start;
    if (LITERALS.has(word) || (word !== '' && word === this.match(NUMBER))) {
      this.offset = start + word.length;
      return true;
    }
    return this.fail(start, this.whatIsWrong(start) ?? this.wrongWord(word));
  }

  private wrongWord(word: string): string {
    if (word === '') return `expected a value here, not ${JSON.stringify(this.text[this.offset])}`;
    const shown = word.length > 40 ? `${word.slice(0, 40)}...` : word;
    return /^[-+.0-9]/.test(word)
      ? `${shown} is not a number in JSON`
      : `${shown} is not a JSON value; text needs double quotes`;
  }

  /** What people write that is not JSON, told as such. */
  private whatIsWrong(here: number): string | undefined {
    if (this.text.startsWith('//', here) || this.text.startsWith('/*', here) || this.text[here] === '#') {
      return 'JSON has no comments; remove it, or write the file as YAML';
    }
    if (this.text[here] === "'") return 'JSON needs double quotes, not single ones';
    if (this.text[here] === '\u201c') return 'JSON needs straight double quotes ("), not typographic ones';
    return undefined;
  }

  private match(pattern: RegExp): string {
    // A sticky pattern looks only at `lastIndex`, so that nothing is copied or searched.
    const sticky = pattern;
    sticky.lastIndex = this.offset;
    const found = sticky.exec(this.text)?.[0] ?? '';
    this.offset += found.length;
    return found;
  }

  private failEscape(start: number, at: number): null {
    if (at + 1 >= this.text.length) return this.failOpenString(start, at + 1);
    return this.failString(at, 'this backslash sequence is not known to JSON; write \\\\ for a backslash');
  }

  private failOpenString(start: number, at: number): null {
    const isCutOff = at >= this.text.length;
    const message = isCutOff
      ? 'the text ends inside the string that begins here: is the file complete?'
      : 'the double quote that begins here is not closed on its line';
    return this.failString(start, message);
  }

  private failString(offset: number, message: string): null {
    this.fail(offset, message);
    return null;
  }

  private failTooDeep(): false {
    const message = `nested deeper than ${MAX_DEPTH} levels, the most that is read`;
    this.problem = diagnostic('input-too-large', message, { place: placeAt(this.source, this.offset) });
    return false;
  }

  private failUnclosed(start: number): false {
    const { line, column } = placeAt(this.source, start);
    const what = `the ${String(this.text[start])} of line ${line}, column ${column}`;
    return this.fail(this.text.length, `the text ends before ${what} is closed: is the file complete?`);
  }

  /** Stops at an error of syntax. */
  private fail(offset: number, message: string): false {
    this.problem = diagnostic('json-syntax', message, { place: placeAt(this.source, offset) });
    return false;
  }
}

/** Returns the keys that are there twice in the valid JSON at `offset`. */
export function duplicateKeys(source: Source, offset: number): readonly DuplicateKey[] {
  const cursor = new JsonCursor(source, offset);
  cursor.readValue();
  return cursor.duplicates;
}

/**
 * Finds the first error of syntax in a text that is not a sequence of JSON objects. `stoppedAt` is the offset of what
 * could not be read. The problem is undefined when the text is such a sequence after all.
 */
export function explainJson(source: Source): {
  readonly problem: Diagnostic | undefined;
  readonly stoppedAt: number;
} {
  const cursor = new JsonCursor(source, source.text.startsWith('\ufeff') ? 1 : 0);
  while (cursor.skipBlanks() < source.text.length) {
    if (!cursor.readCollection()) break;
  }
  return { problem: cursor.problem, stoppedAt: cursor.skipBlanks() };
}
