/** An exact fraction of whole numbers, in lowest terms, with a positive denominator. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Returns the fraction in lowest terms. Throws a RangeError when `denominator` is not positive. */
export function rational(numerator: bigint, denominator: bigint): Rational {
  if (denominator <= 0n) throw new RangeError('a fraction needs a positive denominator');
  const divisor = greatestCommonDivisor(numerator < 0n ? -numerator : numerator, denominator);
  if (divisor === 1n) return { numerator, denominator };
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

const MOST_EXACT = BigInt(Number.MAX_SAFE_INTEGER);

/** The greatest common divisor of a number and a denominator. Two shortcuts spare most steps of Euclid. */
function greatestCommonDivisor(numerator: bigint, denominator: bigint): bigint {
  // Shares of the kernel are parts of a power of two: only factors of two can be common.
  if ((denominator & (denominator - 1n)) === 0n) {
    const factor = numerator & -numerator;
    return factor === 0n || factor > denominator ? denominator : factor;
  }
  if (numerator <= MOST_EXACT && denominator <= MOST_EXACT) {
    let [larger, smaller] = [Number(numerator), Number(denominator)];
    while (smaller !== 0) [larger, smaller] = [smaller, larger % smaller];
    return BigInt(larger);
  }
  let [larger, smaller] = [numerator, denominator];
  while (smaller !== 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}

export const ZERO: Rational = { numerator: 0n, denominator: 1n };
export const ONE: Rational = { numerator: 1n, denominator: 1n };

/** Returns the sum. */
export const add = (a: Rational, b: Rational): Rational =>
  a.denominator === b.denominator
    ? rational(a.numerator + b.numerator, a.denominator)
    : rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);

/** Returns the product. */
export const multiply = (a: Rational, b: Rational): Rational =>
  rational(a.numerator * b.numerator, a.denominator * b.denominator);

/** Returns the difference. */
export const subtract = (a: Rational, b: Rational): Rational => add(a, { ...b, numerator: -b.numerator });

/** Returns the quotient. Throws a RangeError when `b` is not positive. */
export const divide = (a: Rational, b: Rational): Rational =>
  rational(a.numerator * b.denominator, a.denominator * b.numerator);

/** Returns 1 - `share`. */
export const complement = (share: Rational): Rational =>
  rational(share.denominator - share.numerator, share.denominator);

/** Returns true when both are the same number. */
export const sameRational = (a: Rational, b: Rational): boolean =>
  a.numerator === b.numerator && a.denominator === b.denominator;

/** Returns `1/3`, or a whole number without a denominator: `1`. */
export const formatRational = ({ numerator, denominator }: Rational): string =>
  denominator === 1n ? String(numerator) : `${numerator}/${denominator}`;

/** Returns the nearest number of JavaScript. */
export const toNumber = ({ numerator, denominator }: Rational): number => {
  // Scaled first: numbers of hundreds of digits are beyond what Number can hold.
  const scaled = (numerator * 10n ** 18n) / denominator;
  return Number(scaled) / 1e18;
};

/**
 * Returns the fraction with the smallest denominator from `low` to `high`, both included. Both must be positive. (a
 * walk down the Stern-Brocot tree by continued fractions)
 */
export function simplestWithin(low: Rational, high: Rational): Rational {
  const whole = low.numerator / low.denominator;
  if (whole * low.denominator === low.numerator) return rational(whole, 1n);
  if ((whole + 1n) * high.denominator <= high.numerator) return rational(whole + 1n, 1n);
  const inverse = simplestWithin(invertRest(high, whole), invertRest(low, whole));
  return rational(whole * inverse.numerator + inverse.denominator, inverse.numerator);
}

/** Returns 1 / (value - whole). */
const invertRest = ({ numerator, denominator }: Rational, whole: bigint): Rational =>
  rational(denominator, numerator - whole * denominator);
