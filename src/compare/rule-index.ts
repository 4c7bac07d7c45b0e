import { type Rule, type RuleSet, type Table, type TableName } from '../rules/model.ts';
import { roleOf, targetChain } from '../rules/chain-roles.ts';

/** Chains of one table by name. */
export type ChainMap = ReadonlyMap<string, readonly Rule[]>;

/** Rules by table and chain. */
export interface RuleIndex {
  readonly tables: ReadonlyMap<TableName, ChainMap>;
  /** Tables that were given more than once, as dumps of legacy and nft joined hold them. */
  readonly doubled: readonly TableName[];
}

/** Of a table that is there twice, the one with more of kube-proxy's chains counts. */
export function indexRules(ruleSet: RuleSet): RuleIndex {
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
}

/** How many of a table's chains are kube-proxy's. */
export const ownChains = ({ name, chains }: Table): number =>
  chains.filter((chain) => !['built-in', 'foreign'].includes(roleOf(name, chain.name))).length;

/** The chains that packets can get to: built-in ones, and whatever these lead to. */
export function reachableChains(chains: ChainMap): ReadonlySet<string> {
  const reached = new Set<string>();
  const waiting = [...chains.keys()].filter((chain) => roleOf('nat', chain) === 'built-in');
  for (let chain = waiting.pop(); chain !== undefined; chain = waiting.pop()) {
    if (reached.has(chain)) continue;
    reached.add(chain);
    for (const rule of chains.get(chain) ?? []) {
      const next = targetChain(rule);
      if (next !== undefined && !reached.has(next)) waiting.push(next);
    }
  }
  return reached;
}
