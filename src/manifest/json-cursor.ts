import { type DiagnosticCode } from '../diagnostics/codes.ts';
import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import { placeAt, type Source } from '../text/source.ts';
import { MAX_DEPTH } from './limits.ts';
import { type PlaceTree, setKey } from './place-tree.ts';

const BLANKS = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /[A-Za-z0-9_.+-]+/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/y;
const LITERALS: ReadonlySet<string> = new Set(['true', 'false', 'null']);

/**
 * Reads JSON for what `JSON.parse` does not tell: the place of every value, keys that are there twice, and what
 * exactly is wrong in a broken text. It stops at the first error of syntax; double keys are all collected.
 */
export class JsonCursor {
  readonly problems: Diagnostic[] = [];
  private readonly source: Source;
  private readonly text: string;
  private offset: number;
  private failed = false;

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

  /** The places of the object or list that begins here; the only things that may stand one after another. */
  readCollection(): PlaceTree | null {
    const start = this.skipBlanks();
    if (this.text[start] === '{' || this.text[start] === '[') return this.readValue();
    return this.fail(start, this.whatIsWrong(start) ?? 'expected an object here, or the end of the text');
  }

  /** The places of the value that begins here; null after an error of syntax. */
  readValue(depth = 1): PlaceTree | null {
    const start = this.skipBlanks();
    switch (this.text[start]) {
      case '{':
        return depth > MAX_DEPTH ? this.failTooDeep() : this.readObject(depth);
      case '[':
        return depth > MAX_DEPTH ? this.failTooDeep() : this.readList(depth);
      case '"':
        return this.readString() === null ? null : start;
      case undefined:
        return this.fail(start, 'the text ends where a value is expected: is the file complete?');
      default:
        return this.readNumberOrWord(start);
    }
  }

  private readObject(depth: number): PlaceTree | null {
    const start = this.offset++;
    const inside: Record<string, PlaceTree> = {};
    const keys = new Map<string, number>();
    while (this.nextItem(start, '}')) {
      const keyOffset = this.offset;
      const key = this.readKey(start);
      if (key === null) return null;
      this.noteKey(keys, key, keyOffset);
      const value = this.readValue(depth + 1);
      if (value === null) return null;
      setKey(inside, key, value);
    }
    return this.failed ? null : { offset: start, inside };
  }

  private readList(depth: number): PlaceTree | null {
    const start = this.offset++;
    const inside: PlaceTree[] = [];
    while (this.nextItem(start, ']')) {
      const value = this.readValue(depth + 1);
      if (value === null) return null;
      inside.push(value);
    }
    return this.failed ? null : { offset: start, inside };
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
    return !this.failed;
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

  private readKey(start: number): string | null {
    const here = this.offset;
    const character = this.text[here];
    if (character === undefined) return this.failUnclosed(start);
    if (character !== '"') {
      return this.fail(here, this.whatIsWrong(here) ?? 'expected a key in double quotes here');
    }
    const key = this.readString();
    if (key === null) return null;
    const colon = this.skipBlanks();
    if (this.text[colon] === undefined) return this.failUnclosed(start);
    if (this.text[colon] !== ':') return this.fail(colon, 'expected a colon after the key');
    this.offset = colon + 1;
    return key;
  }

  private noteKey(keys: Map<string, number>, key: string, offset: number): void {
    const first = keys.get(key);
    if (first === undefined) {
      keys.set(key, offset);
    } else {
      const { line, column } = placeAt(this.source, first);
      this.report(
        offset,
        `the key ${JSON.stringify(key)} is there twice, first on line ${line}, column ${column}`,
        'duplicate-key',
      );
    }
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
        return this.fail(at, 'a control character must be escaped in a JSON string (a tab as \\t)');
      }
    }
    this.offset = at + 1;
    return JSON.parse(text.slice(start, at + 1)) as string;
  }

  private readNumberOrWord(start: number): PlaceTree | null {
    const word = this.match(WORD);
    this.offset = start;
    if (LITERALS.has(word) || (word !== '' && word === this.match(NUMBER))) {
      this.offset = start + word.length;
      return start;
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
    return this.fail(at, 'this backslash sequence is not known to JSON; write \\\\ for a backslash');
  }

  private failOpenString(start: number, at: number): null {
    const isCutOff = at >= this.text.length;
    const message = isCutOff
      ? 'the text ends inside the string that begins here: is the file complete?'
      : 'the double quote that begins here is not closed on its line';
    return this.fail(start, message);
  }

  private failTooDeep(): null {
    const message = `nested deeper than ${MAX_DEPTH} levels, the most that is read`;
    return this.fail(this.offset, message, 'input-too-large');
  }

  private failUnclosed(start: number): null {
    const { line, column } = placeAt(this.source, start);
    const what = `the ${String(this.text[start])} of line ${line}, column ${column}`;
    return this.fail(this.text.length, `the text ends before ${what} is closed: is the file complete?`);
  }

  private fail(offset: number, message: string, code: DiagnosticCode = 'json-syntax'): null {
    this.failed = true;
    this.report(offset, message, code);
    return null;
  }

  private report(offset: number, message: string, code: DiagnosticCode): void {
    this.problems.push(diagnostic(code, message, { place: placeAt(this.source, offset) }));
  }
}

/** The places of the JSON value at `offset` of a text that is known to be JSON. */
export function placesOfJson(source: Source, offset: number): PlaceTree {
  return new JsonCursor(source, offset).readValue() ?? offset;
}

/** Keys that are there twice in the JSON value at `offset`. */
export function doubleKeys(source: Source, offset: number): readonly Diagnostic[] {
  const cursor = new JsonCursor(source, offset);
  cursor.readValue();
  return cursor.problems;
}

/**
 * What is wrong with a text that is not a sequence of JSON objects: its first error of syntax, and double keys before
 * it. `stoppedAt` is the offset of what could not be read.
 */
export function explainJson(source: Source): {
  readonly problems: readonly Diagnostic[];
  readonly stoppedAt: number;
} {
  const cursor = new JsonCursor(source, source.text.startsWith('\ufeff') ? 1 : 0);
  while (cursor.skipBlanks() < source.text.length) {
    if (cursor.readCollection() === null) break;
  }
  return { problems: cursor.problems, stoppedAt: cursor.skipBlanks() };
}
