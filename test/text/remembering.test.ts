import { expect, it } from 'vitest';
import { remembering } from '../../src/text/remembering.ts';

it('computes once for each text, until it knows too many', () => {
  const computed: string[] = [];
  const lengthOf = remembering(2, (text) => {
    computed.push(text);
    return { length: text.length };
  });
  const first = lengthOf('a');
  expect(first).toEqual({ length: 1 });
  expect(lengthOf('bb')).toEqual({ length: 2 });
  expect(lengthOf('a')).toBe(first);
  expect(computed).toEqual(['a', 'bb']);
  lengthOf('c');
  lengthOf('bb');
  expect(computed).toEqual(['a', 'bb', 'c', 'bb']);
  expect(lengthOf('a')).toEqual(first);
  expect(lengthOf('a')).not.toBe(first);
});
