import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closingQuote, isWordError, quote, splitWords } from '../../src/text/words.ts';

describe('quote', () => {
  it.each([
    ['web', 'web'],
    ['CLEAR-AZURE_NPM-0x2000', 'CLEAR-AZURE_NPM-0x2000'],
    ['', '""'],
    ['ns1/svc1:p80', '"ns1/svc1:p80"'],
    ["it's", '"it\\\'s"'],
    ['say "hi" \\ bye', '"say \\"hi\\" \\\\ bye"'],
    ['two\nlines', '"two\nlines"'],
    ['naïve', '"naïve"'],
  ])('spells %j as iptables-save does', (text, spelled) => {
    expect(quote(text)).toBe(spelled);
  });
});

describe('splitWords', () => {
  const split = (line: string): unknown => {
    const words = splitWords(line);
    return isWordError(words) ? words : words.map((word) => word.text);
  };

  it.each([
    ['', []],
    ['  -p  tcp\t-j X \r', ['-p', 'tcp', '-j', 'X']],
    ['--comment "a b" -j X', ['--comment', 'a b', '-j', 'X']],
    ['--comment "" -j', ['--comment', '', '-j']],
    ['"a \\"b\\" \\\\ \\\'c\\\'"', ['a "b" \\ \'c\'']],
    ['--comment "one\n-A two" -j X', ['--comment', 'one\n-A two', '-j', 'X']],
    ['back\\slash', ['back\\slash']],
    ['"open', { offset: 0, message: 'This quote is never closed.' }],
    ['-m "a\\"', { offset: 3, message: 'This quote is never closed.' }],
    ['"a"b', { offset: 2, message: 'A quote in the middle of a word.' }],
    ['x"a"', { offset: 1, message: 'A quote in the middle of a word.' }],
  ])('splits %j', (line, expected) => {
    expect(split(line)).toEqual(expected);
  });

  it('tells where each word stands and how it is written', () => {
    expect(splitWords('-j  "a b"')).toEqual([
      { text: '-j', raw: '-j', offset: 0 },
      { text: 'a b', raw: '"a b"', offset: 4 },
    ]);
  });

  it('reads back whatever was quoted', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (texts) => {
        expect(split(texts.map(quote).join(' '))).toEqual(texts);
      }),
    );
  });
});

describe('closingQuote', () => {
  it.each([
    ['"a" b', 0, 3],
    ['x "a\\"b" c', 2, 8],
    ['"a\\', 0, -1],
  ])('finds the end of the quote in %j', (text, open, end) => {
    expect(closingQuote(text, open)).toBe(end);
  });
});
