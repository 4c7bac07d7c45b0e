import { describe, expect, it } from 'vitest';
import {
  dnsLabelMistakes,
  dnsSubdomainMistakes,
  domainNameMistakes,
  labelKeyMistakes,
  labelValueMistakes,
  portNameMistakes,
  portNumberMistakes,
} from '../../../src/manifest/check/names.ts';

const a = (count: number) => 'a'.repeat(count);

/** Rule by rule: what it takes, and how many mistakes it finds in what it refuses. */
const TABLE = [
  [
    'dnsLabel',
    dnsLabelMistakes,
    ['a', '1', 'a-b', 'a--b', a(63)],
    {
      '': 1,
      'a.b': 1,
      a_b: 1,
      A: 1,
      '-a': 1,
      'a-': 1,
      'a\n': 1,
      ' a': 1,
      é: 1,
      [a(64)]: 1,
      [`${a(64)}_`]: 2,
    },
  ],
  [
    'dnsSubdomain',
    dnsSubdomainMistakes,
    ['a', 'a.b', '1.2.3.4', `${a(63)}.${a(63)}`, a(253)],
    { '': 1, 'a..b': 1, '.a': 1, 'a.': 1, a_b: 1, 'a.-b': 1, [a(254)]: 1, [`${a(254)}.`]: 2 },
  ],
  [
    'domainName',
    domainNameMistakes,
    ['a.b', 'a.b.', 'example.com'],
    { a: 1, 'a..': 1, 'a_.b': 1, [`${a(64)}.b`]: 1 },
  ],
  [
    'labelKey',
    labelKeyMistakes,
    ['a', 'A_b.c-D', 'example.com/a', a(63), `a.b/${a(63)}`],
    {
      '': 2,
      '/': 3,
      '/a': 1,
      'a/': 2,
      'a/b/c': 1,
      'A/b': 1,
      '-a': 1,
      'a b': 1,
      'a\n': 1,
      [a(64)]: 1,
      __proto__x_: 1,
    },
  ],
  [
    'labelValue',
    labelValueMistakes,
    ['', 'a', 'A_b.c-D', '1', a(63)],
    { '-': 1, 'a b': 1, 'a/b': 1, 'a\n': 1, é: 1, [a(64)]: 1, [`${a(64)}!`]: 2 },
  ],
  [
    'portName',
    portNameMistakes,
    ['http', 'a', '1a', 'a-b', a(15)],
    { '': 2, '80': 1, HTTP: 2, 'a--b': 1, '-a': 1, 'a-': 1, '--': 3, [a(16)]: 1, 'a b': 1 },
  ],
] as const;

describe.each(TABLE)('%s', (_, mistakes, good, bad) => {
  it.each(good)('takes %j', (text) => {
    expect(mistakes(text)).toEqual([]);
  });

  it.each(Object.entries(bad))('refuses %j with %i', (text, count) => {
    expect(mistakes(text)).toHaveLength(count);
  });

  it('does not hang on long text', () => {
    for (const long of [
      a(1e6),
      `${a(1e6)}_`,
      'a-'.repeat(5e5),
      'a.'.repeat(5e5),
      '-'.repeat(1e6),
      '/'.repeat(1e6),
    ]) {
      mistakes(long);
    }
  });
});

describe('portNumber', () => {
  it.each([1, 80, 65535])('takes %i', (port) => {
    expect(portNumberMistakes(port)).toEqual([]);
  });

  it.each([-1, 0, 65536, 2 ** 31])('refuses %i', (port) => {
    expect(portNumberMistakes(port)).toEqual(['must be between 1 and 65535, inclusive']);
  });
});
