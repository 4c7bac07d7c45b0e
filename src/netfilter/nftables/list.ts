/**
 * Prints and reads tables as `nft list table` and `nft list ruleset` print them. Each printer stands beside its reader.
 */
import { type Outcome } from '../../diagnostics/diagnostic.ts';
import { type Source } from '../../text/source.ts';
import { parseChain, printChain } from './chain-text.ts';
import {
  type Chain,
  type NamedSet,
  type NftFamily,
  type OtherObject,
  type Ruleset,
  type Table,
} from './model.ts';
import { type NftSpelling } from './nft-release.ts';
import { withoutHandle } from './rule-text.ts';
import { parseMap, parseSet, printSet } from './set-text.ts';
import { readWhole, type Word, type WordCursor, wordText } from './word-cursor.ts';

/** Returns the tables as nft of the spelling lists them, without handles. */
export const printList = ({ tables }: Ruleset, spelling: NftSpelling): string =>
  tables.map((table) => printTable(table, spelling)).join('');

function printTable(table: Table, spelling: NftSpelling): string {
  const { family, name } = table;
  const head = [`table ${family} ${name} {`];
  if (table.comment !== undefined) head.push(`\tcomment "${table.comment}"`);
  if (table.flags.length > 0) head.push(`\tflags ${table.flags.join(',')}`);
  const objects = [
    ...table.others.map(({ text }) => `\t${text}\n`),
    ...table.sets.map(printSet),
    ...table.chains.map((chain) => printChain(chain, family, spelling)),
  ];
  return `${head.join('\n')}\n${objects.join('\n')}}\n`;
}

/**
 * Reads the output of `nft list`, with or without handles. A damaged text gives an error with its place and no value.
 */
export const readList = (
  source: Source,
  mustBeWhole: MustBeWhole = ALL_WHOLE,
): Outcome<Ruleset | undefined> =>
  readWhole(source, (cursor) => {
    const tables: Table[] = [];
    while (skipRemarks(cursor) !== undefined) tables.push(readTable(cursor, mustBeWhole));
    return { tables };
  });

/**
 * Tells of a table by name whether all elements of its sets must be understood. In other tables a set with
 * other elements is kept word by word, without elements.
 */
export type MustBeWhole = (table: string) => boolean;

/** Everything must be understood. */
export const ALL_WHOLE: MustBeWhole = () => true;

/** Skips remarks and ends of lines. Returns the word after them, which is not taken. */
export function skipRemarks(cursor: WordCursor): Word | undefined {
  let word = cursor.skipEnds();
  while (word?.kind === 'remark') {
    cursor.next();
    word = cursor.skipEnds();
  }
  return word;
}

/** Families by name. */
export const FAMILIES: ReadonlySet<string> = new Set<NftFamily>([
  'ip',
  'ip6',
  'inet',
  'arp',
  'bridge',
  'netdev',
]);

/** Returns true for the name of a family. */
export const isFamily = (text: string): text is NftFamily => FAMILIES.has(text);

interface TableParts {
  readonly isWhole: boolean;
  readonly sets: NamedSet[];
  readonly chains: Chain[];
  readonly others: OtherObject[];
}

function readTable(cursor: WordCursor, mustBeWhole: MustBeWhole): Table {
  const keyword = cursor.next();
  if (keyword?.text !== 'table') return cursor.fail(keyword, 'expected "table"');
  const family = cursor.expect('word', 'a family after "table"');
  if (!isFamily(family.text)) return cursor.fail(family, `expected one of ${[...FAMILIES].join(', ')}`);
  const name = readName(cursor, 'the name of the table');
  cursor.expect('open', `"{" after the name of the table`);
  const parts: TableParts = { isWhole: mustBeWhole(name), sets: [], chains: [], others: [] };
  let head: Pick<Table, 'comment' | 'handle' | 'flags'> = { flags: [] };
  while (cursor.skipEnds()?.kind !== 'close') {
    head = { ...head, ...readObject(cursor, family.text, parts) };
  }
  cursor.next();
  const { sets, chains, others } = parts;
  return { family: family.text, name, ...head, sets, chains, others };
}

/** Reads one object into the parts; returns what a line says of the table itself. */
function readObject(
  cursor: WordCursor,
  family: NftFamily,
  parts: TableParts,
): Partial<Pick<Table, 'comment' | 'handle' | 'flags'>> {
  const first = cursor.next();
  switch (wordText(first)) {
    case 'set':
      parts.sets.push(parseSet(cursor, readName(cursor, 'the name of the set'), parts.isWhole));
      return {};
    case 'map':
      parts.sets.push(parseMap(cursor, readName(cursor, 'the name of the map'), parts.isWhole));
      return {};
    case 'chain':
      parts.chains.push(parseChain(cursor, readName(cursor, 'the name of the chain'), family));
      return {};
    case 'comment':
      return { comment: cursor.expect('quoted', 'a comment in quotes').text };
    case 'flags':
      return { flags: cursor.takeLine().flatMap(({ kind, text }) => (kind === 'comma' ? [] : [text])) };
    default:
      return readOther(cursor, first, parts);
  }
}

function readOther(cursor: WordCursor, first: Word | undefined, { others }: TableParts): { handle?: number } {
  if (first?.kind === 'remark') {
    const { handle } = withoutHandle([first]);
    return handle === undefined ? {} : { handle };
  }
  if (first?.kind !== 'word') return cursor.fail(first, 'expected a set, a map or a chain');
  others.push({ form: 'text', text: cursor.textOf([first, ...cursor.takeLine()]) });
  return {};
}

/** Reads a name, with or without quotes. */
function readName(cursor: WordCursor, what: string): string {
  const word = cursor.next();
  if (word?.kind !== 'word' && word?.kind !== 'quoted') return cursor.fail(word, `expected ${what}`);
  return word.text;
}
