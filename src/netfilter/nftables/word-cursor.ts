import { type Outcome } from '../../diagnostics/diagnostic.ts';
import { type Source } from '../../text/source.ts';
import { Damage, untilDamage } from './damage.ts';

/** A piece of nft text with its offsets in the source. */
export interface Word {
  readonly kind: 'word' | 'quoted' | 'open' | 'close' | 'comma' | 'semicolon' | 'newline' | 'remark';
  /** Without the quotes of a quoted text and without the `#` of a remark. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Returns the text of the word; an empty text without a word. */
export const wordText = (word: Word | undefined): string => word?.text ?? '';

const BLANKS = /(?:[ \t\r]|\\\n)*/y;
/**
 * Matches a word. Blanks that nft does not know (Unicode) are part of the word, so that no reader accepts it.
 */
const PLAIN = /[^ \t\r\n{},;"#]+/y;
const QUOTED = /"([^"\n]*)"/y;
const REMARK = /#[^\n]*/y;

const PUNCTUATION: ReadonlyMap<string, Word['kind']> = new Map<string, Word['kind']>([
  ['{', 'open'],
  ['}', 'close'],
  [',', 'comma'],
  [';', 'semicolon'],
  ['\n', 'newline'],
]);

/** Goes through nft text word by word. */
export class WordCursor {
  readonly source: Source;
  private offset = 0;
  private ahead: Word | undefined;

  constructor(source: Source) {
    this.source = source;
  }

  /** Returns the next word without taking it; undefined at the end of the text. */
  peek(): Word | undefined {
    return (this.ahead ??= this.read());
  }

  /** Takes the next word; undefined at the end of the text. */
  next(): Word | undefined {
    const word = this.peek();
    this.ahead = undefined;
    return word;
  }

  /** Takes the next word, which must be of the kind. */
  expect(kind: Word['kind'], what: string): Word {
    const word = this.next();
    if (word?.kind !== kind) return this.fail(word, `expected ${what}`);
    return word;
  }

  /** Skips newlines and semicolons, which end statements. Returns the word after them without taking it. */
  skipEnds(): Word | undefined {
    let word = this.peek();
    while (word?.kind === 'newline' || word?.kind === 'semicolon') {
      this.ahead = undefined;
      word = this.peek();
    }
    return word;
  }

  /** Throws damage at a word. Without a word, the text ended too early. */
  fail(word: Word | undefined, message: string): never {
    if (word === undefined) {
      const ended = `the text ends here: ${message}; is it complete?`;
      throw new Damage('dump-truncated', this.source.text.length, ended);
    }
    const found = word.kind === 'newline' ? 'the end of the line' : JSON.stringify(this.textOf([word]));
    throw new Damage('dump-syntax', word.start, `${message}, found ${found}`);
  }

  /** Throws damage at a word that is well formed, but names something that cannot exist. */
  refuse(word: Word | undefined, message: string): never {
    throw new Damage('dump-syntax', word?.start ?? this.source.text.length, message);
  }

  /** Returns the source text from the first to the last of the words. */
  textOf(words: readonly Word[]): string {
    const [first, last] = [words[0], words.at(-1)];
    return first === undefined || last === undefined ? '' : this.source.text.slice(first.start, last.end);
  }

  /**
   * Takes the words up to the end of the line or a semicolon, with all words in braces. Takes the end itself as well.
   */
  takeLine(): readonly Word[] {
    const words: Word[] = [];
    let depth = 0;
    for (;;) {
      const word = this.peek();
      if (depth === 0 && (word === undefined || word.kind === 'close')) return words;
      if (word === undefined) return this.fail(word, 'expected "}"');
      this.ahead = undefined;
      if (depth === 0 && (word.kind === 'newline' || word.kind === 'semicolon')) return words;
      if (word.kind === 'open') depth++;
      else if (word.kind === 'close') depth--;
      if (word.kind !== 'newline') words.push(word);
    }
  }

  private read(): Word | undefined {
    this.match(BLANKS);
    const start = this.offset;
    const first = this.source.text[start];
    if (first === undefined) return undefined;
    const kind = PUNCTUATION.get(first);
    if (kind !== undefined) {
      this.offset++;
      return { kind, text: first, start, end: this.offset };
    }
    if (first === '"') return this.readQuoted(start);
    if (first === '#') {
      const text = this.match(REMARK);
      return { kind: 'remark', text: text.slice(1).trim(), start, end: this.offset };
    }
    const text = this.match(PLAIN);
    return { kind: 'word', text, start, end: this.offset };
  }

  private readQuoted(start: number): Word {
    const text = this.match(QUOTED);
    if (text === '') throw new Damage('dump-syntax', start, 'the quote is not closed on this line');
    return { kind: 'quoted', text: text.slice(1, -1), start, end: this.offset };
  }

  /** Takes what the pattern matches here; an empty text when it does not match. */
  private match(pattern: RegExp): string {
    pattern.lastIndex = this.offset;
    const found = pattern.exec(this.source.text)?.[0] ?? '';
    this.offset += found.length;
    return found;
  }
}

/** Reads a whole text. A damaged text gives an error with its place and no value. */
export const readWhole = <T>(source: Source, read: (cursor: WordCursor) => T): Outcome<T | undefined> =>
  untilDamage(source, () => read(new WordCursor(source)));

/** A list of words with a position in it. */
export class WordList {
  private readonly words: readonly Word[];
  at = 0;

  constructor(words: readonly Word[]) {
    this.words = words;
  }

  /** Returns the next word, or one further on, without taking it. */
  peek(further = 0): Word | undefined {
    return this.words[this.at + further];
  }

  take(): Word | undefined {
    return this.words[this.at++];
  }

  /** Returns the text of the next word without taking it; an empty text at the end. */
  peekText(): string {
    return wordText(this.peek());
  }

  /** Takes the next word and returns its text; an empty text at the end. */
  takeText(): string {
    return wordText(this.take());
  }

  /** Takes the next word if it is this one, unquoted. */
  takeIf(text: string): boolean {
    const word = this.peek();
    if (word === undefined || word.kind === 'quoted' || word.kind === 'remark' || word.text !== text)
      return false;
    this.at++;
    return true;
  }

  isDone(): boolean {
    return this.at >= this.words.length;
  }
}
