import { describe, expect, it } from 'vitest';
import { pairNearest } from '../../src/text/pair-nearest.ts';

const at = (value: number): { readonly value: number } => ({ value });
const within = (most: number) => (before: { value: number }, after: { value: number }) => {
  const changes = Math.abs(before.value - after.value);
  return changes <= most ? changes : undefined;
};

describe('pairNearest', () => {
  it('takes the nearest first, each item once, and leaves what is too different', () => {
    const [ten, twelve, ninety] = [at(10), at(12), at(90)];
    const [first, second, fifty] = [at(13), at(12), at(50)];
    expect(pairNearest([ten, twelve, ninety], [first, second, fifty], within(3))).toEqual({
      changed: [
        [twelve, second],
        [ten, first],
      ],
      expected: [ninety],
      actual: [fifty],
    });
  });

  it('compares each item with neighbours alone', () => {
    let asked = 0;
    const items = Array.from({ length: 2000 }, (_, value) => at(value));
    pairNearest(items, items, () => {
      asked += 1;
      return undefined;
    });
    expect(asked).toBeLessThan(2000 * 60 + 1);
  });
});
