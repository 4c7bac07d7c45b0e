import { type IpFamily } from '../../text/ip.ts';
import { appendAll } from '../../text/append-all.ts';
import { type Chain, type Rule, type RuleSet, type Table, type TableName } from './model.ts';

/** Takes the rules of one table, and keeps of them what it needs: the rules themselves, or their text. */
export interface TableSink {
  /** Takes rules for the end of a chain. Without rules, the chain only has to exist. */
  readonly append: (chain: string, rules: readonly Rule[]) => void;
  /** Takes all rules of a chain that is not built in, so that nobody has to look for it again. */
  readonly whole: (chain: string, rules: readonly Rule[]) => void;
}

/** Returns what takes the rules of a table. A table that is never asked for is not there. */
export type RuleSink = (table: TableName) => TableSink;

/** A built-in chain, which a table has with or without rules. */
export interface BuiltInChain {
  readonly name: string;
  readonly policy: string;
}

/** What rules come from: a kernel, or what is to be one. */
export interface RuleSource {
  /** The built-in chains of each table in hook order; tables in their order. */
  readonly builtIn: ReadonlyMap<TableName, readonly BuiltInChain[]>;
  /** Hands over all rules. */
  readonly pour: (sink: RuleSink) => void;
}

/**
 * A rule set whose rules are made when somebody asks for them, and can be forgotten chain by chain: those of a large
 * cluster are a million objects.
 */
export class StreamedRuleSet implements RuleSet, RuleSource {
  readonly family: IpFamily;
  /** Made with the first use. */
  declare readonly tables: readonly Table[];
  declare readonly builtIn: RuleSource['builtIn'];
  declare readonly pour: RuleSource['pour'];

  /** `pour` makes all rules, each time anew. `builtIn` holds every table that it may name. */
  constructor(family: IpFamily, { builtIn, pour }: RuleSource) {
    this.family = family;
    let made: readonly Table[] | undefined;
    Object.defineProperties(this, {
      builtIn: { value: builtIn },
      pour: { value: pour },
      tables: { enumerable: true, get: () => (made ??= gatherTables({ builtIn, pour })) },
    });
  }
}

/**
 * Returns where the rules of any rule set come from: tables that exist are a source each, for parts of a dump may hold
 * a table twice.
 */
export const sourcesOf = (ruleSet: RuleSet): readonly RuleSource[] =>
  ruleSet instanceof StreamedRuleSet ? [ruleSet] : ruleSet.tables.map(sourceOfTable);

const sourceOfTable = ({ name, chains }: Table): RuleSource => ({
  builtIn: new Map([[name, chains.flatMap(asBuiltIn)]]),
  pour: (sink) => {
    const table = sink(name);
    for (const chain of chains) {
      if (chain.policy === undefined) table.whole(chain.name, chain.rules);
      else table.append(chain.name, chain.rules);
    }
  },
});

const asBuiltIn = ({ name, policy }: Chain): readonly BuiltInChain[] =>
  policy === undefined ? [] : [{ name, policy }];

/** Returns rules in place of those of a chain. */
export type ChangeRules = (rules: readonly Rule[], chain: string, table: TableName) => readonly Rule[];

/** Returns tables with all rules of a source. */
export function gatherTables(source: RuleSource, change: ChangeRules = (rules) => rules): readonly Table[] {
  const tables = new Map<TableName, Map<string, Rule[]>>();
  source.pour((name) => {
    let chains = tables.get(name);
    if (chains === undefined) tables.set(name, (chains = new Map<string, Rule[]>()));
    return intoChains(chains);
  });
  return [...source.builtIn].flatMap(([name, builtIn]) => {
    const chains = tables.get(name);
    return chains === undefined ? [] : [gatheredTable(name, builtIn, chains, change)];
  });
}

const intoChains = (chains: Map<string, Rule[]>): TableSink => {
  const append = (chain: string, rules: readonly Rule[]): void => {
    appendRules(chains, chain, rules);
  };
  return { append, whole: append };
};

/** Appends rules to a chain of those that are gathered. */
export function appendRules(chains: Map<string, Rule[]>, chain: string, rules: readonly Rule[]): void {
  const before = chains.get(chain);
  if (before === undefined) chains.set(chain, [...rules]);
  else appendAll(before, rules);
}

function gatheredTable(
  name: TableName,
  builtIn: readonly BuiltInChain[],
  gathered: Map<string, Rule[]>,
  change: ChangeRules,
): Table {
  const chains: Chain[] = [];
  for (const { name: chain, policy } of builtIn) {
    chains.push({ name: chain, policy, rules: change(gathered.get(chain) ?? [], chain, name) });
    gathered.delete(chain);
  }
  for (const [chain, rules] of gathered) chains.push({ name: chain, rules: change(rules, chain, name) });
  return { name, chains };
}
