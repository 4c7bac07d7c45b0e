/** Compiles tests and changes of marks. */
import { type Expression, type RelationalOperator } from '../../netfilter/nftables/model.ts';
import { type Action, type Test } from '../program.ts';
import { markIn } from './subjects.ts';

/** The mark of the packet, or of its connection. */
export type MarkOwner = 'packet' | 'connection';

const ALL_BITS = 0xffffffff;

/** Returns whose mark an expression is; undefined when it is no mark. */
export function markOwner(expression: Expression): MarkOwner | undefined {
  if (expression.kind === 'meta' && expression.key === 'mark') return 'packet';
  return expression.kind === 'ct' && expression.key === 'mark' ? 'connection' : undefined;
}

/** Returns the test of `meta mark & 0x4000 != 0`; undefined for any other comparison. */
export function maskedMarkTest(
  left: Expression,
  operator: RelationalOperator,
  right: Expression,
): Test | undefined {
  if (left.kind !== 'binary' || left.operator !== '&') return undefined;
  const of = markOwner(left.left);
  const [mask, value] = [markIn(left.right), markIn(right)];
  if (of === undefined || mask === undefined || value === undefined) return undefined;
  if (operator !== '==' && operator !== '!=') return undefined;
  return { kind: 'mark', of, value, mask, negated: operator === '!=' };
}

/** A computed mark: (mark of `from` & `keep`) ^ `flip`; without `from`, `flip` alone. */
interface Calculation {
  readonly from: MarkOwner | undefined;
  readonly keep: number;
  readonly flip: number;
}

function calculationOf(expression: Expression): Calculation | undefined {
  const constant = markIn(expression);
  if (constant !== undefined) return { from: undefined, keep: 0, flip: constant };
  const from = markOwner(expression);
  if (from !== undefined) return { from, keep: ALL_BITS, flip: 0 };
  if (expression.kind !== 'binary') return undefined;
  const before = calculationOf(expression.left);
  const bits = markIn(expression.right);
  if (before === undefined || bits === undefined) return undefined;
  const { keep, flip } = before;
  switch (expression.operator) {
    case '&':
      return { ...before, keep: (keep & bits) >>> 0, flip: (flip & bits) >>> 0 };
    case '|':
      return { ...before, keep: (keep & ~bits) >>> 0, flip: (flip | bits) >>> 0 };
    case '^':
      return { ...before, flip: (flip ^ bits) >>> 0 };
  }
}

/** Returns what writing a value into a mark does; undefined for an unknown value. */
export function setMark(of: MarkOwner, value: Expression): readonly Action[] | undefined {
  const calculation = calculationOf(value);
  if (calculation === undefined) return undefined;
  const { from, keep, flip } = calculation;
  if (from === undefined || from === of) {
    return [{ kind: 'set-mark', of, value: flip, mask: from === undefined ? ALL_BITS : ~keep >>> 0 }];
  }
  return [
    { kind: 'copy-mark', to: of, fromMask: keep, toMask: ALL_BITS },
    { kind: 'set-mark', of, value: flip, mask: 0 },
  ];
}
