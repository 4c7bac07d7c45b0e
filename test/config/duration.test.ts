import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../src/config/duration.ts';

describe('durations as Go reads them', () => {
  it.each<[string, number | undefined]>([
    ['0', 0],
    ['30s', 30e9],
    ['1h15m30.5s', 4530.5e9],
    ['-1m', -60e9],
    ['+2us', 2e3],
    ['.5s', 0.5e9],
    ['1.s', 1e9],
    ['3µs', 3e3],
    ['5ms2ns', 5e6 + 2],
    ['', undefined],
    ['-', undefined],
    ['30', undefined],
    ['s', undefined],
    ['1 s', undefined],
    ['1d', undefined],
    ['1s2', undefined],
  ])('%j', (text, nanoseconds) => {
    expect(parseDuration(text)).toBe(nanoseconds);
  });

  it('takes no time over hostile digits', () => {
    expect(parseDuration('9'.repeat(200_000))).toBeUndefined();
  });
});
