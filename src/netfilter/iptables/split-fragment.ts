/** Finds the tables of the chains in a text that names no table. */
import { type DumpChain, type DumpRule } from './dump.ts';
import { inferTable, type IsNatChain, tableOfRule } from './infer-table.ts';
import { type TableName } from './model.ts';

/** Some chains of one table. */
export interface TablePart {
  readonly name: TableName;
  readonly chains: readonly DumpChain[];
}

/**
 * Splits chains by table. Declared chains belong to one table, which their contents show. Rules of undeclared
 * chains, as grep prints them, may come from several tables. Each rule goes to the only table that allows it,
 * else to the table of the rule before it, because iptables-save prints table by table.
 */
export function splitFragment(chains: readonly DumpChain[], isNatChain: IsNatChain): readonly TablePart[] {
  const builtInChains = chains.filter((chain) => chain.policy !== undefined).map(({ name }) => name);
  const whole = { builtInChains, chains: chains.map((chain) => [chain.name, chain.rules] as const) };
  const usual = inferTable(whole, isNatChain);
  const declared = chains.filter(({ partial }) => partial !== true);
  const parts = new Map<TableName, Map<string, ChainDraft>>();
  for (const { table, chain, rule } of placeRules(chains, usual, isNatChain)) {
    const part = parts.get(table) ?? new Map<string, ChainDraft>();
    parts.set(table, part);
    const draft = part.get(chain.name) ?? { ...chain, rules: [] };
    part.set(chain.name, draft);
    draft.rules.push(rule);
  }
  const picked = [...parts].map(([name, part]): TablePart => ({ name, chains: [...part.values()] }));
  return declared.length === 0 ? picked : [{ name: usual, chains: declared }, ...picked];
}

interface ChainDraft extends Omit<DumpChain, 'rules'> {
  readonly rules: DumpRule[];
}

interface PlacedRule {
  readonly table: TableName;
  readonly chain: DumpChain;
  readonly rule: DumpRule;
}

function placeRules(
  chains: readonly DumpChain[],
  usual: TableName,
  isNatChain: IsNatChain,
): readonly PlacedRule[] {
  const rules = chains
    .filter(({ partial }) => partial === true)
    .flatMap((chain) => chain.rules.map((rule) => ({ chain, rule })))
    .sort((a, b) => a.rule.place.line - b.rule.place.line);
  const told = rules.map(({ chain, rule }) => tableOfRule(chain.name, rule, isNatChain));
  let last = told.find((table) => table !== undefined) ?? usual;
  return rules.map(({ chain, rule }, at) => {
    last = told[at] ?? last;
    return { table: last, chain, rule };
  });
}

/** Parts of one table that stand apart in the text, brought together. */
export function mergeParts(parts: readonly TablePart[]): readonly TablePart[] {
  const merged = new Map<TableName, Map<string, DumpChain>>();
  for (const { name, chains } of parts) {
    const table = merged.get(name) ?? new Map<string, DumpChain>();
    merged.set(name, table);
    for (const chain of chains) {
      const known = table.get(chain.name);
      table.set(chain.name, known === undefined ? chain : mergeChains(known, chain));
    }
  }
  return [...merged].map(([name, chains]) => ({ name, chains: [...chains.values()] }));
}

/** A rule that two excerpts show is one rule: excerpts overlap. */
function mergeChains(one: DumpChain, other: DumpChain): DumpChain {
  const seen = new Set(one.rules.map(({ raw }) => raw));
  const { partial, ...declared } = one.partial === true ? other : one;
  const isPartial = partial === true && other.partial === true;
  return {
    ...declared,
    ...(isPartial && { partial }),
    rules: [...one.rules, ...other.rules.filter(({ raw }) => !seen.has(raw))],
  };
}
