/** Writes the output of `svc2ipt compile` to a file or a folder. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Diagnostic } from '../diagnostics/diagnostic.ts';
import { fileProblem } from './read-inputs.ts';
import { beginBatch, writeWhole } from './write-whole.ts';

/** What was compiled, as text. */
export interface Output {
  /** Returns the parts that are asked for, one behind the other, in pieces that are made when they are asked for. */
  readonly pieces: () => Iterable<string>;
  /** Returns files by name, for a folder; undefined when the output has no parts of several kinds. */
  readonly files: (() => ReadonlyMap<string, string>) | undefined;
}

/** Returns true for a path that means a folder: one is there, or the path ends with a slash. */
export async function isFolder(path: string): Promise<boolean> {
  const existing = await stat(path).catch(() => undefined);
  return existing === undefined ? path.endsWith('/') : existing.isDirectory();
}

/** Writes the output to a file or, all files or none, to a folder. Returns what went wrong. */
export async function writeOutput(path: string, { pieces, files }: Output): Promise<readonly Diagnostic[]> {
  if (files !== undefined && (await isFolder(path))) return writeAll(path, files());
  return attempt(path, () => writeWhole(path, pieces()));
}

async function writeAll(folder: string, files: ReadonlyMap<string, string>): Promise<readonly Diagnostic[]> {
  const batch = beginBatch();
  for (const [name, text] of files) {
    const failure = await batch.add(join(folder, name), text);
    if (failure === undefined) continue;
    await batch.discard();
    return [fileProblem('file-unwritable', failure.path, failure.error)];
  }
  const failure = await batch.commit();
  return failure === undefined ? [] : [fileProblem('file-unwritable', failure.path, failure.error)];
}

/** Runs the action and returns what went wrong with the file. */
export async function attempt(path: string, action: () => Promise<void>): Promise<readonly Diagnostic[]> {
  try {
    await action();
    return [];
  } catch (error) {
    return [fileProblem('file-unwritable', path, error)];
  }
}
