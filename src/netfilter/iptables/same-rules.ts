import { type Rule, type RuleSet, type TableName } from './model.ts';
import { type ChangeRules, gatherTables, sourcesOf } from './streamed-rules.ts';

/** Returns true when two rule sets are exactly equal. It stops at the first difference. */
export const areSameRules = (one: RuleSet, other: RuleSet): boolean => isSame(one, other);

/** Returns true when two rules are exactly equal, whatever a dump tells of them beside. */
export const isSameRule = (one: Rule, other: Rule): boolean =>
  one === other ||
  (isSame(one.source, other.source) &&
    isSame(one.destination, other.destination) &&
    isSame(one.inInterface, other.inInterface) &&
    isSame(one.outInterface, other.outInterface) &&
    isSame(one.protocol, other.protocol) &&
    isSame(one.fragment, other.fragment) &&
    isSame(one.target, other.target) &&
    isSameList(one.matches, other.matches));

/** Of data as rules are made of: no cycles, nothing but plain objects, lists and values. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one)) return Array.isArray(other) && isSameList(one, other);
  const fields = one as Readonly<Record<string, unknown>>;
  const others = other as Readonly<Record<string, unknown>>;
  // No lists of fields are made: they would take most of the time.
  for (const name in fields) if (!isSame(fields[name], others[name])) return false;
  for (const name in others) if (!(name in fields)) return false;
  return true;
}

function isSameList(one: readonly unknown[], other: readonly unknown[]): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at += 1) if (!isSame(one[at], other[at])) return false;
  return true;
}

/** Chains of several tables by name. */
type ChainsByTable = ReadonlyMap<TableName, ReadonlyMap<string, readonly Rule[]>>;

/**
 * Returns the same rules, with those of `known` in place of equal ones in the same place. A large node and what it
 * should hold take the memory once then, and equal rules are told by a look.
 */
export function sharingRules(ruleSet: RuleSet, known: ChainsByTable): RuleSet {
  const share: ChangeRules = (rules, chain, table) => {
    const twins = known.get(table)?.get(chain) ?? [];
    return rules.map((rule, at) => {
      const twin = twins[at];
      return twin !== undefined && isSameRule(rule, twin) ? twin : rule;
    });
  };
  const tables = sourcesOf(ruleSet).flatMap((source) => gatherTables(source, share));
  return { family: ruleSet.family, tables };
}
