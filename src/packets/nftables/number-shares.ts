/** Compiles `numgen`: numbers that the kernel draws or counts, and what rules do for each. */
import { type Element, type Expression } from '../../netfilter/nftables/model.ts';
import { intersect, type Intervals, range, sizeOf } from '../intervals.ts';
import { type Action, type Share } from '../program.ts';
import { add, complement, rational, type Rational, ZERO } from '../rational.ts';
import { numbersOf } from './subjects.ts';

/** An expression that gives a number below a modulus. */
export type Numgen = Extract<Expression, { readonly kind: 'numgen' }>;

const MOST = 0xffffffff;
/** The kernel draws 32 random bits, and scales them to the modulus. (reciprocal_scale) */
const DRAWS = 2n ** 32n;

/** Returns the possible numbers: `offset` up to `offset + modulus - 1`. */
export const numbersFrom = ({ modulus, offset }: Numgen): Intervals =>
  range(BigInt(offset), BigInt(offset) + BigInt(modulus) - 1n);

/** Returns how often one of the numbers occurs; undefined when the modulus is 0, which the kernel refuses. */
export function shareOf(numgen: Numgen, numbers: Intervals): Share | undefined {
  const modulus = BigInt(numgen.modulus);
  if (modulus < 1n) return undefined;
  const wanted = intersect(numbers, numbersFrom(numgen));
  const intended = rational(sizeOf(wanted), modulus);
  // When the kernel counts, every number occurs equally often.
  if (numgen.mode === 'inc') return { intended, kernel: intended };
  const offset = BigInt(numgen.offset);
  const drawsBelow = (number: bigint): bigint => ((number - offset) * DRAWS + modulus - 1n) / modulus;
  const draws = wanted.reduce((sum, [first, last]) => sum + drawsBelow(last + 1n) - drawsBelow(first), 0n);
  return { intended, kernel: rational(draws, DRAWS) };
}

/** Leaves the packet as it is. */
export const NOTHING: Action = { kind: 'set-mark', of: 'packet', value: 0, mask: 0 };

/**
 * Returns the choice of an action by the number. Numbers without an element do nothing. Returns undefined when an
 * element is not understood.
 */
export function chooseByNumber(
  numgen: Numgen,
  elements: readonly Element[],
  actionOf: (element: Element) => Action | undefined,
): Action | undefined {
  const choices: { readonly share: Share; readonly action: Action }[] = [];
  let intended = ZERO;
  let kernel = ZERO;
  for (const element of elements) {
    const numbers = numbersOf(element.key, MOST);
    const share = numbers && shareOf(numgen, numbers);
    const action = actionOf(element);
    if (share === undefined || action === undefined) return undefined;
    if (isZero(share.intended)) continue;
    intended = add(intended, share.intended);
    kernel = add(kernel, share.kernel);
    choices.push({ share, action });
  }
  const rest = { intended: complement(intended), kernel: complement(kernel) };
  if (!isZero(rest.intended)) choices.push({ share: rest, action: NOTHING });
  return { kind: 'choose', choices };
}

const isZero = ({ numerator }: Rational): boolean => numerator === 0n;
