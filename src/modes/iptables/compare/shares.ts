/** The share of new connections that each endpoint gets from rules. */
import { type Rule } from '../../../netfilter/iptables/model.ts';
import { type Fraction, fraction, ONE, oneMinus, plus, times } from '../../share.ts';
import { targetChain } from '../rules/chain-roles.ts';

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
