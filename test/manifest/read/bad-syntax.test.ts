import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeText } from '../../../src/manifest/decode-text.ts';
import { readManifest } from '../../../src/manifest/read-manifest.ts';
import { formatDiagnostic } from '../../../src/diagnostics/format.ts';

const folder = new URL('../../../fixtures/bad/syntax/', import.meta.url);
const expected = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')) as Record<
  string,
  string[]
>;
const files = readdirSync(folder).filter((file) => file !== 'expected.json');

function messagesFor(file: string): readonly string[] {
  const decoded = decodeText(file, readFileSync(new URL(file, folder)));
  const read = decoded.value === undefined ? [] : readManifest(decoded.value).problems;
  return [...decoded.problems, ...read].map(formatDiagnostic);
}

describe('files with a mistake of syntax', () => {
  it.each(files)('%s', (file) => {
    expect(messagesFor(file)).toEqual(expected[file]);
  });

  it('are many, and each has its messages', () => {
    expect(files.length).toBeGreaterThanOrEqual(70);
    expect(Object.keys(expected).sort()).toEqual(files.sort());
    expect(Object.values(expected).filter((messages) => messages.length === 0)).toEqual([]);
  });
});
