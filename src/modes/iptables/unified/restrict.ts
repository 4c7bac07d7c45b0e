/** Reduces two rule sets to the part that a report is about. */
import { type Chain, type RuleSet, type Table } from '../../../netfilter/iptables/model.ts';
import { ownerOfChain, ownerOfRule, type Owners, readOwners } from '../compare/owners.ts';
import { indexRules } from '../compare/rule-index.ts';
import { ruleKey } from '../compare/rule-key.ts';
import { roleOf } from '../rules/chain-roles.ts';

/** Both sides of a comparison. */
export interface Sides {
  readonly expected: RuleSet;
  readonly actual: RuleSet;
}

/** Keeps only the wanted chains and rules. For rules without a service port, the test gets undefined. */
export function restrictToOwners(
  { expected, actual }: Sides,
  isWanted: (servicePort: string | undefined) => boolean,
): Sides {
  const expectedOwners = readOwners(indexRules(expected));
  const actualOwners = readOwners(indexRules(actual), expectedOwners);
  const restrict = (ruleSet: RuleSet, owners: Owners): RuleSet => ({
    ...ruleSet,
    tables: ruleSet.tables.map((table) => ({
      ...table,
      chains: table.chains.flatMap((chain) => restrictChain(table, chain, owners, isWanted)),
    })),
  });
  return { expected: restrict(expected, expectedOwners), actual: restrict(actual, actualOwners) };
}

function restrictChain(
  { name: table }: Table,
  chain: Chain,
  owners: Owners,
  isWanted: (servicePort: string | undefined) => boolean,
): readonly Chain[] {
  switch (roleOf(table, chain.name)) {
    case 'built-in':
      return [isWanted(undefined) ? chain : { ...chain, rules: [] }];
    case 'shared':
      return [{ ...chain, rules: chain.rules.filter((rule) => isWanted(ownerOfRule(rule, owners))) }];
    case 'foreign':
    case 'standing':
      return isWanted(undefined) ? [chain] : [];
    case 'endpoint':
    case 'service':
    case 'local':
    case 'external':
    case 'firewall':
    case 'balancer':
      return isWanted(ownerOfChain(chain.name, owners)) ? [chain] : [];
  }
}

/** How complete the actual side is. */
export interface Extent {
  /** Tables in which some chains are missing. */
  readonly partialTables: ReadonlySet<string>;
  /** Chains, as `table chain`, in which some rules are missing. */
  readonly partialChains: ReadonlySet<string>;
  /** It may lack whole tables. */
  readonly mayLackTables: boolean;
}

/** Removes from the expected side everything that an incomplete actual side cannot show. */
export function restrictToExtent({ expected, actual }: Sides, extent: Extent): Sides {
  const actualTables = indexRules(actual).tables;
  const tables = expected.tables.flatMap((table) => {
    const chains = actualTables.get(table.name);
    if (chains === undefined) return extent.mayLackTables ? [] : [table];
    if (!extent.partialTables.has(table.name)) return [table];
    const shown = table.chains.flatMap((chain): readonly Chain[] => {
      const rules = chains.get(chain.name);
      if (rules === undefined) return [];
      if (!extent.partialChains.has(`${table.name} ${chain.name}`)) return [chain];
      const keys = new Set(rules.map((rule) => ruleKey(rule)));
      return [{ ...chain, rules: chain.rules.filter((rule) => keys.has(ruleKey(rule))) }];
    });
    return [{ ...table, chains: shown }];
  });
  return { expected: { ...expected, tables }, actual };
}
