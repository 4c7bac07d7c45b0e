/** What a dump shows, brought into the form in which inference asks. */
import { type Dump } from '../iptables/dump.ts';
import { roleOf, type ChainRole } from '../rules/chain-roles.ts';
import { type Rule, type TableName } from '../rules/model.ts';
import { type IpFamily } from '../text/ip.ts';

/** A rule with the chain that holds it. */
export interface SeenRule {
  readonly table: TableName;
  readonly chain: string;
  readonly role: ChainRole;
  readonly rule: Rule;
}

export interface Evidence {
  readonly family: IpFamily;
  /** Every rule of the dump, other software's included. */
  readonly rules: readonly SeenRule[];
  /** Chains of the table; undefined when the dump does not hold it whole, so that absence tells nothing. */
  readonly wholeTable: (table: TableName) => ReadonlySet<string> | undefined;
  readonly hasChain: (table: TableName, chain: string) => boolean;
}

/** Reads the evidence off a dump. */
export function readEvidence(dump: Dump): Evidence {
  const rules = dump.tables.flatMap(({ name: table, chains }) =>
    chains.flatMap((chain) => {
      const role = roleOf(table, chain.name);
      return chain.rules.map((rule): SeenRule => ({ table, chain: chain.name, role, rule }));
    }),
  );
  const names = new Map<TableName, Set<string>>();
  const partial = new Set<TableName>();
  for (const table of dump.tables) {
    const known = names.get(table.name) ?? new Set();
    for (const { name } of table.chains) known.add(name);
    names.set(table.name, known);
    if (!table.complete) partial.add(table.name);
  }
  return {
    family: dump.family,
    rules,
    wholeTable: (table) => (partial.has(table) ? undefined : names.get(table)),
    hasChain: (table, chain) => names.get(table)?.has(chain) === true,
  };
}

/** The most frequent of some values; undefined when there are none. */
export function mostFrequent(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best: string | undefined;
  for (const [value, count] of counts)
    if (best === undefined || count > (counts.get(best) ?? 0)) best = value;
  return best;
}
