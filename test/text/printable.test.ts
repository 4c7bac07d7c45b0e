import { expect, it } from 'vitest';
import { printable, printableJson, printableLines } from '../../src/text/printable.ts';

const HOSTILE = 'a\u001b[31mb\u009b1m\u202e\r\n\tc';

it('leaves no control character in a line', () => {
  expect(printable(HOSTILE)).toBe('a\\u001b[31mb\\u009b1m\\u202e\\r\\n\\tc');
});

it('keeps the lines and tabs of a text', () => {
  expect(printableLines(HOSTILE)).toBe('a\\u001b[31mb\\u009b1m\\u202e\\r\n\tc');
});

it('escapes in JSON what JSON allows, and keeps the value', () => {
  const json = printableJson({ [HOSTILE]: [HOSTILE, '\u007f'] }, 2);
  expect(json).toMatch(/^[\n\x20-\x7e]*$/);
  expect(JSON.parse(json)).toEqual({ [HOSTILE]: [HOSTILE, '\u007f'] });
});
