import { type IpFamily } from '../../text/ip.ts';
import { appendAll } from '../../text/append-all.ts';
import { type Rule, type RuleSet, type Table, type TableName } from './model.ts';

/** Rules for the end of one chain. Without rules, the chain only has to exist. */
export interface ChainPart {
  readonly table: TableName;
  readonly chain: string;
  readonly rules: readonly Rule[];
}

/** Makes all parts of a rule set, each time anew, and hands over one after the other. */
export type MakeParts = (take: (part: ChainPart) => void) => void;

/** A built-in chain, which a table has with or without rules. */
export interface BuiltInChain {
  readonly name: string;
  readonly policy: string;
}

/** A table with what is kept of the rules of each chain. */
export interface KeptTable<Kept> {
  readonly name: TableName;
  /** In hook order. */
  readonly builtIn: readonly (BuiltInChain & { readonly kept: Kept })[];
  /** The other chains by name. */
  readonly own: ReadonlyMap<string, Kept>;
}

/**
 * Returns what is to be kept of a chain when more of its rules come: the rules themselves, or their text. `before` is
 * what was kept of the rules that came first.
 */
export type Keep<Kept> = (
  before: Kept | undefined,
  chain: string,
  rules: readonly Rule[],
  table: TableName,
) => Kept;

/**
 * A rule set whose parts are made when somebody asks for them, and can be forgotten one by one: the rules of a large
 * cluster are a million objects, of which {@link keepOfRules} keeps no more than it must.
 */
export class StreamedRuleSet implements RuleSet {
  readonly family: IpFamily;
  /** Made with the first use. */
  declare readonly tables: readonly Table[];
  readonly #builtIn: ReadonlyMap<TableName, readonly BuiltInChain[]>;
  readonly #makeParts: MakeParts;

  /** `builtIn` holds every table that parts may name, in the order of the tables. */
  constructor(
    family: IpFamily,
    builtIn: ReadonlyMap<TableName, readonly BuiltInChain[]>,
    makeParts: MakeParts,
  ) {
    this.family = family;
    this.#builtIn = builtIn;
    this.#makeParts = makeParts;
    let made: readonly Table[] | undefined;
    Object.defineProperty(this, 'tables', {
      enumerable: true,
      get: () => (made ??= this.keep(appendRules).map(toTable)),
    });
  }

  /** Makes all rules and returns what `keep` keeps of them. A table without any part is left out. */
  keep<Kept>(keep: Keep<Kept>): readonly KeptTable<Kept>[] {
    const tables = new Map<TableName, Map<string, Kept>>();
    this.#makeParts(({ table, chain, rules }) => {
      let chains = tables.get(table);
      if (chains === undefined) tables.set(table, (chains = new Map<string, Kept>()));
      chains.set(chain, keep(chains.get(chain), chain, rules, table));
    });
    return [...this.#builtIn].flatMap(([name, builtIn]) => {
      const own = tables.get(name);
      return own === undefined ? [] : [{ name, builtIn: takeBuiltIn(name, own, builtIn, keep), own }];
    });
  }
}

/** Takes the built-in chains out of all others. Those without rules are there, too. */
const takeBuiltIn = <Kept>(
  table: TableName,
  chains: Map<string, Kept>,
  builtIn: readonly BuiltInChain[],
  keep: Keep<Kept>,
): KeptTable<Kept>['builtIn'] =>
  builtIn.map(({ name, policy }) => {
    const kept = chains.get(name) ?? keep(undefined, name, [], table);
    chains.delete(name);
    return { name, policy, kept };
  });

function appendRules(before: Rule[] | undefined, _chain: string, rules: readonly Rule[]): Rule[] {
  if (before === undefined) return [...rules];
  appendAll(before, rules);
  return before;
}

/** Returns a table of which all rules were kept. */
export const toTable = ({ name, builtIn, own }: KeptTable<readonly Rule[]>): Table => ({
  name,
  chains: [
    ...builtIn.map(({ name: chain, policy, kept }) => ({ name: chain, policy, rules: kept })),
    ...Array.from(own, ([chain, rules]) => ({ name: chain, rules })),
  ],
});

/** Returns what `keep` keeps of the rules of any rule set, table by table. */
export const keepOfRules = <Kept>(ruleSet: RuleSet, keep: Keep<Kept>): readonly KeptTable<Kept>[] =>
  ruleSet instanceof StreamedRuleSet
    ? ruleSet.keep(keep)
    : ruleSet.tables.map((table) => keepOfTable(table, keep));

function keepOfTable<Kept>({ name, chains }: Table, keep: Keep<Kept>): KeptTable<Kept> {
  const builtIn: (BuiltInChain & { readonly kept: Kept })[] = [];
  const own = new Map<string, Kept>();
  for (const { name: chain, policy, rules } of chains) {
    const kept = keep(undefined, chain, rules, name);
    if (policy === undefined) own.set(chain, kept);
    else builtIn.push({ name: chain, policy, kept });
  }
  return { name, builtIn, own };
}
