import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeWhole } from '../../src/cli/write-whole.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'write-whole-'));

describe('writeWhole', () => {
  it('writes pieces one behind the other', async () => {
    const path = join(folder(), 'rules.save');
    await writeWhole(path, ['*nat\n', 'ü\n', 'COMMIT\n']);
    expect(readFileSync(path, 'utf8')).toBe('*nat\nü\nCOMMIT\n');
  });

  it('leaves the file as it was, and nothing beside it, when a piece cannot be made', async () => {
    const dir = folder();
    const path = join(dir, 'rules.save');
    writeFileSync(path, 'before\n');
    const failing = function* (): Generator<string> {
      yield '*nat\n';
      throw new Error('no more');
    };
    await expect(writeWhole(path, failing())).rejects.toThrow('no more');
    expect(readFileSync(path, 'utf8')).toBe('before\n');
    expect(readdirSync(dir)).toEqual(['rules.save']);
  });
});
