import { expect, it } from 'vitest';
import { rememberFirst } from '../../src/text/remember-first.ts';

it('computes a result once, and keeps no more than it may', () => {
  const computed: number[] = [];
  const textOf = rememberFirst(2, (number: number) => {
    computed.push(number);
    return `number ${number}`;
  });
  expect([1, 2, 3, 1, 2, 3].map(textOf)).toEqual([1, 2, 3, 1, 2, 3].map((number) => `number ${number}`));
  expect(computed).toEqual([1, 2, 3, 3]);
});

it('works undefined out each time', () => {
  const computed: string[] = [];
  const lengthOf = rememberFirst(2, (text: string) => {
    computed.push(text);
    return text === '' ? undefined : { length: text.length };
  });
  expect(lengthOf('ab')).toEqual({ length: 2 });
  expect(lengthOf('ab')).toBe(lengthOf('ab'));
  expect([lengthOf(''), lengthOf('')]).toEqual([undefined, undefined]);
  expect(computed).toEqual(['ab', '', '']);
});
