import { appendAll } from '../text/append-all.ts';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeText } from '../manifest/decode-text.ts';
import { compareText } from '../text/natural-order.ts';
import { type Diagnostic, diagnostic, type Outcome } from '../diagnostics/diagnostic.ts';
import { type Source } from '../text/source.ts';
import { type Io, readAll } from './io.ts';

const MANIFEST_FILE = /\.(ya?ml|json)$/i;

/** A file that cannot be read or written, in words for the user. */
export function fileProblem(
  path: string,
  error: unknown,
  code: 'file-unreadable' | 'file-unwritable' = 'file-unreadable',
): Diagnostic {
  const reason = (error as NodeJS.ErrnoException).code ?? '';
  const why = REASONS[reason] ?? (error instanceof Error ? error.message : String(error));
  return diagnostic(code, `${path}: ${why}`);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'is a directory',
  ENOTDIR: 'a part of the path is no directory',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
  ENOSPC: 'no space left on the device',
  EROFS: 'the file system is read-only',
  ERR_FS_FILE_TOO_LARGE: 'the file is too large',
};

/** The text of one file, or of standard input for `-`. */
export async function readSource(path: string, io: Io): Promise<Outcome<Source | undefined>> {
  try {
    return path === '-'
      ? decodeText('<stdin>', await readAll(io.stdin))
      : decodeText(path, await readFile(path));
  } catch (error) {
    return { value: undefined, problems: [fileProblem(path, error)] };
  }
}

/**
 * The sources behind `-f`: files, the manifests in directories (with `recursive` in those below too) and standard
 * input. A file named twice is read once.
 */
export async function readInputs(
  paths: readonly string[],
  recursive: boolean,
  io: Io,
): Promise<Outcome<readonly Source[]>> {
  const sources: Source[] = [];
  const problems: Diagnostic[] = [];
  const seen = new Set<string>();
  for (const path of paths) {
    const files = await filesBehind(path, recursive);
    appendAll(problems, files.problems);
    for (const file of files.value) {
      const identity = file === '-' ? file : await realpath(file).catch(() => file);
      if (seen.has(identity)) continue;
      seen.add(identity);
      const source = await readSource(file, io);
      appendAll(problems, source.problems);
      if (source.value !== undefined) sources.push(source.value);
    }
  }
  return { value: sources, problems };
}

async function filesBehind(path: string, recursive: boolean): Promise<Outcome<readonly string[]>> {
  if (path === '-') return { value: [path], problems: [] };
  try {
    if (!(await stat(path)).isDirectory()) return { value: [path], problems: [] };
    const files = await manifestsIn(path, recursive);
    return { value: files, problems: files.length === 0 ? [emptyDirectory(path, recursive)] : [] };
  } catch (error) {
    return { value: [], problems: [fileProblem(path, error)] };
  }
}

async function manifestsIn(directory: string, recursive: boolean): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => compareText(a.name, b.name))) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      if (recursive) appendAll(found, await manifestsIn(path, recursive));
    } else if (MANIFEST_FILE.test(entry.name)) found.push(path);
  }
  return found;
}

const emptyDirectory = (path: string, recursive: boolean): Diagnostic =>
  diagnostic(
    'no-input',
    `${path}: no .yaml, .yml or .json file in this directory${recursive ? '' : ' (-R looks into those below)'}`,
  );
