/**
 * Sets of 32-bit packet marks in which some bits are fixed and all others free: `value` under `mask`. Both are
 * unsigned, and `value` has no bit outside of `mask`.
 */
export interface MarkBits {
  readonly mask: number;
  readonly value: number;
}

/** All marks. */
export const ANY_MARK: MarkBits = { mask: 0, value: 0 };

/** Returns the marks whose bits under `mask` are those of `value`. */
export const markBits = (value: number, mask: number): MarkBits => ({
  mask: mask >>> 0,
  value: (value & mask) >>> 0,
});

/** One mark. */
export const onlyMark = (value: number): MarkBits => markBits(value, 0xffffffff);

/** Returns the marks in both sets; undefined when there are none. */
export function intersectMarks(a: MarkBits, b: MarkBits): MarkBits | undefined {
  if (((a.value ^ b.value) & a.mask & b.mask) !== 0) return undefined;
  return markBits(a.value | b.value, a.mask | b.mask);
}

/** Returns the marks in `a` and not in `b` as disjoint sets: one for each bit that `b` fixes and `a` leaves free. */
export function subtractMarks(a: MarkBits, b: MarkBits): readonly MarkBits[] {
  if (intersectMarks(a, b) === undefined) return [a];
  const left: MarkBits[] = [];
  let fixed = a;
  for (let bit = 0; bit < 32; bit += 1) {
    const one = (1 << bit) >>> 0;
    if ((b.mask & one) === 0 || (a.mask & one) !== 0) continue;
    left.push(markBits(fixed.value | (~b.value & one), fixed.mask | one));
    fixed = markBits(fixed.value | (b.value & one), fixed.mask | one);
  }
  return left;
}

/** Returns true when both are the same set. */
export const sameMarks = (a: MarkBits, b: MarkBits): boolean => a.mask === b.mask && a.value === b.value;
