import { type DiagnosticCode } from '../../diagnostics/codes.ts';
import { type Source } from '../../text/source.ts';
import { explainLine } from './explain-line.ts';
import { mayBeName, networkOfName } from './list-names.ts';
import { readPhrases } from './list-phrases.ts';
import { parseNetwork } from './networks.ts';
import {
  type Finding,
  MOST_ERRORS,
  type MustBeWhole,
  type Statement,
  countersOf,
  problemAt,
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
 * would print; what the columns do not tell (interfaces without `-v`) is not there. Names of hosts and networks, which
 * `-L` without `-n` prints, are kept as text in rules that need not be whole.
 */
export function readList(source: Source, start: number, mustBeWhole: MustBeWhole): readonly Finding[] {
  const findings: Finding[] = [];
  let problems = 0;
  const tell = (offset: number, message: string, code: DiagnosticCode): void => {
    findings.push(problemAt(source, offset, message, code));
    problems += 1;
  };
  const reader = new ListReader(mustBeWhole);
  for (let offset = start; offset < source.text.length && problems < MOST_ERRORS;) {
    const newline = source.text.indexOf('\n', offset);
    const end = newline === -1 ? source.text.length : newline;
    const line = source.text.slice(offset, end).trimEnd();
    const read = reader.readLine(line, offset);
    if (read === undefined) tell(offset, explainLine(line) ?? NOT_A_LINE, 'dump-syntax');
    else if (typeof read === 'string') tell(offset, read, 'dump-syntax');
    else findings.push(read);
    if (line.startsWith('# Warning: ')) tell(offset, line.slice(2), 'dump-warning');
    offset = end + 1;
  }
  if (reader.untold !== undefined)
    tell(
      reader.untold,
      'iptables -L does not tell all of this rule, and maybe of others.',
      'dump-incomplete',
    );
  return findings;
}

const NOT_A_LINE = 'This is no line that iptables -L prints.';

/** Holds the place in the listing: the chain, and the columns that its rows have. */
class ListReader {
  /** The offset of the first row with content that options cannot express. */
  untold: number | undefined;
  #chain: string | undefined;
  #columns: Columns | undefined;
  readonly #mustBeWhole: MustBeWhole;

  constructor(mustBeWhole: MustBeWhole) {
    this.#mustBeWhole = mustBeWhole;
  }

  /** The statement on a line, or what is wrong with it; undefined when it is no line of a list. */
  readLine(line: string, offset: number): Statement | string | undefined {
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

  #readRule(line: string, offset: number): Statement | string | undefined {
    const row = this.#columns && readRow(line, this.#columns);
    if (row === undefined || this.#chain === undefined) return undefined;
    const [name] = namesIn(row);
    if (name !== undefined && this.#mustBeWhole(this.#chain, row.target))
      return `${name} is the name of a host or network: list the rules with -n.`;
    const phrases = readPhrases(row.rest, row.target);
    if (phrases.rest !== '' || name !== undefined) this.untold ??= offset;
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
 * Reads the cells of a row. Finds them by their content, because long names move the columns. The target cell
 * is blank in a rule without a target; the fragment cell is blank for IPv6.
 */
function readRow(line: string, columns: Columns): Row | undefined {
  const cells = cellsOf(line);
  let at = 0;
  if (columns.number && !/^\d+$/.test(cells[at++]?.text ?? '')) return undefined;
  const [packets, bytes] = columns.counters ? [cells[at++]?.text ?? '', cells[at++]?.text ?? ''] : [];
  if (packets !== undefined && !(COUNT.test(packets) && COUNT.test(bytes ?? ''))) return undefined;
  const row = readAnyLayout(line, cells.slice(at), columns);
  return row && { ...row, packets, bytes };
}

function readAnyLayout(line: string, cells: readonly Cell[], columns: Columns): RowBody | undefined {
  for (const isAddress of [isNetwork, isNetworkOrName]) {
    for (const layout of LAYOUTS) {
      const row = readLayout(line, cells, columns, { ...layout, isAddress });
      // Where neither an address nor the fragment cell is seen, any words would do.
      if (row !== undefined && (layout.hasFragment || namesIn(row).length < 2)) return row;
    }
  }
  return undefined;
}

type RowBody = Omit<Row, 'packets' | 'bytes'>;

/** Whether a row has a target, and whether it has a fragment cell. */
interface Layout {
  readonly hasTarget: boolean;
  readonly hasFragment: boolean;
}

/** Likely ones first. */
const LAYOUTS: readonly Layout[] = [
  { hasTarget: true, hasFragment: true },
  { hasTarget: false, hasFragment: true },
  { hasTarget: true, hasFragment: false },
  { hasTarget: false, hasFragment: false },
];

function readLayout(
  line: string,
  cells: readonly Cell[],
  columns: Columns,
  { hasTarget, hasFragment, isAddress }: Layout & { readonly isAddress: (cell: string) => boolean },
): RowBody | undefined {
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
  if (!fits || end === undefined || !isAddress(source) || !isAddress(destination)) return undefined;
  const rest = line.slice(end).trimStart();
  return { target, protocol, fragment, inInterface, outInterface, source, destination, rest };
}

/** An address, or `anywhere`, or a name that stands for one everywhere. */
function isNetwork(cell: string): boolean {
  const text = withoutBang(cell);
  return text === 'anywhere' || parseNetwork(networkOfName(text)) !== undefined;
}

/**
 * Returns true for a network or a name. Any text may be a host name, so names count only when nothing else
 * fits.
 */
const isNetworkOrName = (cell: string): boolean => isNetwork(cell) || mayBeName(withoutBang(cell));

/** The names in a row that only its own system can resolve. */
const namesIn = ({ source, destination }: RowBody): readonly string[] =>
  [source, destination].filter((cell) => !isNetwork(cell)).map(withoutBang);

function headerWords(row: Row): string {
  return [
    ...networkWords('-s', 'source', row.source),
    ...networkWords('-d', 'destination', row.destination),
    ...header('-i', row.inInterface, '*'),
    ...header('-o', row.outInterface, '*'),
    ...header('-p', row.protocol, 'all'),
    ...(FRAGMENT_WORDS.get(row.fragment) ?? []),
  ].join(' ');
}

/** A name that cannot be resolved is kept as text. */
const networkWords = (option: string, column: string, cell: string): readonly string[] =>
  isNetwork(cell)
    ? header(option, cell, 'anywhere', networkOfName)
    : [`-m listed --listed "${column} ${cell}"`];

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
