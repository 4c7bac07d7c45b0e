import { describe, expect, it } from 'vitest';
import {
  addLater,
  type DeferredShare,
  formatDeferred,
  multiplyLater,
  valueOf,
} from '../../src/packets/deferred-share.ts';
import { evaluate } from '../../src/packets/evaluate.ts';
import { everyPacket } from '../../src/packets/packet-set.ts';
import { formatRational, ONE, rational, ZERO } from '../../src/packets/rational.ts';
import { programOf } from './trace-rules.ts';

const HALF = rational(1n, 2n);

describe('a deferred share', () => {
  it('is what its formula says', () => {
    const quarter = multiplyLater(HALF, HALF);
    expect(formatRational(valueOf(ONE))).toBe('1');
    expect(formatRational(valueOf(addLater(multiplyLater(quarter, quarter), addLater(HALF, quarter))))).toBe(
      '13/16',
    );
    expect(formatRational(valueOf(quarter))).toBe('1/4');
  });

  it('may have any number of parts, on both sides', () => {
    const parts = 20_000;
    let [left, right]: DeferredShare[] = [ONE, ONE];
    for (let at = 0; at < parts; at++) {
      left = addLater(left!, ONE);
      right = addLater(ONE, right!);
    }
    expect(valueOf(left!)).toEqual(rational(BigInt(parts) + 1n, 1n));
    expect(valueOf(addLater(left!, right!))).toEqual(rational(2n * BigInt(parts) + 2n, 1n));
  });

  it('is exact up to 1024 bits, and told as a fraction up to 512', () => {
    const third = rational(715827883n, 2n ** 31n);
    const power = (times: number): DeferredShare => {
      let share: DeferredShare = ONE;
      for (let at = 0; at < times; at++) share = multiplyLater(share, third);
      return share;
    };
    expect(formatDeferred(power(16))).toBe(`${715827883n ** 16n}/${2n ** 496n}`);
    expect(formatDeferred(power(17))).toBe('7.743524436e-9');
    expect(valueOf(power(33))).toEqual(rational(715827883n ** 33n, 2n ** 1023n));
    const { numerator, denominator } = valueOf(power(100));
    expect(denominator).toBe(2n ** 1024n);
    const exact = 715827883n ** 100n;
    expect(numerator - ((exact * 2n ** 1024n) >> 3100n)).toBeLessThan(100n);
    // No step works with more digits: the share of many rules is too small for them.
    expect(valueOf(power(10_000))).toEqual(ZERO);
  });

  it('is not worked out by who follows packets', () => {
    const nat = [
      '-A PREROUTING -j SPREAD',
      '-A SPREAD -m statistic --mode random --probability 0.5 -j ACCEPT',
    ];
    const { outcomes } = evaluate(programOf({ nat }), everyPacket('IPv4'), { knownClients: false });
    const chosen = outcomes.map(({ kernelShare }) => kernelShare).filter((share) => 'isKnown' in share);
    expect(chosen.length).toBeGreaterThan(0);
    expect(chosen.filter(({ isKnown }) => isKnown)).toEqual([]);
  });

  it('shares its parts with others: each is worked out once', () => {
    // Without that, 2^200 steps.
    let share: DeferredShare = HALF;
    for (let at = 0; at < 200; at++) share = addLater(share, share);
    expect(valueOf(share)).toEqual(rational(2n ** 199n, 1n));
  });
});
