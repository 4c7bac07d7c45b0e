import { expect, it } from 'vitest';
import { rememberFirst } from '../../src/text/remember-first.ts';

it('computes a result once, and keeps no more than it may', () => {
  const computed: number[] = [];
  const textOf = rememberFirst(2, (number) => {
    computed.push(number);
    return `number ${number}`;
  });
  expect([1, 2, 3, 1, 2, 3].map(textOf)).toEqual([1, 2, 3, 1, 2, 3].map((number) => `number ${number}`));
  expect(computed).toEqual([1, 2, 3, 3]);
});
