import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { beginBatch, writeWhole } from '../../src/cli/write-whole.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc2ipt-test-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** A text in whose middle the user presses Ctrl-C. */
function* interrupted(): Generator<string> {
  yield 'first';
  process.emit('SIGINT', 'SIGINT');
  yield 'second';
}

it('an interrupted write leaves nothing behind and ends the process', async () => {
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
  const before = process.listenerCount('SIGINT');
  await expect(writeWhole(join(folder, 'node.save'), interrupted())).rejects.toThrow('ENOENT');
  expect(readdirSync(folder)).toEqual([]);
  expect(kill.mock.calls).toEqual([[process.pid, 'SIGINT']]);
  expect(process.listenerCount('SIGINT')).toBe(before);
});

it('an interrupted batch leaves none of its files', async () => {
  vi.spyOn(process, 'kill').mockReturnValue(true);
  const batch = beginBatch();
  expect(await batch.add(join(folder, 'a.save'), 'a')).toBeUndefined();
  expect(await batch.add(join(folder, 'b.save'), 'b')).toBeUndefined();
  process.emit('SIGTERM', 'SIGTERM');
  expect(readdirSync(folder)).toEqual([]);
  await batch.discard();
});

it('a command that waits for the signal itself finishes its file', async () => {
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
  const ending = vi.fn();
  process.once('SIGINT', ending);
  await writeWhole(join(folder, 'metrics.prom'), interrupted());
  expect(ending).toHaveBeenCalledOnce();
  expect(kill).not.toHaveBeenCalled();
  expect(readFileSync(join(folder, 'metrics.prom'), 'utf8')).toBe('firstsecond');
});
