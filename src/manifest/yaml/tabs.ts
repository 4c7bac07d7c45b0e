import { CST, type Lexer } from 'yaml';

/** What is known while the lexemes of a text pass by. */
interface TabSearch {
  readonly found: number[];
  /** Of the lexeme that is looked at. */
  offset: number;
  lineStart: number;
  flowLevel: number;
  /** Nothing but blanks stands before it on its line. */
  atLineStart: boolean;
  /** What stands before it that is no blank, on its line or above. */
  before: 'plain' | 'indicator' | 'other';
  /** The column of the object or list that it is in, from 0; -1 outside of all. */
  indent: number;
  /** The column of what may turn out to be a key. */
  keyColumn: number;
  /** How many digits of indentation the header of the block of text asks for; undefined outside of one. */
  blockHeader: string | undefined;
  nextIsScalar: boolean;
}

/**
 * Finds the tabs in the text of YAML documents that go-yaml v2 refuses and the library takes: before a line's first
 * sign outside of brackets, even where a comment, a line end or the end of the text follows, right after `-` or `?`,
 * and within the indentation of text that goes on over lines. Returns their offsets, the first of each line.
 *
 * (go-yaml v2.4.0, scannerc.go: yaml_parser_scan_to_next_token takes a tab only where no key may begin,
 * yaml_parser_scan_plain_scalar only behind the indentation, yaml_parser_scan_block_scalar_breaks likewise.)
 */
export function findBadTabs(text: string, lexer: Lexer): readonly number[] {
  if (!text.includes('\t')) return [];
  const search: TabSearch = {
    found: [],
    offset: 0,
    lineStart: 0,
    flowLevel: 0,
    atLineStart: true,
    before: 'other',
    indent: -1,
    keyColumn: 0,
    blockHeader: undefined,
    nextIsScalar: false,
  };
  for (const lexeme of lexer.lex(text)) {
    if (search.nextIsScalar) passScalar(search, lexeme);
    else passLexeme(search, lexeme);
  }
  return search.found;
}

function passScalar(search: TabSearch, lexeme: string): void {
  search.nextIsScalar = false;
  if (search.blockHeader === undefined) {
    search.before = 'plain';
    beginContent(search);
    checkPlain(search, lexeme);
  } else {
    checkBlock(search, lexeme);
    search.blockHeader = undefined;
    search.before = 'other';
  }
  advance(search, lexeme);
}

function passLexeme(search: TabSearch, lexeme: string): void {
  const type = CST.tokenType(lexeme);
  if (type === 'scalar') {
    search.nextIsScalar = true;
    return;
  }
  // These two are signs of the lexer to the parser, and no part of the text.
  if (type === 'doc-mode' || type === 'flow-error-end') return;
  if (type === 'space') checkSpace(search, lexeme);
  else if (type === 'comment') search.before = 'other';
  else if (type === 'block-scalar-header') search.blockHeader = lexeme;
  else if (type !== 'newline') passSign(search, type);
  advance(search, lexeme);
}

/** Anything that is neither blank nor text without quotes. */
function passSign(search: TabSearch, type: CST.TokenType | null): void {
  const column = search.offset - search.lineStart;
  const wasAtLineStart = search.atLineStart;
  beginContent(search);
  search.before = 'other';
  if (type === 'flow-map-start' || type === 'flow-seq-start') search.flowLevel += 1;
  else if (type === 'flow-map-end' || type === 'flow-seq-end') search.flowLevel -= 1;
  if (search.flowLevel > 0) return;
  if (type === 'seq-item-ind' || type === 'explicit-key-ind') {
    search.before = 'indicator';
    search.indent = column;
    search.atLineStart = wasAtLineStart;
  } else if (type === 'map-value-ind') {
    search.indent = search.keyColumn;
    if (wasAtLineStart) search.before = 'indicator';
  } else if (type === 'doc-start' || type === 'doc-end') {
    search.indent = -1;
  }
}

/** A key can begin at the start of a line, and behind the `-` or `?` there. */
function beginContent(search: TabSearch): void {
  if (search.atLineStart) search.keyColumn = search.offset - search.lineStart;
  search.atLineStart = false;
}

function checkSpace(search: TabSearch, blanks: string): void {
  const tab = blanks.indexOf('\t');
  if (tab === -1) return;
  if (search.atLineStart ? isRefusedAtStart(search, tab) : search.before === 'indicator')
    report(search.found, search.lineStart, search.offset + tab);
}

/** Behind plain text a tab may stand that is indented as the text is; behind all else only within brackets. */
function isRefusedAtStart({ before, indent, flowLevel, offset, lineStart }: TabSearch, tab: number): boolean {
  return before === 'plain' ? offset + tab - lineStart <= indent : flowLevel === 0;
}

/** The lines in which plain text goes on. */
function checkPlain(search: TabSearch, text: string): void {
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) {
    const spaces = /^ */.exec(text.slice(end + 1, end + 2 + Math.max(search.indent, 0)))?.[0].length ?? 0;
    const lineStart = search.offset + end + 1;
    if (text[end + 1 + spaces] === '\t' && spaces <= search.indent)
      report(search.found, lineStart, lineStart + spaces);
  }
}

/** The lines of a block of text: indentation goes up to the first line with content, or to what the header says. */
function checkBlock(search: TabSearch, content: string): void {
  const digit = /[1-9]/.exec(search.blockHeader ?? '')?.[0];
  let needed = digit === undefined ? undefined : Math.max(search.indent, 0) + Number(digit);
  let start = 0;
  for (const line of content.split('\n')) {
    const spaces = /^ */.exec(line)?.[0].length ?? 0;
    const isIndentation = needed === undefined || spaces < needed;
    const lineStart = search.offset + start;
    if (isIndentation && line[spaces] === '\t') report(search.found, lineStart, lineStart + spaces);
    if (needed === undefined && line.trim() !== '') needed = spaces;
    start += line.length + 1;
  }
}

function report(found: number[], lineStart: number, offset: number): void {
  const last = found.at(-1);
  if (last === undefined || last < lineStart) found.push(offset);
}

function advance(search: TabSearch, lexeme: string): void {
  const lineEnd = lexeme.lastIndexOf('\n');
  if (lineEnd !== -1) {
    search.lineStart = search.offset + lineEnd + 1;
    search.atLineStart = true;
  }
  search.offset += lexeme.length;
}
