/** Exact shares of traffic, for every proxy mode. */

/** Numerator and denominator, reduced. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** All traffic. */
export const ONE: Fraction = fraction(1n, 1n);

/** Reduces a fraction. */
export function fraction(numerator: bigint, denominator: bigint): Fraction {
  let [a, b] = [numerator, denominator];
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 0n
    ? { numerator: 0n, denominator: 1n }
    : { numerator: numerator / a, denominator: denominator / a };
}

/** The product. */
export const times = (a: Fraction, b: Fraction): Fraction =>
  fraction(a.numerator * b.numerator, a.denominator * b.denominator);
/** The sum. */
export const plus = (a: Fraction, b: Fraction): Fraction =>
  fraction(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
/** What is left of one. */
export const oneMinus = ({ numerator, denominator }: Fraction): Fraction =>
  fraction(denominator - numerator, denominator);
/** Whether two reduced fractions are equal. */
export const isSame = (a: Fraction, b: Fraction): boolean =>
  a.numerator === b.numerator && a.denominator === b.denominator;

/** `1/3 (33.33%)`; long fractions by their per cent alone. */
export function formatShare(share: Fraction | undefined): string {
  if (share === undefined || share.numerator === 0n) return 'nothing';
  if (share.numerator === share.denominator) return 'all';
  const percent = Number((share.numerator * 1_000_000n) / share.denominator) / 10_000;
  const rounded = `${Number(percent.toFixed(2))}%`;
  return share.denominator < 100_000n ? `${share.numerator}/${share.denominator} (${rounded})` : rounded;
}
