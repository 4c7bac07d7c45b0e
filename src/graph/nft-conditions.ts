import { printExpression } from '../netfilter/nftables/expression-text.ts';
import { type Expression, type Rule, type Statement } from '../netfilter/nftables/model.ts';

type Match = Extract<Statement, { readonly kind: 'match' }>;

/** Lists the conditions of a rule of mode nftables in words, without protocol, port and the address of the Service. */
export const nftConditions = ({ statements }: Rule): readonly string[] =>
  statements.flatMap((statement) => (statement.kind === 'match' ? wordsOf(statement) : []));

function wordsOf({ left, operator, right }: Match): readonly string[] {
  const not = operator === '!=' ? 'not ' : '';
  if (left.kind === 'payload') return left.field === 'saddr' ? [`${not}from ${sources(right)}`] : [];
  if (left.kind === 'fib') return left.flags.includes('saddr') ? [`${not}from the node`] : [];
  if (left.kind !== 'meta' || !left.key.startsWith('iif')) return [];
  return [`${not}in by ${printExpression(right).replaceAll('"', '')}`];
}

/** `10.0.0.0/8` or `one of 10.0.0.0/8, 192.0.2.1`. */
const sources = (right: Expression): string =>
  right.kind === 'set'
    ? `one of ${right.elements.map(({ key }) => printExpression(key)).join(', ')}`
    : printExpression(right);
