import { describe, expect, it } from 'vitest';
import { meantProbability, spreadOf } from '../../../../src/modes/iptables/compare/shares.ts';
import { formatShare } from '../../../../src/modes/share.ts';
import { type Rule } from '../../../../src/netfilter/iptables/model.ts';
import { probabilityThreshold } from '../../../../src/modes/iptables/rules/sections/endpoint-chains.ts';

const rule = (chain: string, probability?: number): Rule => ({
  matches:
    probability === undefined ? [] : [{ kind: 'statistic', threshold: Math.round(probability * 2 ** 31) }],
  target: { kind: 'jump', chain },
});

const told = (rules: readonly Rule[]): readonly string[] =>
  [...spreadOf(rules).shares].map(([chain, share]) => `${chain} ${formatShare(share)}`);

describe('shares of traffic', () => {
  it('are exact where kube-proxy rounds', () => {
    expect(told([rule('a', 1 / 3), rule('b', 1 / 2), rule('c')])).toEqual([
      'a 1/3 (33.33%)',
      'b 1/3 (33.33%)',
      'c 1/3 (33.33%)',
    ]);
  });

  it('are those that rules really give, in their order', () => {
    expect(told([rule('a', 1 / 4), rule('b', 1 / 2), rule('c')])).toEqual([
      'a 1/4 (25%)',
      'b 3/8 (37.5%)',
      'c 3/8 (37.5%)',
    ]);
    expect(told([rule('c'), rule('a', 1 / 2)])).toEqual(['c all', 'a nothing']);
  });

  it('add up where a chain is led to twice', () => {
    expect(told([rule('a', 1 / 2), rule('a')])).toEqual(['a all']);
  });

  it('leave something over where no rule takes the rest', () => {
    expect(formatShare(spreadOf([rule('a', 1 / 3), rule('b', 1 / 2)]).left)).toBe('1/3 (33.33%)');
    expect(formatShare(spreadOf([rule('a')]).left)).toBe('nothing');
  });

  it('know 1/n at 5 and at 10 decimals', () => {
    for (let n = 1; n <= 300; n += 1) {
      for (const decimals of [5, 10]) {
        const meant = meantProbability(probabilityThreshold(n, decimals));
        expect([meant.numerator, meant.denominator], `1/${n} at ${decimals}`).toEqual([1n, BigInt(n)]);
      }
    }
  });

  it('of many endpoints are told in millionths, and still take all', () => {
    const rules = Array.from({ length: 500 }, (_, at) =>
      rule(String(at), at === 499 ? undefined : 1 / (500 - at)),
    );
    expect(told(rules)[250]).toBe('250 1/500 (0.2%)');
    expect(formatShare(spreadOf(rules).left)).toBe('nothing');
  });

  it('take other probabilities as they are', () => {
    expect(meantProbability(Math.round(0.7 * 2 ** 31))).toEqual({ numerator: 7n, denominator: 10n });
    expect(meantProbability(0)).toEqual({ numerator: 0n, denominator: 1n });
  });
});
