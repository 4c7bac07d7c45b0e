/** Converts rules between the form written for nft and the form that nft lists. */
import { familyOf, parseCidr } from '../../text/ip.ts';
import { printExpression } from './expression-text.ts';
import { intervalSet } from './intervals.ts';
import { type Element, type Expression, type Rule, type Statement } from './model.ts';

/**
 * Returns the rule in the form that a script needs. nft makes a set of one element from several that overlap.
 * A script with one element would give no set, so the element is written twice.
 */
export function asInput(rule: Rule): Rule {
  return { ...rule, statements: rule.statements.map(keepingSet) };
}

function keepingSet(statement: Statement): Statement {
  if (statement.kind !== 'match' || statement.right.kind !== 'set') return statement;
  const { elements } = statement.right;
  if (elements.length !== 1) return statement;
  return { ...statement, right: { kind: 'set', elements: [...elements, ...elements] } };
}

/**
 * Returns the rule of a script as nft lists it: networks in a set sorted and merged, no value twice, and no set for a
 * single value.
 */
export function inputAsListed(rule: Rule): Rule {
  return { ...rule, statements: rule.statements.map(listedSet) };
}

function listedSet(statement: Statement): Statement {
  if (statement.kind !== 'match' || statement.right.kind !== 'set') return statement;
  return { ...statement, right: listed(statement.right.elements) };
}

function listed(elements: readonly Element[]): Expression {
  const networks = elements.flatMap(({ key }) => networkOf(key) ?? []);
  const families = new Set(networks.map(({ family }) => family));
  if (networks.length === elements.length && families.size === 1) return intervalSet(networks);
  const [first] = elements;
  if (elements.length === 1 && first !== undefined) return first.key;
  const once = new Map(elements.map((element) => [printExpression(element.key), element]));
  return { kind: 'set', elements: [...once.values()] };
}

function networkOf(key: Expression): ReturnType<typeof parseCidr> {
  if (key.kind === 'prefix') return parseCidr(`${key.address}/${key.length}`);
  if (key.kind !== 'word') return undefined;
  const family = familyOf(key.text);
  return family === undefined ? undefined : parseCidr(`${key.text}/${family === 'IPv6' ? 128 : 32}`);
}
