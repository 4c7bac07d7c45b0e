import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { resolveSettings } from '../../src/config/resolve-settings.ts';
import { MODE_NAMES } from '../../src/modes/modes.ts';
import { formatDiagnostic } from '../../src/diagnostics/format.ts';

const folder = new URL('../../fixtures/bad/config/', import.meta.url);
const expected = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')) as Record<
  string,
  string[]
>;
const files = readdirSync(folder).filter((file) => file !== 'expected.json');

describe('configurations with a mistake', () => {
  it.each(files)('%s', (file) => {
    const config = { name: file, text: readFileSync(new URL(file, folder), 'utf8') };
    const outcome = resolveSettings({
      config,
      flags: {},
      version: '1.37',
      ipFamily: 'IPv4',
      nodes: [],
      supportedModes: MODE_NAMES,
    });
    expect(outcome.problems.map(formatDiagnostic)).toEqual(expected[file]);
    expect(outcome.value).toBeUndefined();
  });

  it('are many, and each has its messages', () => {
    expect(files.length).toBeGreaterThanOrEqual(38);
    expect(Object.keys(expected).sort()).toEqual(files.sort());
  });
});
