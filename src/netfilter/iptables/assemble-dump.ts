import { type DiagnosticCode } from '../../diagnostics/codes.ts';
import { type Rule, type TableName } from './model.ts';
import { type IpFamily, familyOf } from '../../text/ip.ts';
import { collector } from '../../diagnostics/collector.ts';
import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import { type Source, placeAt } from '../../text/source.ts';
import { isWordError, splitWords } from '../../text/words.ts';
import {
  type Counters,
  type DumpForm,
  type DumpLine,
  type DumpRule,
  type DumpTable,
  type DumpTool,
} from './dump.ts';
import { type ChainDraft, finishTables, hasAllBuiltIns, type TableDraft } from './finish-tables.ts';
import { hookRank } from './infer-table.ts';
import { parseRule } from './parse-rule.ts';
import { readPlainRule } from './plain-rule.ts';
import { toolOf } from './read-save.ts';
import {
  type KnownSoftware,
  MOST_ERRORS,
  type RuleStatement,
  type Statement,
  problemAt,
} from './statements.ts';

/** What the statements of a text amount to. */
export interface Assembly {
  readonly family: IpFamily;
  readonly tables: readonly DumpTable[];
  readonly lines: readonly DumpLine[];
  readonly problems: readonly Diagnostic[];
}

/** Puts rules into chains and chains into tables, and checks that each is where iptables would print it. */
export function assembleDump(
  source: Source,
  form: DumpForm,
  statements: readonly Statement[],
  assumedFamily: IpFamily,
  software: KnownSoftware,
): Assembly {
  const family = detectFamily(statements) ?? assumedFamily;
  const assembler = new Assembler(source, form, family, statements, software);
  for (const statement of statements) {
    if (assembler.problems.length >= MOST_ERRORS) break;
    assembler.add(statement);
  }
  return { family, tables: assembler.finish(), lines: assembler.lines, problems: assembler.problems };
}

/** No line names a table: `iptables -S`, `iptables -L`, or lines that grep picked. */
const namesNoTable = (statements: readonly Statement[]): boolean =>
  statements.every(({ kind }) => kind !== 'table' && kind !== 'commit');

/** Every chain of the text: `iptables -L` may show a jump ahead of the chain. */
const chainNames = (statements: readonly Statement[]): ReadonlySet<string> =>
  new Set(
    statements.flatMap((statement) => {
      if (statement.kind === 'chain') return [statement.name];
      return statement.kind === 'rule' ? [statement.chain] : [];
    }),
  );

/** By the program's name, else by the first address in a rule; undefined when nothing tells. */
function detectFamily(statements: readonly Statement[]): IpFamily | undefined {
  for (const statement of statements) {
    if (statement.kind === 'remark') {
      const program = toolOf(statement.text)?.program;
      if (program !== undefined) return familyOfProgram(program);
    }
    const family = statement.kind === 'rule' ? familyOfRule(statement.options) : undefined;
    if (family !== undefined) return family;
  }
  return undefined;
}

const familyOfProgram = (program: string): IpFamily => (program.startsWith('ip6') ? 'IPv6' : 'IPv4');

function familyOfRule(options: string): IpFamily | undefined {
  const words = splitWords(options);
  if (isWordError(words)) return undefined;
  for (const { raw } of words) {
    const family = raw.startsWith('icmp6-') ? 'IPv6' : familyOf(raw.replace(/\/.*$/s, ''));
    if (family !== undefined) return family;
  }
  return undefined;
}

/** Holds the place in the dump: the table that is open, and what was read so far. */
class Assembler {
  readonly lines: DumpLine[] = [];
  readonly #told = collector();
  readonly #source: Source;
  readonly #form: DumpForm;
  readonly #family: IpFamily;
  readonly #isNameless: boolean;
  readonly #software: KnownSoftware;
  readonly #hasChain: (name: string) => boolean;
  readonly #tables: TableDraft[] = [];
  #open: TableDraft | undefined;
  #tool: DumpTool | undefined;

  constructor(
    source: Source,
    form: DumpForm,
    family: IpFamily,
    statements: readonly Statement[],
    software: KnownSoftware,
  ) {
    this.#software = software;
    this.#source = source;
    this.#form = form;
    this.#family = family;
    this.#isNameless = namesNoTable(statements);
    const names = chainNames(statements);
    this.#hasChain = (name) => names.has(name);
  }

  get problems(): readonly Diagnostic[] {
    return this.#told.problems;
  }

  add(statement: Statement): void {
    switch (statement.kind) {
      case 'remark':
        this.#tool = toolOf(statement.text) ?? this.#tool;
        this.lines.push({ kind: 'remark', text: statement.text });
        break;
      case 'table':
        this.#addTable(statement);
        break;
      case 'chain':
        this.#addChain(statement);
        break;
      case 'rule':
        this.#addRule(statement);
        break;
      case 'commit':
        this.#commit(statement.offset);
        break;
    }
  }

  finish(): readonly DumpTable[] {
    if (this.#open?.name !== undefined)
      this.#fail(
        this.#source.text.length,
        `The dump is cut off: table ${this.#open.name} has no COMMIT.`,
        'dump-truncated',
      );
    const tables = this.#told.keep(finishTables(this.#source, this.#tables, this.#software.isNatChain));
    const first = new Map<TableName, DumpTable>();
    for (const table of tables) {
      const earlier = first.get(table.name);
      if (earlier === undefined) first.set(table.name, table);
      else
        this.#warn(
          table,
          `Table ${table.name} is here twice; it begins on line ${earlier.place.line} already.`,
        );
    }
    return tables;
  }

  #addTable({ name, offset }: Extract<Statement, { kind: 'table' }>): void {
    if (this.#open?.name !== undefined)
      this.#fail(offset, `The table ahead of this one, ${this.#open.name}, has no COMMIT.`, 'dump-truncated');
    if (this.#tool !== undefined && familyOfProgram(this.#tool.program) !== this.#family)
      this.#fail(offset, 'Tables of IPv4 and IPv6 in one dump: give them one by one.', 'dump-structure');
    this.#open = { name, offset, tool: this.#tool, chains: new Map(), last: undefined, hasRules: false };
    this.#tables.push(this.#open);
    if (name !== undefined) this.lines.push({ kind: 'table', table: name });
  }

  #addChain({ name, policy, counters, offset }: Extract<Statement, { kind: 'chain' }>): void {
    if (this.#isNameless && this.#startsTable(name, policy))
      this.#addTable({ kind: 'table', name: undefined, offset });
    const table = this.#open;
    if (table === undefined) {
      this.#fail(offset, `Chain ${name} is declared outside of a table.`, 'dump-structure');
      return;
    }
    const known = table.chains.get(name);
    if (known !== undefined && known.partial !== true) {
      this.#fail(offset, `Chain ${name} is declared twice in this table.`, 'dump-structure');
      return;
    }
    const chain = { ...this.#newChain(name, offset, policy, counters), rules: known?.rules ?? [] };
    table.chains.set(name, chain);
    table.last = chain;
    this.lines.push({ kind: 'chain', chain });
  }

  /**
   * `-S` and `-L` print a table's built-in chains first, in hook order: one that comes late begins another table. So
   * does a chain of iptables-save behind a rule, for all chains of a table come ahead of its rules.
   */
  #startsTable(name: string, policy: string | undefined): boolean {
    const open = this.#open;
    if (open === undefined) return true;
    if (this.#form === 'save' && (open.hasRules || open.chains.has(name))) return true;
    const { last } = open;
    if (last === undefined) return false;
    return policy !== undefined && (last.policy === undefined || hookRank(name) <= hookRank(last.name));
  }

  #newChain(name: string, offset: number, policy?: string, counters?: Counters): ChainDraft {
    const place = placeAt(this.#source, offset);
    return { name, place, ...(policy && { policy }), ...(counters && { counters }), rules: [] };
  }

  #addRule(statement: RuleStatement): void {
    const table = this.#open ?? this.#openFragment(statement.offset);
    const chain = table && (table.chains.get(statement.chain) ?? this.#partialChain(table, statement));
    if (table === undefined) {
      this.#fail(statement.offset, 'A rule outside of a table.', 'dump-structure');
    } else if (chain === undefined) {
      this.#fail(
        statement.offset,
        `Chain ${statement.chain} is not declared in this table.`,
        'dump-structure',
      );
    } else {
      const rule = this.#readRule(statement);
      if (rule === undefined) return;
      chain.rules.push(rule);
      table.hasRules = true;
      this.lines.push({ kind: 'rule', rule });
    }
  }

  #openFragment(offset: number): TableDraft | undefined {
    if (!this.#isNameless) return undefined;
    this.#addTable({ kind: 'table', name: undefined, offset });
    return this.#open;
  }

  /** Where the built-in chains are all declared, so is every other chain. */
  #partialChain(table: TableDraft, { chain: name, offset }: RuleStatement): ChainDraft | undefined {
    if (hasAllBuiltIns(table)) return undefined;
    const chain: ChainDraft = { ...this.#newChain(name, offset), partial: true };
    table.chains.set(name, chain);
    return chain;
  }

  #readRule(statement: RuleStatement): DumpRule | undefined {
    const { offset, options, optionsOffset } = statement;
    const plain = readPlainRule(options, this.#family, this.#hasChain);
    if (plain !== undefined) return this.#placed(statement, plain, statement.counters);
    const words = splitWords(options);
    const read = isWordError(words)
      ? words
      : parseRule(words, {
          family: this.#family,
          hasChain: this.#hasChain,
          mustBeWhole: (target) => this.#software.mustBeWhole(statement.chain, target),
        });
    if ('message' in read) {
      this.#fail(
        optionsOffset === undefined ? offset : optionsOffset + read.offset,
        read.message,
        'dump-syntax',
      );
      return undefined;
    }
    return this.#placed(statement, read.rule, statement.counters ?? read.counters);
  }

  #placed({ offset, raw }: RuleStatement, rule: Rule, counters: Counters | undefined): DumpRule {
    const place = placeAt(this.#source, offset);
    return counters === undefined ? { ...rule, place, raw } : { ...rule, place, raw, counters };
  }

  #commit(offset: number): void {
    if (this.#open === undefined) this.#fail(offset, 'COMMIT without a table.', 'dump-structure');
    this.#open = undefined;
    this.lines.push({ kind: 'commit' });
  }

  #fail(offset: number, message: string, code: DiagnosticCode): void {
    this.#told.tell(problemAt(this.#source, offset, message, code));
  }

  #warn(table: DumpTable, message: string): void {
    this.#told.tell(diagnostic('dump-incomplete', message, { place: table.place }));
  }
}
