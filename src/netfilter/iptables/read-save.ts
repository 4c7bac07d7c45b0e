import { type TableName } from './model.ts';
import { type Source } from '../../text/source.ts';
import { closingQuote } from '../../text/words.ts';
import { explainIncompatible, explainLine } from './explain-line.ts';
import { type Finding, MOST_ERRORS, type Statement, countersOf, problemAt } from './statements.ts';

const TABLE_NAMES: ReadonlySet<string> = new Set<TableName>(['raw', 'mangle', 'nat', 'filter', 'security']);
const isTableName = (name: string): name is TableName => TABLE_NAMES.has(name);

const CHAIN_LINE = /^:([^\s"!-][^\s"]*) (-|[A-Z]+)(?: \[(\d+):(\d+)\])?$/;
const POLICY_LINE = /^-P ([^\s"!-][^\s"]*) ([A-Z]+)(?: -c (\d+) (\d+))?$/;
const NEW_CHAIN_LINE = /^-N ([^\s"!-][^\s"]*)$/;
const COUNTERS = /^\[(\d+):(\d+)\] (?=-A )/;
/** As far as the name of the chain. */
const APPEND = /-A [^\s"!-][^\s"]*(?= |$)/y;
const RULE_START = /[ \t]{0,80}(?:-A |\[)/y;
/** iptables' own warnings, which go to stderr; joined with 2>&1 they may land anywhere. */
const WARNING = '# Warning: ';
const UNCLOSED = 'This quote is never closed.';

/**
 * Reads the lines of `iptables-save [-c]` and of `iptables -S [-v]`, which differ in how they declare chains. A
 * comment may hold a newline; its rule spans two lines then. Each line is read when it is asked for: the statements of
 * a large dump would take more memory than its rules.
 */
export const readSave = (source: Source, start: number): Iterable<Finding> => ({
  [Symbol.iterator]: () => readLines(source, start),
});

function* readLines(source: Source, start: number): Iterator<Finding> {
  const { text } = source;
  let problems = 0;
  for (let offset = start; offset < text.length && problems < MOST_ERRORS;) {
    const { line, end, openQuote } = lineAt(text, offset);
    const indent = line.length - line.trimStart().length;
    const read = openQuote === undefined ? readLine(line.slice(indent), offset + indent) : UNCLOSED;
    if (typeof read === 'string') {
      yield problemAt(source, openQuote ?? offset + indent, read, 'dump-syntax');
      problems += 1;
    } else yield read;
    if (line.startsWith(WARNING)) {
      yield problemAt(source, offset, line.slice(2), 'dump-warning');
      problems += 1;
    }
    offset = end + 1;
  }
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);

interface Extent {
  readonly end: number;
  /** A quote on the line that nothing closes. */
  readonly openQuote?: number;
}

interface Line extends Extent {
  readonly line: string;
}

/** The line that begins at `start`, without its newline. */
function lineAt(text: string, start: number): Line {
  const end = newlineBehind(text, start);
  const line = text.slice(start, end);
  RULE_START.lastIndex = 0;
  if (!line.includes('"') || !RULE_START.test(line)) return { line: withoutReturn(line), end };
  const extent = extentOfRule(text, start, end);
  return { line: withoutReturn(text.slice(start, extent.end)), ...extent };
}

/**
 * Finds where a rule ends, of which the first line ends at `firstEnd`: with the line on which its last quote closes.
 * When a word follows directly after a quote on a later line, that quote opens another text: the first quote was never
 * closed.
 */
function extentOfRule(text: string, start: number, firstEnd: number): Extent {
  let end = firstEnd;
  for (let at = start; ;) {
    const openQuote = at + text.slice(at, end).indexOf('"');
    if (openQuote < at) return { end };
    at = closingQuote(text, openQuote);
    if (at === -1) return { end: text.length, openQuote };
    if (at > end && /\S/.test(text.charAt(at))) return { end, openQuote };
    if (at > end) end = newlineBehind(text, at);
  }
}

function newlineBehind(text: string, start: number): number {
  const newline = text.indexOf('\n', start);
  return newline === -1 ? text.length : newline;
}

/** The statement on a line, or what is wrong with it. */
function readLine(line: string, offset: number): Statement | string {
  if (line.startsWith('-A') || line.startsWith('[')) return readRule(line, offset);
  const text = line.trimEnd();
  const incompatible = text.startsWith('#') ? explainIncompatible(text) : undefined;
  if (incompatible !== undefined) return incompatible;
  if (text === '' || text.startsWith('#')) return { kind: 'remark', offset, text: line };
  if (text === 'COMMIT') return { kind: 'commit', offset };
  if (text.startsWith('*')) {
    const name = text.slice(1);
    return isTableName(name) ? { kind: 'table', offset, name } : 'iptables has no such table.';
  }
  return readChain(text, offset) ?? explain(text);
}

function readChain(line: string, offset: number): Statement | undefined {
  const found = CHAIN_LINE.exec(line) ?? POLICY_LINE.exec(line) ?? NEW_CHAIN_LINE.exec(line);
  if (found === null) return undefined;
  const { 1: name = '', 2: policy, 3: packets, 4: bytes } = found;
  const counters = countersOf(packets, bytes);
  return { kind: 'chain', offset, name, policy: policy === '-' ? undefined : policy, counters };
}

function readRule(line: string, offset: number): Statement | string {
  const counted = line.startsWith('[') ? COUNTERS.exec(line) : null;
  const { 0: ahead = '', 1: packets, 2: bytes } = counted ?? [];
  const raw = line.slice(ahead.length);
  // To make the list of what it found would take more time than to look.
  APPEND.lastIndex = 0;
  if (!APPEND.test(raw)) return explain(line);
  if (line.includes(WARNING))
    return 'A warning of iptables landed inside this rule: take the dump without 2>&1.';
  if (line.trimEnd().endsWith(' \\'))
    return 'The rule is wrapped over several lines: give the dump as iptables-save printed it.';
  const behindChain = APPEND.lastIndex;
  return {
    kind: 'rule',
    offset,
    chain: raw.slice('-A '.length, behindChain),
    counters: countersOf(packets, bytes),
    raw,
    options: raw.slice(behindChain),
    optionsOffset: offset + ahead.length + behindChain,
  };
}

const explain = (line: string): string =>
  explainLine(line) ?? 'This is no line that iptables-save or iptables -S prints.';
