/** Collects what a dump shows, in the form that the recognition needs. */
import { type Dump, type DumpTable } from '../../../netfilter/iptables/dump.ts';
import { roleOf, targetChain, type ChainRole } from '../rules/chain-roles.ts';
import { type Rule, type TableName } from '../../../netfilter/iptables/model.ts';
import { reachableChains } from '../rules/reachable-chains.ts';
import { type IpFamily } from '../../../text/ip.ts';

/** A rule with the chain that holds it. */
export interface SeenRule {
  readonly table: TableName;
  readonly chain: string;
  readonly role: ChainRole;
  readonly rule: Rule;
}

/** What a dump shows. */
export interface Evidence {
  readonly family: IpFamily;
  /** Every rule of the dump, other software's included, chains that nothing leads to left out. */
  readonly rules: readonly SeenRule[];
  /**
   * Chains of the table, those included that rules lead to; undefined when the dump does not hold it whole, so that
   * absence tells nothing.
   */
  readonly wholeTable: (table: TableName) => ReadonlySet<string> | undefined;
  /** Whether the chain is there, or a rule leads to it. */
  readonly hasChain: (table: TableName, chain: string) => boolean;
  /** Whether the chain itself is there. */
  readonly isDeclared: (table: TableName, chain: string) => boolean;
}

/** Reads the evidence off a dump. */
export function readEvidence(dump: Dump): Evidence {
  const rules = dump.tables.flatMap(rulesInUse);
  const names = new Map<TableName, Set<string>>();
  const declared = new Set(
    dump.tables.flatMap(({ name: table, chains }) => chains.map((chain) => `${table} ${chain.name}`)),
  );
  const partial = new Set<TableName>();
  for (const table of dump.tables) {
    const known = names.get(table.name) ?? new Set();
    for (const { name, rules: own } of table.chains) {
      known.add(name);
      for (const rule of own) known.add(targetChain(rule) ?? name);
    }
    names.set(table.name, known);
    // A table without a single chain was never loaded, or was lost: it tells nothing of who writes there.
    if (!table.complete || table.chains.length === 0) partial.add(table.name);
  }
  return {
    family: dump.family,
    rules,
    wholeTable: (table) => (partial.has(table) ? undefined : names.get(table)),
    hasChain: (table, chain) => names.get(table)?.has(chain) === true,
    isDeclared: (table, chain) => declared.has(`${table} ${chain}`),
  };
}

/**
 * Returns the rules of chains that other rules lead to. Other chains may be left over from another release.
 */
function rulesInUse({ name: table, chains, complete }: DumpTable): readonly SeenRule[] {
  const reachable = reachableChains(new Map(chains.map((chain) => [chain.name, chain.rules])));
  return chains.flatMap(({ name: chain, rules }) => {
    const role = roleOf(table, chain);
    const isOfPort = role !== 'built-in' && role !== 'foreign' && role !== 'shared' && role !== 'standing';
    if (complete && isOfPort && !reachable.has(chain)) return [];
    return rules.map((rule): SeenRule => ({ table, chain, role, rule }));
  });
}
