import { randomBytes } from 'node:crypto';
import { chmod, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Writes a file so that no reader sees half of it: writes a second file beside the target, then renames it to
 * the target. Writes directly to targets that are not regular files (a pipe, a terminal). Throws the errors
 * of the file system.
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const existing = await stat(path).catch(() => undefined);
  if (existing !== undefined && !existing.isFile()) {
    await writeFile(path, text);
    return;
  }
  const target = existing === undefined ? path : await realpath(path);
  const beside = join(dirname(target), `.svc2ipt-${randomBytes(6).toString('hex')}.tmp`);
  try {
    const file = await open(beside, 'wx', 0o666);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    if (existing !== undefined) await chmod(beside, existing.mode & 0o7777);
    await rename(beside, target);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
