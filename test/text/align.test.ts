import { describe, expect, it } from 'vitest';
import { align } from '../../src/text/align.ts';

const aligned = (expected: string, actual: string): Record<string, string> => {
  const [due, there] = [Array.from(expected), Array.from(actual)];
  const result = align(due, there);
  return {
    same: result.same.map(([at]) => due[at]).join(''),
    moved: result.moved.map(([at]) => due[at]).join(''),
    missing: result.onlyExpected.map((at) => due[at]).join(''),
    extra: result.onlyActual.map((at) => there[at]).join(''),
  };
};

describe('aligning two lists', () => {
  it.each([
    ['', '', '', '', '', ''],
    ['abc', 'abc', 'abc', '', '', ''],
    ['abc', 'ac', 'ac', '', 'b', ''],
    ['abc', 'abcc', 'abc', '', '', 'c'],
    ['abc', 'babc', 'abc', '', '', 'b'],
    ['abc', 'aabc', 'abc', '', '', 'a'],
    ['abc', 'xbc', 'bc', '', 'a', 'x'],
    ['abcd', 'abdc', 'abd', 'c', '', ''],
    ['abcd', 'dabc', 'abc', 'd', '', ''],
    ['abc', '', '', '', 'abc', ''],
    ['', 'abc', '', '', '', 'abc'],
    ['aab', 'ab', 'ab', '', 'a', ''],
  ])('%s with %s', (expected, actual, same, moved, missing, extra) => {
    expect(aligned(expected, actual)).toEqual({ same, moved, missing, extra });
  });

  it('copes with 100,000 of which none fits', () => {
    const many = Array.from({ length: 100_000 }, (_, at) => String(at));
    expect(align(many, many.toReversed()).same.length).toBe(1);
    expect(
      align(
        many,
        many.map((key) => `${key}x`),
      ).onlyActual.length,
    ).toBe(100_000);
  });
});
