/** A command of a script for `nft -f`, and how its words are taken. */
import { type TableDraft, type TableDrafts, tableKey } from './drafts.ts';
import { type NftFamily } from './model.ts';
import { type Word, type WordCursor, type WordList } from './word-cursor.ts';

/** A command up to the name of the table. */
export interface Command {
  readonly family: NftFamily;
  readonly table: Word;
  /** The words after the table. */
  readonly words: WordList;
  readonly cursor: WordCursor;
  readonly drafts: TableDrafts;
  /** The last word of the command. An error about a missing word points to it. */
  readonly end: Word | undefined;
}

/** Takes all words that are left. */
export function rest({ words }: Command): readonly Word[] {
  const left: Word[] = [];
  for (let word = words.take(); word !== undefined; word = words.take()) left.push(word);
  return left;
}

/** Takes the next word as a name. */
export function nameIn({ words, cursor, end }: Command, what: string): Word {
  const word = words.take();
  if (word?.kind === 'word' || word?.kind === 'quoted') return word;
  return word === undefined
    ? cursor.refuse(end, `the command ends here: expected the name of a ${what}`)
    : cursor.fail(word, `expected the name of a ${what}`);
}

/** Fails when more words follow. */
export function expectEnd({ words, cursor }: Command): void {
  if (!words.isDone()) cursor.fail(words.peek(), 'expected the end of the command');
}

/** Returns the lines between the braces at the end of a command; none without braces. */
export function bodyOf(command: Command): readonly (readonly Word[])[] {
  const words = rest(command);
  const [open, close] = [words[0], words.at(-1)];
  if (open === undefined) return [];
  if (open.kind !== 'open') return command.cursor.fail(open, 'expected "{"');
  if (close?.kind !== 'close') return command.cursor.fail(close, 'expected "}"');
  const lines: Word[][] = [[]];
  let depth = 0;
  for (const word of words.slice(1, -1)) {
    if (word.kind === 'open') depth++;
    if (word.kind === 'close') depth--;
    if (word.kind === 'semicolon' && depth === 0) lines.push([]);
    else lines.at(-1)?.push(word);
  }
  return lines.filter((line) => line.length > 0);
}

export function tableOf({ family, table, cursor, drafts }: Command): TableDraft {
  const found = drafts.get(tableKey(family, table.text));
  return found ?? cursor.refuse(table, `there is no table ${tableKey(family, table.text)}`);
}

/** Returns the object that the next word names. */
export function existing<T>(command: Command, objects: ReadonlyMap<string, T>, what: string): T {
  const name = nameIn(command, what);
  return objects.get(name.text) ?? command.cursor.refuse(name, `there is no ${what} ${name.text}`);
}
