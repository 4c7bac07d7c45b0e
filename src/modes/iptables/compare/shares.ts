/** Exact shares of traffic. A fraction is numerator and denominator, reduced. */
import { type Rule } from '../../../netfilter/iptables/model.ts';
import { targetChain } from '../rules/chain-roles.ts';

/** Numerator and denominator, reduced. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const ONE: Fraction = fraction(1n, 1n);

function fraction(numerator: bigint, denominator: bigint): Fraction {
  let [a, b] = [numerator, denominator];
  while (b !== 0n) [a, b] = [b, a % b];
  return a === 0n
    ? { numerator: 0n, denominator: 1n }
    : { numerator: numerator / a, denominator: denominator / a };
}

const times = (a: Fraction, b: Fraction): Fraction =>
  fraction(a.numerator * b.numerator, a.denominator * b.denominator);
const plus = (a: Fraction, b: Fraction): Fraction =>
  fraction(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
const oneMinus = ({ numerator, denominator }: Fraction): Fraction =>
  fraction(denominator - numerator, denominator);
/** Whether two reduced fractions are equal. */
export const isSame = (a: Fraction, b: Fraction): boolean =>
  a.numerator === b.numerator && a.denominator === b.denominator;

const UNITS = 2 ** 31;

/**
 * Returns the probability that a threshold in units of 2^-31 means: 1/n when it rounds to 1/n at five
 * decimals, because old releases of kube-proxy print only five; otherwise the value with four digits.
 */
export function meantProbability(threshold: number): Fraction {
  const probability = threshold / UNITS;
  const n = Math.round(1 / probability);
  if (threshold > 0 && Math.abs(probability - 1 / n) < 1e-5) return fraction(1n, BigInt(n));
  return fraction(BigInt(Math.round(probability * 10_000)), 10_000n);
}

/**
 * Returns the probability that a packet which reaches the rule matches it, or undefined when not only chance
 * decides.
 */
export function chanceOf(rule: Rule): Fraction | undefined {
  const { source, destination, inInterface, outInterface, protocol } = rule;
  if ([source, destination, inInterface, outInterface, protocol].some((field) => field !== undefined))
    return undefined;
  let chance = ONE;
  for (const match of rule.matches) {
    if (match.kind === 'statistic') chance = times(chance, meantProbability(match.threshold));
    else if (match.kind !== 'comment') return undefined;
  }
  return chance;
}

/**
 * The most rules with exact shares. With more, shares are in millionths, because exact fractions would grow
 * very long.
 */
const MOST_EXACT = 100;

/** Where new connections go that come to the rules. */
export interface Spread {
  /** By the chain that gets them. */
  readonly shares: ReadonlyMap<string, Fraction>;
  /** What no rule takes. */
  readonly left: Fraction;
}

/** The share of new connections that each chain gets from these rules. */
export function spreadOf(rules: readonly Rule[]): Spread {
  const keep = rules.length > MOST_EXACT ? inMillionths : (share: Fraction): Fraction => share;
  const shares = new Map<string, Fraction>();
  let left = ONE;
  for (const rule of rules) {
    const chance = chanceOf(rule);
    const chain = targetChain(rule);
    if (chance === undefined || chain === undefined) continue;
    const share = keep(times(left, chance));
    const earlier = shares.get(chain);
    shares.set(chain, earlier === undefined ? share : plus(earlier, share));
    left = keep(times(left, oneMinus(chance)));
  }
  return { shares, left };
}

const MILLION = 1_000_000n;

const inMillionths = ({ numerator, denominator }: Fraction): Fraction =>
  fraction((numerator * MILLION + denominator / 2n) / denominator, MILLION);

/** `1/3 (33.33%)`; long fractions by their per cent alone. */
export function formatShare(share: Fraction | undefined): string {
  if (share === undefined || share.numerator === 0n) return 'nothing';
  if (share.numerator === share.denominator) return 'all';
  const percent = Number((share.numerator * 1_000_000n) / share.denominator) / 10_000;
  const rounded = `${Number(percent.toFixed(2))}%`;
  return share.denominator < 100_000n ? `${share.numerator}/${share.denominator} (${rounded})` : rounded;
}
