/** Finds fields that the iptables which wrote a dump could not read and left out of every rule. */
import { type Rule } from '../../../netfilter/iptables/model.ts';
import { isOwnChain } from '../rules/chain-roles.ts';
import { type CompareContext, type RawDifference } from './context.ts';
import { changedFields } from './descriptions.ts';
import { type RuleIndex } from './rule-index.ts';
import { ruleFields } from './rule-key.ts';

/** The fewest rules that must lack a field before the old iptables counts as the cause. */
const FEWEST = 3;

/**
 * Makes one difference of all rules that lack only fields which no rule of kube-proxy in the dump has. A person
 * who changes rules does not remove the same match from all of them, but an iptables older than kube-proxy's
 * own leaves it out.
 */
export function foldUnread(raw: readonly RawDifference[], context: CompareContext): readonly RawDifference[] {
  const lacking = raw.flatMap((each) => {
    const fields = lostFields(each, context);
    return fields.length === 0 ? [] : [{ raw: each, fields }];
  });
  if (lacking.length < FEWEST) return raw;
  const actualFields = fieldsIn(context.actual);
  const unread = lacking.filter(({ fields }) => fields.every((field) => !actualFields.has(field)));
  const [first] = unread;
  if (first === undefined || unread.length < FEWEST) return raw;
  const folded = new Set(unread.map((one) => one.raw));
  const names = [...new Set(unread.flatMap(({ fields }) => fields))].join(', ');
  const message =
    `no rule of kube-proxy's in the dump asks for ${names}, as ${unread.length} should: the iptables that wrote the ` +
    "dump seems too old to read what kube-proxy's wrote; take the dump with the iptables-save of kube-proxy's container";
  const merged: RawDifference = {
    ...first.raw,
    owner: undefined,
    message,
    expected: unread.flatMap((one) => one.raw.expected),
    actual: unread.flatMap((one) => one.raw.actual),
  };
  return [merged, ...raw.filter((each) => !folded.has(each))];
}

/** The fields of a changed rule that the actual one lacks; none when it differs in anything else. */
function lostFields({ kind, expected, actual }: RawDifference, context: CompareContext): readonly string[] {
  const [before, after] = [expected[0]?.rule, actual[0]?.rule];
  if (kind !== 'changed-rule' || before === undefined || after === undefined) return [];
  const changed = changedFields(before, after, context);
  const fields = ruleFields(after, context.keys);
  return changed.some((name) => fields.has(name)) ? [] : changed;
}

/** The names of all fields that rules of kube-proxy's chains have. */
function fieldsIn({ tables }: RuleIndex): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (rule: Rule): void => {
    for (const name of ruleFields(rule).keys()) names.add(name);
  };
  for (const chains of tables.values()) {
    for (const [chain, rules] of chains) if (isOwnChain(chain)) rules.forEach(add);
  }
  return names;
}
