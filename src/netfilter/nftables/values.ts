/** Converts values to the type of the field with which they are compared. */
import {
  type Constant,
  type Element,
  type Expression,
  type RelationalOperator,
  type Statement,
} from './model.ts';

const CONSTANTS: ReadonlySet<string> = new Set<Constant['kind']>([
  'word',
  'number',
  'mark',
  'quoted',
  'prefix',
  'range',
]);

/** Returns true for a constant. */
export const isConstant = (expression: Expression): expression is Constant => CONSTANTS.has(expression.kind);

const INTERFACE_KEYS: ReadonlySet<string> = new Set(['iif', 'oif', 'iifname', 'oifname']);
const BITMASK_KEYS: ReadonlySet<string> = new Set(['state', 'status']);

/** Returns true when the value of the expression is a packet mark, which nft shows in hexadecimal. */
export function isMark(expression: Expression): boolean {
  if (expression.kind === 'binary') return isMark(expression.left);
  return (expression.kind === 'meta' || expression.kind === 'ct') && expression.key === 'mark';
}

/**
 * Returns true when the expression is a set of named bits. One matching bit is enough, and JSON calls this comparison
 * `in`.
 */
export const isBitmask = (expression: Expression): boolean =>
  expression.kind === 'ct' && BITMASK_KEYS.has(expression.key);

const isInterface = (expression: Expression): boolean =>
  expression.kind === 'meta' && INTERFACE_KEYS.has(expression.key);

/** Returns the value in the form that its selector needs: marks in hexadecimal, interface names in quotes. */
export function typedValue(left: Expression, value: Expression): Expression {
  if (value.kind === 'set') {
    return { kind: 'set', elements: value.elements.map((element) => typedElement(left, element)) };
  }
  if (isMark(left)) {
    if (value.kind === 'number') return { kind: 'mark', value: value.value };
    if (value.kind === 'binary') return { ...value, right: typedValue(left, value.right) };
  }
  if (isInterface(left) && value.kind === 'word') return { kind: 'quoted', text: value.text };
  return value;
}

const typedElement = (left: Expression, element: Element): Element => ({
  ...element,
  key: typedValue(left, element.key),
});

const ALL_BITS = 0xffffffff;

/**
 * Returns a comparison. Some releases of nft compare a mark with a prefix: `meta mark 0x00000000/1` tests whether the
 * highest bit is zero. It becomes a test of bits.
 */
export function matchOf(left: Expression, operator: RelationalOperator, given: Expression): Statement {
  const right = typedValue(left, given);
  if (!isMark(left) || right.kind !== 'prefix')
    return { kind: 'match', left: typedLeft(left), operator, right };
  const mask: Expression = { kind: 'mark', value: maskOfLength(right.length) };
  return {
    kind: 'match',
    left: { kind: 'binary', operator: '&', left, right: mask },
    operator,
    right: { kind: 'mark', value: Number(right.address) },
  };
}

const typedLeft = (left: Expression): Expression =>
  left.kind === 'binary' ? { ...left, right: typedValue(left.left, left.right) } : left;

const maskOfLength = (length: number): number => (length === 0 ? 0 : (ALL_BITS << (32 - length)) >>> 0);

/** Returns the test of the highest bits of a mark as a prefix; undefined for any other match. */
export function asPrefix(
  statement: Statement,
): { readonly left: Expression; readonly prefix: Prefix } | undefined {
  if (statement.kind !== 'match' || statement.left.kind !== 'binary' || statement.right.kind !== 'mark')
    return undefined;
  const { operator, left, right } = statement.left;
  if (operator !== '&' || right.kind !== 'mark') return undefined;
  const length = Math.clz32(~right.value);
  if (length === 0 || maskOfLength(length) !== right.value) return undefined;
  return { left, prefix: { address: statement.right.value, length } };
}

interface Prefix {
  readonly address: number;
  readonly length: number;
}
