import {
  type Chain,
  type Element,
  type NamedSet,
  type Rule,
  type Ruleset,
  type Table,
} from '../../../netfilter/nftables/model.ts';
import { compareText } from '../../../text/natural-order.ts';
import { TABLE_NAME } from '../rules/build.ts';
import { effectiveRule, keyOf } from './same.ts';

/** The tables of kube-proxy that a rule set holds. */
export const ownTables = ({ tables }: Ruleset): Ruleset => ({
  tables: tables.filter(({ family, name }) => name === TABLE_NAME && (family === 'ip' || family === 'ip6')),
});

/**
 * Returns kube-proxy's tables with everything that has no meaning in one form: sets, chains and elements are
 * sorted, and handles, counters, comments of objects and what clients left in sets are gone.
 */
export const canonicalRuleset = (ruleset: Ruleset): Ruleset => ({
  tables: ownTables(ruleset).tables.map(canonicalTable),
});

const canonicalTable = ({ family, name, flags, sets, chains }: Table): Table => ({
  family,
  name,
  flags,
  others: [],
  sets: sets.map(canonicalSet).sort(byName),
  chains: chains.filter(isUsed).map(canonicalChain).sort(byName),
});

const byName = (one: { readonly name: string }, other: { readonly name: string }): number =>
  compareText(one.name, other.name);

/** kube-proxy empties chains of Services at once, and deletes them later. */
const isUsed = ({ name, rules }: Chain): boolean => rules.length > 0 || !name.includes('/');

const canonicalChain = ({ name, hook, rules }: Chain): Chain => ({
  name,
  ...(hook !== undefined && { hook: { ...hook, policy: hook.policy ?? 'accept' } }),
  rules: rules.map(canonicalRule),
});

/** The rule as it decides about packets, with its comment. */
export const canonicalRule = (rule: Rule): Rule => ({
  ...effectiveRule(rule),
  ...(rule.comment !== undefined && { comment: rule.comment }),
});

function canonicalSet({ name, keyType, dataType, flags, timeout, elements }: NamedSet): NamedSet {
  const isFilledByRules = flags.includes('dynamic') || timeout !== undefined;
  const keyed = isFilledByRules ? [] : elements.map((element) => ({ element, key: keyOf(element) }));
  keyed.sort((one, other) => compareText(one.key, other.key));
  return {
    name,
    keyType,
    ...(dataType !== undefined && { dataType }),
    flags: isFilledByRules ? ['dynamic', 'timeout'] : flags,
    ...(timeout !== undefined && { timeout }),
    otherLines: [],
    elements: keyed.map(({ element }) => withoutTime(element)),
  };
}

const withoutTime = ({ key, data, comment }: Element): Element => ({
  key,
  ...(data !== undefined && { data }),
  ...(comment !== undefined && { comment }),
});
