import { expect, it } from 'vitest';
import { chiSquaredTail, probabilityOfCounts } from './chi-squared.ts';

/** Quantiles as tables of the distribution print them. */
it.each([
  { degrees: 1, statistic: 0.0158, tail: 0.9 },
  { degrees: 1, statistic: 3.841, tail: 0.05 },
  { degrees: 1, statistic: 10.828, tail: 0.001 },
  { degrees: 2, statistic: 5.991, tail: 0.05 },
  { degrees: 3, statistic: 16.266, tail: 0.001 },
  { degrees: 10, statistic: 3.94, tail: 0.95 },
  { degrees: 10, statistic: 29.588, tail: 0.001 },
  { degrees: 99, statistic: 123.225, tail: 0.05 },
])(
  '$degrees degrees of freedom: $statistic or more has probability $tail',
  ({ degrees, statistic, tail }) => {
    expect(chiSquaredTail(statistic, degrees) / tail).toBeCloseTo(1, 2);
  },
);

it('tells right shares from wrong ones', () => {
  const counts = new Map([
    ['a', 1010],
    ['b', 995],
    ['c', 995],
  ]);
  const even = new Map([...counts.keys()].map((name) => [name, 1 / 3]));
  expect(probabilityOfCounts(counts, even)).toBeGreaterThan(0.9);
  const uneven = new Map([
    ['a', 0.5],
    ['b', 0.25],
    ['c', 0.25],
  ]);
  expect(probabilityOfCounts(counts, uneven)).toBeLessThan(1e-20);
  expect(probabilityOfCounts(new Map([['d', 1]]), even)).toBe(0);
});
