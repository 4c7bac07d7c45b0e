import { type Rule } from '../../netfilter/iptables/model.ts';
import { type Share } from '../program.ts';
import { rational, type Rational, simplestWithin, ZERO } from '../rational.ts';

/** The kernel compares 31 random bits with a threshold. */
const STEPS = 2n ** 31n;

/**
 * The largest rounding error of a probability with five digits, in steps of the kernel. Old releases of
 * kube-proxy and other software write five digits.
 */
const FIVE_DIGITS = 10738n;

const hasStatistic = ({ matches }: Rule): boolean => matches.some(({ kind }) => kind === 'statistic');

/**
 * Returns the share that the `statistic` match of each rule means, by position; nothing for a chain without such
 * matches. A chain that spreads packets evenly over n endpoints uses 1/n, 1/(n-1), ..., 1/2, and its last rule takes
 * the rest. A number that fits its place in such a row means that fraction. Any other number means the simplest
 * fraction that the kernel stores as the same number.
 */
export function sharesOf(rules: readonly Rule[]): readonly (Share | undefined)[] {
  const shares: (Share | undefined)[] = [];
  if (!rules.some(hasStatistic)) return shares;
  // Goes from the end, so that each rule knows how many follow it.
  let left = 1n;
  for (const rule of [...rules].reverse()) {
    const match = rule.matches.find(({ kind }) => kind === 'statistic');
    left = match === undefined ? 1n : left + 1n;
    shares.push(match?.kind === 'statistic' ? shareOf(BigInt(match.threshold), left) : undefined);
  }
  return shares.reverse();
}

function shareOf(threshold: bigint, left: bigint): Share {
  return { intended: intendedShare(threshold, left), kernel: rational(threshold, STEPS) };
}

function intendedShare(threshold: bigint, left: bigint): Rational {
  if (threshold === 0n) return ZERO;
  const distance = threshold * left - STEPS;
  if ((distance < 0n ? -distance : distance) <= FIVE_DIGITS * left) return rational(1n, left);
  return simplestWithin(rational(2n * threshold - 1n, 2n * STEPS), rational(2n * threshold + 1n, 2n * STEPS));
}

/** Returns the share of every n-th packet: 1/n of all connections. (`--mode nth --every n`) */
export const everyNth = (every: number): Share => {
  const share = rational(1n, BigInt(every));
  return { intended: share, kernel: share };
};
