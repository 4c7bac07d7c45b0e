import { type IpFamily } from '../../text/ip.ts';
import { type Chain, type Rule, type RuleSet, type Table, type TableName } from './model.ts';

/** A chain whose rules are made when somebody asks for them. */
export interface LazyChain {
  readonly name: string;
  /** Built-in chains have a policy, user chains none. */
  readonly policy?: string;
  /** Makes the rules, each time anew. */
  readonly makeRules: () => readonly Rule[];
}

export interface LazyTable {
  readonly name: TableName;
  readonly chains: readonly LazyChain[];
}

/**
 * A rule set whose rules are made when somebody first asks for its tables. To print a rule set takes each rule once:
 * {@link lazyTables} hands out the chains for that, and the rules of one chain can be forgotten before those of the
 * next are made. A large cluster has a million objects in its rules.
 */
export class LazyRuleSet implements RuleSet {
  readonly family: IpFamily;
  declare readonly tables: readonly Table[];
  readonly #tables: readonly LazyTable[];

  constructor(family: IpFamily, tables: readonly LazyTable[]) {
    this.family = family;
    this.#tables = tables;
    let made: readonly Table[] | undefined;
    Object.defineProperty(this, 'tables', {
      enumerable: true,
      get: () => (made ??= tables.map(makeTable)),
    });
  }

  /** Returns the tables with their rules yet to be made. */
  lazyTables(): readonly LazyTable[] {
    return this.#tables;
  }
}

const makeTable = ({ name, chains }: LazyTable): Table => ({ name, chains: chains.map(makeChain) });

const makeChain = ({ name, policy, makeRules }: LazyChain): Chain => ({
  name,
  ...(policy !== undefined && { policy }),
  rules: makeRules(),
});

/** Returns the tables of any rule set in the form that makes the rules of a chain when they are asked for. */
export const lazyTables = (ruleSet: RuleSet): readonly LazyTable[] =>
  ruleSet instanceof LazyRuleSet
    ? ruleSet.lazyTables()
    : ruleSet.tables.map(({ name, chains }) => ({ name, chains: chains.map(asLazy) }));

const asLazy = ({ rules, ...chain }: Chain): LazyChain => ({ ...chain, makeRules: () => rules });
