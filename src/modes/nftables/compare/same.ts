/** When two pieces of a table mean the same. Comments, counters, handles and the order in sets do not count. */
import { printExpression } from '../../../netfilter/nftables/expression-text.ts';
import {
  type Element,
  type Expression,
  type Rule,
  type Statement,
  type Verdict,
} from '../../../netfilter/nftables/model.ts';
import { PLAIN_SPELLING } from '../../../netfilter/nftables/nft-release.ts';
import { printStatement } from '../../../netfilter/nftables/statement-text.ts';
import { isVerdict, printVerdict } from '../../../netfilter/nftables/verdict-text.ts';
import { compareText } from '../../../text/natural-order.ts';

/** Whether two values have the same fields with the same values. */
export function isEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  const [left, right] = [one as Record<string, unknown>, other as Record<string, unknown>];
  return keys.every((key) => isEqual(left[key], right[key]));
}

/** The statements of a rule that decide about packets. */
const effective = ({ statements }: Rule): readonly Statement[] =>
  statements.some(({ kind }) => kind === 'counter')
    ? statements.filter(({ kind }) => kind !== 'counter')
    : statements;

/** Whether two rules do the same to every packet. */
export const isSameRule = (one: Rule, other: Rule): boolean =>
  isEqual(effective(one), effective(other)) || ruleKey(one) === ruleKey(other);

/** The rule without what does not decide about packets, and with the elements of its sets sorted. */
export const effectiveRule = (rule: Rule): Rule => ({ statements: effective(rule).map(withSortedSets) });

/** A text that is the same for rules that do the same. */
export const ruleKey = (rule: Rule): string => statementTexts(rule).join(' ');

/** The statements of a rule, one text each; texts of statements that do the same are equal. */
export const statementTexts = (rule: Rule): readonly string[] =>
  effectiveRule(rule).statements.map((statement) => printStatement(statement, PLAIN_SPELLING));

function withSortedSets(statement: Statement): Statement {
  if (statement.kind === 'match') return { ...statement, right: sorted(statement.right) };
  if (statement.kind === 'vmap') return { ...statement, data: sorted(statement.data) };
  const isNat = statement.kind === 'dnat' || statement.kind === 'snat';
  return isNat ? { ...statement, address: sorted(statement.address) } : statement;
}

function sorted(expression: Expression): Expression {
  if (expression.kind === 'map') return { ...expression, data: sorted(expression.data) };
  if (expression.kind !== 'set') return expression;
  const keyed = expression.elements.map((element) => ({ element, key: keyOf(element) }));
  keyed.sort((one, other) => compareText(one.key, other.key));
  return { kind: 'set', elements: keyed.map(({ element }) => element) };
}

/** The text of an element's key, by which it is found in its set. */
export const keyOf = ({ key }: Element): string => printExpression(key);

/** The text of what a map holds for a key; empty for elements of sets. */
export const dataText = ({ data }: Pick<Element, 'data'>): string =>
  data === undefined ? '' : isVerdict(data) ? printVerdict(data) : printExpression(data);

/** Whether two elements have the same key and lead to the same. */
export const isSameElement = (one: Element, other: Element): boolean =>
  isEqual(one.key, other.key) && isEqual(one.data, other.data);

/** The chain that a verdict leads to. */
export const chainOf = (verdict: Verdict | Expression | Statement | undefined): string | undefined =>
  verdict?.kind === 'goto' || verdict?.kind === 'jump' ? verdict.chain : undefined;
