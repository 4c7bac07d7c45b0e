import { type DiagnosticCode } from '../../diagnostics/codes.ts';
import { type TableName } from './model.ts';
import { type IpFamily } from '../../text/ip.ts';
import { collector } from '../../diagnostics/collector.ts';
import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import { type Place, type Source, placeAt } from '../../text/source.ts';
import { isWordError, splitWords } from '../../text/words.ts';
import {
  type Counters,
  type DumpForm,
  type DumpLine,
  type DumpRule,
  type DumpTable,
  type DumpTool,
} from './dump.ts';
import {
  type ChainDraft,
  emptyTable,
  finishTables,
  hasAllBuiltIns,
  settleRules,
  type TableDraft,
} from './finish-tables.ts';
import { hookRank } from './infer-table.ts';
import { parseRule, type RuleContext } from './parse-rule.ts';
import { plainRuleReader } from './plain-rule.ts';
import {
  type Finding,
  isStatement,
  type KnownSoftware,
  MOST_ERRORS,
  type RuleStatement,
  type Statement,
  problemAt,
  toolOf,
} from './statements.ts';
import { chainOf, familyOfProgram, type Survey } from './survey.ts';
import { isTargetName } from './target-codecs.ts';

/** What the statements of a text amount to. */
export interface Assembly {
  readonly tables: readonly DumpTable[];
  readonly lines: readonly DumpLine[];
  /** What is wrong with single lines, each by itself. */
  readonly unread: readonly Diagnostic[];
  /** What is wrong with what the statements say together. */
  readonly problems: readonly Diagnostic[];
  /** Chains with the name of a target. */
  readonly namedAsTarget: ReadonlySet<string>;
}

/** What is known of a text before it is put together. */
export interface AssemblyInput extends Pick<Survey, 'namesTables'>, Pick<RuleContext, 'hasChain'> {
  readonly source: Source;
  readonly form: DumpForm;
  readonly family: IpFamily;
  readonly software: KnownSoftware;
}

/** Puts rules into chains and chains into tables, and checks that each is where iptables would print it. */
export function assembleDump(findings: Iterable<Finding>, input: AssemblyInput): Assembly {
  const assembler = new Assembler(input);
  const { lines, problems } = assembler;
  const unread: Diagnostic[] = [];
  const namedAsTarget = new Set<string>();
  for (const finding of findings) {
    if (!isStatement(finding)) {
      unread.push(finding);
      continue;
    }
    const chain = chainOf(finding);
    if (chain !== undefined && isTargetName(chain)) namedAsTarget.add(chain);
    if (problems.length < MOST_ERRORS) assembler.add(finding);
  }
  return { tables: assembler.finish(), lines, unread, problems, namedAsTarget };
}

/** How far to look for the chain of a rule, chain by chain. */
const STEPS_AHEAD = 3;

/** Holds the place in the dump: the table that is open, and what was read so far. */
class Assembler {
  readonly lines: DumpLine[] = [];
  readonly #told = collector();
  readonly #input: AssemblyInput;
  readonly #readPlainRule: ReturnType<typeof plainRuleReader>;
  readonly #tables: TableDraft[] = [];
  #open: TableDraft | undefined;
  #tool: DumpTool | undefined;

  constructor(input: AssemblyInput) {
    this.#input = input;
    this.#readPlainRule = plainRuleReader(input);
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
        this.#input.source.text.length,
        `The dump is cut off: table ${this.#open.name} has no COMMIT.`,
        'dump-truncated',
      );
    for (const table of this.#tables) settleRules(table);
    const tables = this.#told.keep(
      finishTables(this.#input.source, this.#tables, this.#input.software.isNatChain),
    );
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
    if (this.#tool !== undefined && familyOfProgram(this.#tool.program) !== this.#input.family)
      this.#fail(offset, 'Tables of IPv4 and IPv6 in one dump: give them one by one.', 'dump-structure');
    this.#open = emptyTable({ name, offset, tool: this.#tool });
    this.#tables.push(this.#open);
    if (name !== undefined) this.lines.push({ kind: 'table', table: name });
  }

  #addChain({ name, policy, counters, offset }: Extract<Statement, { kind: 'chain' }>): void {
    if (!this.#input.namesTables && this.#startsTable(name, policy))
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
    if (known !== undefined) settleRules(table);
    const chain = this.#newChain(name, offset, known?.rules ?? [], policy, counters);
    table.chains.set(name, chain);
    if (known !== undefined && table.filling === known) table.filling = chain;
    table.last = chain;
    if (policy !== undefined) {
      table.builtIns += 1;
      table.isWhole = undefined;
    }
    this.lines.push(chain);
  }

  /**
   * `-S` and `-L` print a table's built-in chains first, in hook order: one that comes late begins another table. So
   * does a chain of iptables-save behind a rule, for all chains of a table come ahead of its rules.
   */
  #startsTable(name: string, policy: string | undefined): boolean {
    const open = this.#open;
    if (open === undefined) return true;
    if (this.#input.form === 'save' && (open.filling !== undefined || open.chains.has(name))) return true;
    const { last } = open;
    if (last === undefined) return false;
    return policy !== undefined && (last.policy === undefined || hookRank(name) <= hookRank(last.name));
  }

  #newChain(
    name: string,
    offset: number,
    rules: DumpRule[],
    policy?: string,
    counters?: Counters,
  ): ChainDraft {
    const chain: ChainDraft = { name, place: placeAt(this.#input.source, offset), rules };
    if (policy !== undefined) chain.policy = policy;
    if (counters !== undefined) chain.counters = counters;
    return chain;
  }

  #addRule(statement: RuleStatement): void {
    const table = this.#open ?? this.#openFragment(statement.offset);
    const chain = table && (this.#chainNamed(statement.chain, table) ?? this.#partialChain(table, statement));
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
      if (table.filling !== chain) settleRules(table);
      table.filling = chain;
      table.rules.push(rule);
      this.lines.push(rule);
    }
  }

  /** Mostly the chain of the rule before or one of the next, for iptables-save prints rules in the order of chains. */
  #chainNamed(name: string, { chains, filling, ahead }: TableDraft): ChainDraft | undefined {
    if (filling?.name === name) return filling;
    for (let step = 0; step < STEPS_AHEAD; step += 1) {
      const { value } = ahead.next();
      if (value?.name === name) return value;
    }
    return chains.get(name);
  }

  #openFragment(offset: number): TableDraft | undefined {
    if (this.#input.namesTables) return undefined;
    this.#addTable({ kind: 'table', name: undefined, offset });
    return this.#open;
  }

  /** Where the built-in chains are all declared, so is every other chain. */
  #partialChain(table: TableDraft, { chain: name, offset }: RuleStatement): ChainDraft | undefined {
    if (hasAllBuiltIns(table)) return undefined;
    const chain: ChainDraft = { ...this.#newChain(name, offset, []), partial: true };
    table.chains.set(name, chain);
    return chain;
  }

  #readRule(statement: RuleStatement): DumpRule | undefined {
    const place = placeAt(this.#input.source, statement.offset);
    return this.#readPlainRule(statement, place) ?? this.#readAnyRule(statement, place);
  }

  #readAnyRule(statement: RuleStatement, place: Place): DumpRule | undefined {
    const { offset, raw, options, optionsOffset } = statement;
    const words = splitWords(options);
    const read = isWordError(words)
      ? words
      : parseRule(words, {
          family: this.#input.family,
          hasChain: this.#input.hasChain,
          mustBeWhole: (target) => this.#input.software.mustBeWhole(statement.chain, target),
        });
    if ('message' in read) {
      this.#fail(
        optionsOffset === undefined ? offset : optionsOffset + read.offset,
        read.message,
        'dump-syntax',
      );
      return undefined;
    }
    const { rule } = read;
    const counters = statement.counters ?? read.counters;
    // V8 copies fields behind these fast, and ahead of them slowly.
    return counters === undefined ? { place, raw, ...rule } : { place, raw, counters, ...rule };
  }

  #commit(offset: number): void {
    if (this.#open === undefined) this.#fail(offset, 'COMMIT without a table.', 'dump-structure');
    this.#open = undefined;
    this.lines.push({ kind: 'commit' });
  }

  #fail(offset: number, message: string, code: DiagnosticCode): void {
    this.#told.tell(problemAt(this.#input.source, offset, message, code));
  }

  #warn(table: DumpTable, message: string): void {
    this.#told.tell(diagnostic('dump-incomplete', message, { place: table.place }));
  }
}
