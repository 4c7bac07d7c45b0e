import { type Problem } from '../../text/problem.ts';
import { type Source } from '../../text/source.ts';
import { networkOfName } from './list-names.ts';
import { readPhrases } from './list-phrases.ts';
import { parseNetwork } from './networks.ts';
import {
  MOST_ERRORS,
  type Statement,
  type Statements,
  countersOf,
  errorAt,
  warningAt,
} from './statements.ts';

const CHAIN_LINE =
  /^Chain ([^\s"!-][^\s"]*) \((?:policy ([A-Z]+)(?: (\S+) packets, (\S+) bytes)?|-?\d+ references)\)$/;
const COLUMNS_LINE = /^ *(num +)?(pkts +bytes +)?target +prot +opt +(in +out +)?source +destination *$/;

/** Which columns the rows have; `target`, `prot`, `source` and `destination` are always there. */
interface Columns {
  readonly number: boolean;
  readonly counters: boolean;
  readonly interfaces: boolean;
}

/** The cells of a row. */
interface Row {
  readonly packets: string | undefined;
  readonly bytes: string | undefined;
  /** Empty when the rule has none. */
  readonly target: string;
  readonly protocol: string;
  /** `--`, `-f` or `!f`; ip6tables left it blank up to 1.8.8. */
  readonly fragment: string;
  readonly inInterface: string;
  readonly outInterface: string;
  readonly source: string;
  readonly destination: string;
  /** Everything behind the destination. */
  readonly rest: string;
}

/**
 * Reads `iptables -L` with any of `-n`, `-v`, `-x`, `--line-numbers`. Each row comes as the words that `iptables -S`
 * would print; what the columns do not tell (interfaces without `-v`) is not there.
 */
export function readList(source: Source, start: number): Statements {
  const statements: Statement[] = [];
  const problems: Problem[] = [];
  const reader = new ListReader();
  for (let offset = start; offset < source.text.length && problems.length < MOST_ERRORS;) {
    const newline = source.text.indexOf('\n', offset);
    const end = newline === -1 ? source.text.length : newline;
    const line = source.text.slice(offset, end).trimEnd();
    const read = reader.readLine(line, offset);
    if (read === undefined) problems.push(errorAt(source, offset, NOT_A_LINE));
    else statements.push(read);
    if (line.startsWith('# Warning: ')) problems.push(warningAt(source, offset, line.slice(2)));
    offset = end + 1;
  }
  if (reader.untold !== undefined)
    problems.push(
      warningAt(source, reader.untold, 'iptables -L does not tell all of this rule, and maybe of others.'),
    );
  return { statements, problems };
}

const NOT_A_LINE = 'This is no line that iptables -L prints.';

/** Holds the place in the listing: the chain, and the columns that its rows have. */
class ListReader {
  /** The first row with something in it that cannot be said in options. */
  untold: number | undefined;
  #chain: string | undefined;
  #columns: Columns | undefined;

  readLine(line: string, offset: number): Statement | undefined {
    if (line === '' || line.startsWith('#')) return { kind: 'remark', offset, text: line };
    return this.#readChain(line, offset) ?? this.#readColumns(line, offset) ?? this.#readRule(line, offset);
  }

  #readChain(line: string, offset: number): Statement | undefined {
    const [, name, policy, packets, bytes] = CHAIN_LINE.exec(line) ?? [];
    if (name === undefined) return undefined;
    this.#chain = name;
    this.#columns = undefined;
    return { kind: 'chain', offset, name, policy, counters: countersOf(packets, bytes) };
  }

  #readColumns(line: string, offset: number): Statement | undefined {
    const found = this.#columns === undefined ? COLUMNS_LINE.exec(line) : null;
    if (found === null || this.#chain === undefined) return undefined;
    const [, number, counters, interfaces] = found;
    this.#columns = {
      number: number !== undefined,
      counters: counters !== undefined,
      interfaces: interfaces !== undefined,
    };
    return { kind: 'remark', offset, text: line };
  }

  #readRule(line: string, offset: number): Statement | undefined {
    const row = this.#columns && readRow(line, this.#columns);
    if (row === undefined || this.#chain === undefined) return undefined;
    const phrases = readPhrases(row.rest, row.target);
    if (phrases.rest !== '') this.untold ??= offset;
    return {
      kind: 'rule',
      offset,
      chain: this.#chain,
      counters: countersOf(row.packets, row.bytes),
      raw: line,
      options: `${headerWords(row)} ${phrases.words}`,
      optionsOffset: undefined,
    };
  }
}

const COUNT = /^\d+[KMGTP]?$/;
const PROTOCOL = /^!?(\d{1,3}|[a-z][a-z0-9-]*)$/;
const FRAGMENT = /^(--|-f|!f)$/;

/** The first cells of a row, enough for every column. */
function cellsOf(line: string): readonly Cell[] {
  const cells: Cell[] = [];
  const pattern = /\S+/g;
  for (let found = pattern.exec(line); found !== null && cells.length < 10; found = pattern.exec(line)) {
    cells.push({ text: found[0], end: pattern.lastIndex });
  }
  return cells;
}

interface Cell {
  readonly text: string;
  /** Just behind the cell. */
  readonly end: number;
}

/**
 * Cells are told apart by what they hold, for columns move when a name is long. A rule without a target leaves that
 * cell blank, and so does the fragment cell in IPv6.
 */
function readRow(line: string, columns: Columns): Row | undefined {
  const cells = cellsOf(line);
  let at = 0;
  if (columns.number && !/^\d+$/.test(cells[at++]?.text ?? '')) return undefined;
  const [packets, bytes] = columns.counters ? [cells[at++]?.text ?? '', cells[at++]?.text ?? ''] : [];
  if (packets !== undefined && !(COUNT.test(packets) && COUNT.test(bytes ?? ''))) return undefined;
  for (const [hasTarget, hasFragment] of LAYOUTS) {
    const row = readLayout(line, cells.slice(at), columns, hasTarget, hasFragment);
    if (row !== undefined) return { ...row, packets, bytes };
  }
  return undefined;
}

/** Whether a row has a target, and whether it has a fragment cell; likely ones first. */
const LAYOUTS: readonly (readonly [boolean, boolean])[] = [
  [true, true],
  [false, true],
  [true, false],
  [false, false],
];

function readLayout(
  line: string,
  cells: readonly Cell[],
  columns: Columns,
  hasTarget: boolean,
  hasFragment: boolean,
): Omit<Row, 'packets' | 'bytes'> | undefined {
  let at = 0;
  const next = (isThere: boolean): string => (isThere ? (cells[at++]?.text ?? '') : '');
  const target = next(hasTarget);
  const protocol = next(true);
  const fragment = next(hasFragment);
  const inInterface = next(columns.interfaces);
  const outInterface = next(columns.interfaces);
  const source = next(true);
  const destination = next(true);
  const end = cells[at - 1]?.end;
  const fits = PROTOCOL.test(protocol) && FRAGMENT.test(fragment) === hasFragment;
  if (!fits || end === undefined || !isNetwork(source) || !isNetwork(destination)) return undefined;
  const rest = line.slice(end).trimStart();
  return { target, protocol, fragment, inInterface, outInterface, source, destination, rest };
}

/** An address, or `anywhere`, or a name that stands for one. Names of hosts could be anything, so they are refused. */
function isNetwork(cell: string): boolean {
  const text = withoutBang(cell);
  return text === 'anywhere' || parseNetwork(networkOfName(text)) !== undefined;
}

function headerWords(row: Row): string {
  return [
    ...header('-s', row.source, 'anywhere', networkOfName),
    ...header('-d', row.destination, 'anywhere', networkOfName),
    ...header('-i', row.inInterface, '*'),
    ...header('-o', row.outInterface, '*'),
    ...header('-p', row.protocol, 'all'),
    ...(FRAGMENT_WORDS.get(row.fragment) ?? []),
  ].join(' ');
}

const FRAGMENT_WORDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['-f', ['-f']],
  ['!f', ['! -f']],
]);

/** Nothing when the cell is blank or says that anything will do. `-n` without names calls any interface `*`. */
function header(
  option: string,
  cell: string,
  any: string,
  resolve: (name: string) => string = (name) => name,
): readonly string[] {
  const value = withoutBang(cell);
  if (value === '' || value === any || (any === '*' && value === 'any')) return [];
  return [`${cell.startsWith('!') ? '! ' : ''}${option} ${resolve(value)}`];
}

const withoutBang = (cell: string): string => (cell.startsWith('!') ? cell.slice(1) : cell);
