/**
 * Shares that are worked out only when somebody asks for them. What the kernel does is told in parts of 2^31: each rule
 * on the way adds 31 bits, and ten thousand endpoints of one Service would take a minute and gigabytes.
 */
import { add, formatRational, multiply, type Rational, toNumber, ZERO } from './rational.ts';

/** A share, or how to work it out. */
export type DeferredShare = Rational | Formula;

interface Formula {
  readonly combine: (a: Rational, b: Rational) => Rational;
  readonly left: DeferredShare;
  readonly right: DeferredShare;
  /** Counts only when `isKnown`. */
  value: Rational;
  isKnown: boolean;
}

const formula =
  (combine: Formula['combine']) =>
  (left: DeferredShare, right: DeferredShare): DeferredShare => ({
    combine,
    left,
    right,
    value: ZERO,
    isKnown: false,
  });

/** Returns the product, not yet worked out. */
export const multiplyLater = formula(multiply);

/** Returns the sum, not yet worked out. */
export const addLater = formula(add);

const isFormula = (share: DeferredShare): share is Formula => 'combine' in share;

/** Returns what is still to be worked out. */
const openIn = (share: DeferredShare): Formula | undefined =>
  isFormula(share) && !share.isKnown ? share : undefined;

const knownIn = (share: DeferredShare): Rational => (isFormula(share) ? share.value : share);

/** Fractions with a larger denominator are not read by anybody: they are told as a decimal number. */
const LONGEST_TOLD = 2n ** 512n;

/** Fractions with a larger denominator are rounded to parts of it: 300 decimal places are enough for any number. */
const LONGEST_KEPT = 2n ** 1024n;

const rounded = (share: Rational): Rational =>
  share.denominator <= LONGEST_KEPT
    ? share
    : { numerator: (share.numerator * LONGEST_KEPT) / share.denominator, denominator: LONGEST_KEPT };

/** Returns `1/3`; a decimal number in place of a fraction with more than 150 digits. */
export function formatDeferred(share: DeferredShare): string {
  const value = valueOf(share);
  return value.denominator <= LONGEST_TOLD ? formatRational(value) : String(toNumber(value));
}

/** Works a share out, and each of its parts once. There may be as many parts as rules, so that nothing recurses. */
export function valueOf(share: DeferredShare): Rational {
  const open: Formula[] = [];
  for (let last = openIn(share); last !== undefined; last = open.pop()) {
    const part = openIn(last.left) ?? openIn(last.right);
    if (part === undefined) {
      last.value = rounded(last.combine(knownIn(last.left), knownIn(last.right)));
      last.isKnown = true;
    } else {
      open.push(last, part);
    }
  }
  return knownIn(share);
}
