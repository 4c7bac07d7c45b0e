import { expect, it } from 'vitest';
import { addToGroup, groupBy } from '../../src/text/groups.ts';

it('groups items by key, groups and items in the order in which they come', () => {
  const groups = groupBy(['bee', 'ant', 'bat', 'asp'], (word) => word[0]);
  expect([...groups]).toEqual([
    ['b', ['bee', 'bat']],
    ['a', ['ant', 'asp']],
  ]);
});

it('takes any key, and nothing is one, too', () => {
  expect([...groupBy([1, 2, 3], (number) => (number > 1 ? undefined : number))]).toEqual([
    [1, [1]],
    [undefined, [2, 3]],
  ]);
});

it('adds to a group that is there', () => {
  const groups = new Map([['a', ['ant']]]);
  addToGroup(groups, 'a', 'asp');
  addToGroup(groups, 'b', 'bee');
  expect(groups).toEqual(
    new Map([
      ['a', ['ant', 'asp']],
      ['b', ['bee']],
    ]),
  );
});
