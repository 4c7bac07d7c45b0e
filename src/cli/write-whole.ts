import { randomBytes } from 'node:crypto';
import { chmod, copyFile, link, mkdir, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { removeWhenInterrupted } from './unfinished-files.ts';

/**
 * Writes a text, or its pieces, so that no reader sees half of it: writes a second file beside the target, then renames
 * it to the target. Writes directly to targets that are not regular files (a pipe, a terminal). Throws the errors of the
 * file system.
 */
export async function writeWhole(path: string, text: string | Iterable<string>): Promise<void> {
  const existing = await stat(path).catch(() => undefined);
  if (existing !== undefined && !existing.isFile()) {
    await writeFile(path, text);
    return;
  }
  const { beside, target, finish } = await writeBeside(path, text);
  try {
    await rename(beside, target);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  } finally {
    finish();
  }
}

/** A text that is written, but not yet under its name. */
interface Written {
  readonly beside: string;
  readonly target: string;
  /** To be called when the file has its name, or is gone. */
  readonly finish: () => void;
}

async function writeBeside(path: string, text: string | Iterable<string>): Promise<Written> {
  const existing = await stat(path).catch(() => undefined);
  const target = existing === undefined ? path : await realpath(path);
  const beside = nameBeside(target);
  const finish = removeWhenInterrupted(beside);
  try {
    const file = await open(beside, 'wx', 0o666);
    try {
      await writeFile(file, text);
      await file.sync();
    } finally {
      await file.close();
    }
    if (existing !== undefined) await chmod(beside, existing.mode & 0o7777);
    return { beside, target, finish };
  } catch (error) {
    await rm(beside, { force: true });
    finish();
    throw error;
  }
}

const nameBeside = (path: string): string =>
  join(dirname(path), `.svc2ipt-${randomBytes(6).toString('hex')}.tmp`);

/** The file that could not be written, and why. */
export interface WriteFailure {
  readonly path: string;
  readonly error: unknown;
}

/** Files of which all are written or none. */
export interface Batch {
  /** Writes a text beside its target, and creates the folder. */
  readonly add: (path: string, text: string) => Promise<WriteFailure | undefined>;
  /** Gives all files their names; when one cannot have it, the earlier ones are as before. */
  readonly commit: () => Promise<WriteFailure | undefined>;
  /** Removes what was written beside. */
  readonly discard: () => Promise<void>;
}

/** Begins a batch of files. It ends with `commit` or `discard`. */
export function beginBatch(): Batch {
  const written: Written[] = [];
  const discard = async (): Promise<void> => {
    for (const { beside, finish } of written) {
      await rm(beside, { force: true });
      finish();
    }
  };
  return {
    add: async (path, text) => {
      try {
        await mkdir(dirname(path), { recursive: true });
        written.push(await writeBeside(path, text));
        return undefined;
      } catch (error) {
        return { path, error };
      }
    },
    commit: async () => {
      const failure = await renameAll(written);
      await discard();
      return failure;
    },
    discard,
  };
}

async function renameAll(all: readonly Written[]): Promise<WriteFailure | undefined> {
  const undo: (() => Promise<void>)[] = [];
  const backups: string[] = [];
  let failure: WriteFailure | undefined;
  for (const { beside, target } of all) {
    const backup = nameBeside(target);
    try {
      const isThere = await keepAs(target, backup);
      if (isThere) backups.push(backup);
      await rename(beside, target);
      undo.push(() => (isThere ? rename(backup, target) : rm(target, { force: true })));
    } catch (error) {
      failure = { path: target, error };
      for (const step of undo.reverse()) await step();
      break;
    }
  }
  for (const backup of backups) await rm(backup, { force: true });
  return failure;
}

/** Gives a file a second name. Copies it where the file system has no such names. False when there is no file. */
async function keepAs(path: string, backup: string): Promise<boolean> {
  try {
    await link(path, backup);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    await copyFile(path, backup);
    return true;
  }
}
