import { type RuleSet, type Table, type TableName } from '../../../netfilter/iptables/model.ts';
import { roleOf } from '../rules/chain-roles.ts';
import { memoised } from './memoised.ts';
import { type ChainMap } from '../rules/reachable-chains.ts';

/** Rules by table and chain. */
export interface RuleIndex {
  readonly tables: ReadonlyMap<TableName, ChainMap>;
  /** Tables that were given more than once, as dumps of legacy and nft joined hold them. */
  readonly doubled: readonly TableName[];
}

/**
 * Indexes rules by table and chain. When a table occurs twice, the one with more of kube-proxy's chains
 * counts.
 */
export const indexRules = memoised((ruleSet: RuleSet): RuleIndex => {
  const chosen = new Map<TableName, Table>();
  const doubled: TableName[] = [];
  for (const table of ruleSet.tables) {
    const other = chosen.get(table.name);
    if (other !== undefined) doubled.push(table.name);
    if (other === undefined || ownChains(other) < ownChains(table)) chosen.set(table.name, table);
  }
  const tables = new Map(
    [...chosen.values()].map(({ name, chains }) => [
      name,
      new Map(chains.map((chain) => [chain.name, chain.rules])),
    ]),
  );
  return { tables, doubled };
});

/** How many of a table's chains are kube-proxy's. */
export const ownChains = ({ name, chains }: Table): number =>
  chains.filter((chain) => !['built-in', 'foreign'].includes(roleOf(name, chain.name))).length;
