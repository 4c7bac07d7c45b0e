/** Tables as they are put together, and what becomes of them at the end of a text. */
import { type Diagnostic, diagnostic, type Outcome } from '../../diagnostics/diagnostic.ts';
import { appendAll } from '../../text/append-all.ts';
import { type Source, placeAt } from '../../text/source.ts';
import { type Counters, type DumpChain, type DumpRule, type DumpTable, type DumpTool } from './dump.ts';
import { inferTable, type IsNatChain, MOST_BUILT_INS, tableOfBuiltIns } from './infer-table.ts';
import { type TableName } from './model.ts';
import { mergeParts, splitFragment } from './split-fragment.ts';

/** A chain that may get more rules. */
export interface ChainDraft extends Omit<DumpChain, 'policy' | 'counters' | 'rules'> {
  policy?: string;
  counters?: Counters;
  rules: DumpRule[];
}

/** A table that may get more chains. */
export interface TableDraft {
  readonly name: TableName | undefined;
  readonly offset: number;
  readonly tool: DumpTool | undefined;
  readonly chains: Map<string, ChainDraft>;
  /** Goes through the chains as the rules do. */
  readonly ahead: Iterator<ChainDraft, undefined>;
  /** The chain declared last. */
  last: ChainDraft | undefined;
  /** The chain of the last rule; undefined until there is a rule. */
  filling: ChainDraft | undefined;
  /** All rules in the order of the text. */
  readonly rules: DumpRule[];
  /** How many of the rules their chains have: all but the last ones, which are of the chain that is being filled. */
  settled: number;
  /** How many declared chains have a policy, as built-in chains have. */
  builtIns: number;
  /** What {@link hasAllBuiltIns} found; undefined after another declaration of a built-in chain. */
  isWhole: boolean | undefined;
}

/** A table without chains and rules. */
export function emptyTable(about: Pick<TableDraft, 'name' | 'offset' | 'tool'>): TableDraft {
  const chains = new Map<string, ChainDraft>();
  const none = { last: undefined, filling: undefined, settled: 0, builtIns: 0, isWhole: undefined };
  return { ...about, chains, ahead: chains.values(), rules: [], ...none };
}

/**
 * Gives the last rules to their chain. They are given at once, because a list that grows has room for many more rules
 * than most chains have.
 */
export function settleRules(table: TableDraft): void {
  const { filling, rules, settled } = table;
  const fresh = rules.slice(settled);
  table.settled = rules.length;
  if (filling === undefined) return;
  if (filling.rules.length === 0) filling.rules = fresh;
  else appendAll(filling.rules, fresh);
}

/**
 * Whether the table has all its built-in chains, so that it was printed whole. It looks at all chains for each new
 * declaration of a built-in chain only, and not where more are declared than any table has.
 */
export function hasAllBuiltIns(draft: TableDraft): boolean {
  draft.isWhole ??= draft.builtIns <= MOST_BUILT_INS && namesAllBuiltIns(draft);
  return draft.isWhole;
}

function namesAllBuiltIns(draft: TableDraft): boolean {
  const known = tableOfBuiltIns(builtInChainsOf(draft));
  return known !== undefined && (draft.name ?? known) === known;
}

const builtInChainsOf = ({ chains }: TableDraft): readonly string[] =>
  [...chains.values()].filter((chain) => chain.policy !== undefined).map((chain) => chain.name);

/**
 * Names the tables that the text does not name. Joins the parts of one table, wherever they stand. Returns the tables,
 * and a warning for each of which only a part is in the text.
 */
export function finishTables(
  source: Source,
  drafts: readonly TableDraft[],
  isNatChain: IsNatChain,
): Outcome<readonly DumpTable[]> {
  const isWhole = (draft: TableDraft): boolean => draft.name !== undefined || hasAllBuiltIns(draft);
  const fragments = drafts.filter((draft) => !isWhole(draft));
  const parts = fragments.flatMap(({ chains }) => splitFragment([...chains.values()], isNatChain));
  const tables = [
    ...drafts.filter(isWhole).map((draft) => finishTable(source, draft, isNatChain)),
    ...mergeParts(parts).map(({ name, chains }): DumpTable => {
      const place = chains[0]?.place ?? placeAt(source, 0);
      return { name, place, chains, complete: false };
    }),
  ];
  return { value: tables, problems: tables.filter(({ complete }) => !complete).map(warnOfPart) };
}

function finishTable(source: Source, draft: TableDraft, isNatChain: IsNatChain): DumpTable {
  const { name, offset, tool } = draft;
  const chains = [...draft.chains.values()];
  return {
    name: name ?? nameOf(draft, isNatChain),
    place: placeAt(source, offset),
    ...(tool && { tool }),
    chains,
    complete: chains.every(({ partial }) => partial !== true),
  };
}

function nameOf(draft: TableDraft, isNatChain: IsNatChain): TableName {
  const chains = [...draft.chains.values()].map((chain) => [chain.name, chain.rules] as const);
  return inferTable({ builtInChains: builtInChainsOf(draft), chains }, isNatChain);
}

function warnOfPart({ name, place, chains }: DumpTable): Diagnostic {
  const isCut = chains.some(({ partial }) => partial === true);
  const message =
    `Only part of a table, without its built-in chains: taken as part of ${name}.` +
    (isCut ? ' Rules that it leaves out are not missed.' : '');
  return diagnostic('dump-incomplete', message, { place });
}
