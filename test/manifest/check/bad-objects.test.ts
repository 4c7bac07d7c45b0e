/** One small manifest per mistake in fixtures/bad/objects, and every line that is printed for them. */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkText } from './helpers.ts';

const folder = new URL('../../../fixtures/bad/objects/', import.meta.url);
const files = readdirSync(folder)
  .filter((name) => name !== 'expected.txt')
  .sort();
const expected = readFileSync(new URL('expected.txt', folder), 'utf8').trimEnd().split('\n');

const isAbout = (file: string) => (line: string) => line.startsWith(`${file}:`);

describe('bad objects', () => {
  it.each(files)('%s', (file) => {
    const { lines } = checkText(readFileSync(new URL(file, folder), 'utf8'), { strict: false }, file);
    expect(lines).toEqual(expected.filter(isAbout(file)));
    expect(lines.length).toBeGreaterThan(0);
  });

  it('every expected line belongs to a file', () => {
    expect(expected.filter((line) => !files.some((file) => isAbout(file)(line)))).toEqual([]);
  });

  it('with strict, unknown fields are errors like all others', () => {
    const unknown = expected.filter((line) => line.includes('unknown field'));
    const strict = files.flatMap((file) =>
      checkText(readFileSync(new URL(file, folder), 'utf8'), { strict: true }, file).lines.filter((line) =>
        line.includes('unknown field'),
      ),
    );
    expect(unknown.length).toBeGreaterThan(5);
    expect(strict).toEqual(unknown.map((line) => line.replace(': warning: ', ': error: ')));
  });
});
