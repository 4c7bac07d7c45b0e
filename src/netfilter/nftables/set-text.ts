/** Prints and reads named sets and maps as text. Each printer stands beside its reader. */
import { parseDuration, printDuration } from './duration.ts';
import { parseElements, printElement } from './expression-text.ts';
import { type Element, type NamedSet } from './model.ts';
import { withoutHandle } from './rule-text.ts';
import { type Word, type WordCursor, WordList, wordText } from './word-cursor.ts';

/**
 * How many elements of a type stand in one line. For all other types it is one. (calculate_delim, src/expression.c of
 * nftables)
 */
const PER_LINE: ReadonlyMap<string, number> = new Map([
  ...['nf_proto', 'integer', 'arp_op', 'inet_proto', 'inet_service', 'tcp_flag', 'mark'].map(
    (type) => [type, 5] as const,
  ),
  ...['iface_index', 'classid', 'uid', 'gid', 'ct_dir'].map((type) => [type, 5] as const),
  ...['ipv4_addr', 'ct_state', 'ct_status', 'pkt_type'].map((type) => [type, 2] as const),
]);

const NEXT_LINE = ',\n\t\t\t     ';

/** Returns the lines of the set inside its table, without the handle. */
export function printSet(set: NamedSet): string {
  const lines = [`\t${setKind(set)} ${set.name} {`];
  if (set.keyType.length > 0) lines.push(`\t\t${printType(set)}`);
  if (set.size !== undefined) lines.push(`\t\tsize ${set.size}`);
  if (set.flags.length > 0) lines.push(`\t\tflags ${set.flags.join(',')}`);
  if (set.timeout !== undefined) lines.push(`\t\ttimeout ${printDuration(set.timeout)}`);
  for (const line of set.otherLines) lines.push(`\t\t${line}`);
  if (set.comment !== undefined) lines.push(`\t\tcomment "${set.comment}"`);
  if (set.elements.length > 0) lines.push(`\t\telements = { ${printInLines(set)} }`);
  lines.push('\t}\n');
  return lines.join('\n');
}

/** Returns `map` for a set that has data for its keys. */
export const setKind = (set: NamedSet): 'set' | 'map' => (set.dataType === undefined ? 'set' : 'map');

/** Returns `type ipv4_addr . inet_service : verdict`. */
export function printType({ keyType, dataType }: NamedSet): string {
  return `type ${keyType.join(' . ')}${dataType === undefined || dataType.length === 0 ? '' : ` : ${dataType.join(' . ')}`}`;
}

function printInLines({ keyType, elements }: NamedSet): string {
  const perLine = PER_LINE.get(keyType.join(' . ')) ?? 1;
  const lines: string[] = [];
  for (let at = 0; at < elements.length; at += perLine) {
    lines.push(
      elements
        .slice(at, at + perLine)
        .map(printElement)
        .join(', '),
    );
  }
  return lines.join(NEXT_LINE);
}

/** Reads a map as {@link parseSet} does. A map with `typeof` instead of `type` is a map as well. */
export function parseMap(cursor: WordCursor, name: string, isWhole = true): NamedSet {
  return asMap(parseSet(cursor, name, isWhole));
}

/** Returns the set as a map, also when its types are unknown. */
export const asMap = (set: NamedSet): NamedSet => ({ ...set, dataType: set.dataType ?? [] });

/**
 * Reads a set whose words up to its name have been taken. Elements that are not understood are damage, unless
 * the set need not be whole.
 */
export function parseSet(cursor: WordCursor, name: string, isWhole = true): NamedSet {
  cursor.expect('open', `"{" after the name of a set`);
  const lines: (readonly Word[])[] = [];
  for (let word = cursor.skipEnds(); word?.kind !== 'close'; word = cursor.skipEnds()) {
    if (word === undefined) return cursor.fail(undefined, 'expected "}"');
    lines.push(cursor.takeLine());
  }
  cursor.next();
  const { handle } = withoutHandle(lines[0] ?? []);
  const body = handle === undefined ? lines : lines.slice(1);
  return declared(body, cursor, { name, ...(handle !== undefined && { handle }) }, isWhole);
}

/** Reads the lines of the declaration of a set. */
export function declared(
  lines: readonly (readonly Word[])[],
  cursor: WordCursor,
  named: Pick<NamedSet, 'name' | 'handle'>,
  isWhole = true,
): NamedSet {
  let set: NamedSet = { ...named, keyType: [], flags: [], otherLines: [], elements: [] };
  for (const line of lines) {
    const known = LINES.get(wordText(line[0]))?.(line, cursor, isWhole);
    set =
      known === undefined
        ? { ...set, otherLines: [...set.otherLines, cursor.textOf(line)] }
        : { ...set, ...known };
  }
  return set;
}

type ReadLine = (
  line: readonly Word[],
  cursor: WordCursor,
  isWhole: boolean,
) => Partial<NamedSet> | undefined;

/** Reads the flags after the first word of a line. */
export function flagsIn([, ...words]: readonly Word[], cursor: WordCursor): readonly string[] {
  const wrong = words.find(({ kind }, index) => kind !== (index % 2 === 0 ? 'word' : 'comma'));
  if (wrong !== undefined) return cursor.fail(wrong, 'expected flags with commas between them');
  return words.filter(({ kind }) => kind === 'word').map(({ text }) => text);
}

/** Readers of lines, by the first word. */
const LINES: ReadonlyMap<string, ReadLine> = new Map<string, ReadLine>([
  ['type', readType],
  [
    'size',
    (line) => (/^\d{1,15}$/.test(wordText(line[1])) ? { size: Number(wordText(line[1])) } : undefined),
  ],
  ['flags', (line, cursor) => ({ flags: flagsIn(line, cursor) })],
  ['timeout', readTimeout],
  ['comment', readComment],
  ['elements', readElements],
]);

function readTimeout(line: readonly Word[]): Partial<NamedSet> | undefined {
  const timeout = parseDuration(wordText(line[1]));
  return timeout === undefined ? undefined : { timeout };
}

function readComment([, text]: readonly Word[], cursor: WordCursor): Partial<NamedSet> {
  return text?.kind === 'quoted' ? { comment: text.text } : cursor.fail(text, 'expected a comment in quotes');
}

function readType([first, ...words]: readonly Word[], cursor: WordCursor): Partial<NamedSet> {
  const colon = words.findIndex(({ text }) => text === ':');
  const keyType = fieldsOf(colon === -1 ? words : words.slice(0, colon), first, cursor);
  return colon === -1 ? { keyType } : { keyType, dataType: fieldsOf(words.slice(colon + 1), first, cursor) };
}

const TYPE = /^[a-z][a-z0-9_]*$/;

/** Reads names of types with dots between them. */
function fieldsOf(words: readonly Word[], before: Word | undefined, cursor: WordCursor): readonly string[] {
  const wrong = words.find(({ kind, text }, index) =>
    index % 2 === 1 ? text !== '.' : kind !== 'word' || !TYPE.test(text),
  );
  if (wrong !== undefined || words.length % 2 === 0) {
    return cursor.fail(wrong ?? words.at(-1) ?? before, 'expected the type of the elements');
  }
  return words.filter((_, index) => index % 2 === 0).map(({ text }) => text);
}

/** Elements that are not understood are damage, or a line that is kept where the set need not be whole. */
function readElements(
  line: readonly Word[],
  cursor: WordCursor,
  isWhole: boolean,
): Partial<NamedSet> | undefined {
  const [, equals, ...rest] = line;
  if (equals?.text !== '=') return cursor.fail(equals, 'expected "=" after "elements"');
  if (!isWhole && wholeElements(new WordList(rest.slice(1))) === undefined) return undefined;
  return { elements: bracedElements(rest, cursor) };
}

/** Reads elements in braces. Fails when more words follow. */
export function bracedElements(line: readonly Word[], cursor: WordCursor): readonly Element[] {
  const words = new WordList(line);
  const open = words.take();
  if (open?.kind !== 'open') return cursor.fail(open, 'expected "{" before the elements');
  return wholeElements(words) ?? cursor.fail(line[Math.max(0, words.at - 1)], 'expected an element');
}

/** Reads elements up to the brace that ends the words; undefined when they are not understood. */
function wholeElements(words: WordList): readonly Element[] | undefined {
  const elements = parseElements(words);
  return elements === undefined || !words.takeIf('}') || !words.isDone() ? undefined : elements;
}
