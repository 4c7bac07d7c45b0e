import { expect, it } from 'vitest';
import { chainCache } from '../../src/packets/chain-cache.ts';
import { type ProgramChain, type ProgramRule } from '../../src/packets/program.ts';

const rule: ProgramRule = {
  ref: { chain: 'nat/X', number: 1, line: undefined, text: () => '' },
  steps: [],
};

it('keeps chains that are asked for, and forgets those that are not', () => {
  const compiled: string[] = [];
  const chain = chainCache((id): ProgramChain | undefined => {
    compiled.push(id);
    return id === 'none' ? undefined : { id, rules: [rule, rule] };
  }, 4);
  const ask = (ids: string): string => {
    compiled.length = 0;
    for (const id of ids.split(' ')) chain(id);
    return compiled.join(' ');
  };
  expect(ask('a a')).toBe('a');
  expect(ask('b c a d a b')).toBe('b c d b');
  expect(ask('e f g h')).toBe('e f g h');
  expect(ask('a')).toBe('a');
  expect(ask('none none')).toBe('none none');
});
