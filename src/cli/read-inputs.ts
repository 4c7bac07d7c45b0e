import { collector } from '../diagnostics/collector.ts';
import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { decodeText } from '../manifest/decode-text.ts';
import { appendAll } from '../text/append-all.ts';
import { compareText } from '../text/natural-order.ts';
import { type Diagnostic, diagnostic, type Outcome } from '../diagnostics/diagnostic.ts';
import { type Source } from '../text/source.ts';
import { excludeRules, IGNORE_FILE, ignoreRulesIn, type IgnoreRules, isIgnored } from './ignored-files.ts';
import { type Io, readAll, remarksOf } from './io.ts';
import { tuneFor } from './large-input.ts';
import { type ManifestFlags } from './options.ts';

/** Which files to read. */
export interface InputFlags extends Omit<ManifestFlags, 'strict'> {
  /** What to leave out, in the syntax of .gitignore. */
  readonly exclude?: readonly string[];
  /** Reads the cluster of `--from-cluster`; absent: lists it once. */
  readonly readCluster?: (() => Promise<Outcome<readonly Source[]>>) | undefined;
}

/** The path without symbolic links; as it is when there is no such file. */
function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

const MANIFEST_FILE = /\.(ya?ml|json)$/i;

/** Returns a message for the user about a file that cannot be read or written. */
export function fileProblem(
  code: 'file-unreadable' | 'file-unwritable',
  path: string,
  error: unknown,
): Diagnostic {
  const reason = (error as NodeJS.ErrnoException).code ?? '';
  const why = REASONS[reason] ?? (error instanceof Error ? error.message : String(error));
  return diagnostic(
    code,
    `${path === '' ? "''" : path}: ${why}${reason === 'ENOENT' ? remedyFor(path) : ''}`,
  );
}

/** What to do about names that are no names of files. */
function remedyFor(path: string): string {
  if (path === '') return ' (the name is empty)';
  if (/^https?:\/\//.test(path)) return ' (URLs are not read: curl -fsSL URL | svc2ipt ... -f -)';
  if (/[*?]/.test(path)) return ' (patterns are not expanded: name the directory)';
  return '';
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

/** Reads a file. Only what is no file, like a pipe, is waited for: to wait takes longer than to read a small file. */
async function readBytes(path: string): Promise<Uint8Array> {
  if (statSync(path).isFile()) return readFileSync(path);
  const { readFile } = await import('node:fs/promises');
  return readFile(path);
}

/** Reads standard input. Tells people at a terminal what is waited for. */
async function readStdin(io: Io): Promise<Uint8Array> {
  const stdin = io.stdin();
  if ('isTTY' in stdin && stdin.isTTY === true)
    remarksOf(io).write('reading from the terminal: end with Ctrl-D\n');
  return readAll(stdin);
}

/** The text of one file, or of standard input for `-`. */
export async function readSource(path: string, io: Io): Promise<Outcome<Source | undefined>> {
  try {
    return path === '-'
      ? decodeText('<stdin>', await readStdin(io))
      : decodeText(path, await readBytes(path));
  } catch (error) {
    return { value: undefined, problems: [fileProblem('file-unreadable', path, error)] };
  }
}

/**
 * Reads the sources behind `-f`: files, the manifests in directories (with `-R` in those below too, but for hidden
 * ones) and standard input, without what `--exclude` and ignore files leave out. A file named twice is read once. Then
 * the cluster of `--from-cluster`.
 */
export async function readInputs(flags: InputFlags, io: Io): Promise<Outcome<readonly Source[]>> {
  const sources: Source[] = [];
  const { keep, tell, problems } = collector();
  const seen = new Set<string>();
  for (const path of flags.filename ?? []) {
    for (const file of keep(await filesBehind(path, flags))) {
      const identity = file === '-' ? file : realPathOf(file);
      if (seen.has(identity)) continue;
      seen.add(identity);
      const source = keep(await readSource(file, io));
      if (source !== undefined) sources.push(source);
    }
  }
  if (flags.fromCluster === true) {
    const read = flags.readCluster ?? (await import('./cluster-inputs.ts')).clusterReader(flags, io);
    appendAll(sources, keep(await read()));
  }
  for (const problem of clusterMisuse(flags)) tell(problem);
  await tuneFor(sources);
  return { value: sources, problems };
}

/** `--kubeconfig` and the like say nothing without `--from-cluster`. */
const clusterMisuse = (flags: InputFlags): readonly Diagnostic[] =>
  flags.fromCluster !== undefined
    ? []
    : CLUSTER_FLAGS.filter(([field]) => flags[field] !== undefined).map(([, option]) =>
        diagnostic('usage', `${option} needs --from-cluster`),
      );

const CLUSTER_FLAGS = [
  ['kubeconfig', '--kubeconfig'],
  ['context', '--context'],
  ['requestTimeout', '--request-timeout'],
] as const satisfies readonly (readonly [keyof InputFlags, string])[];

async function filesBehind(path: string, flags: InputFlags): Promise<Outcome<readonly string[]>> {
  if (path === '-') return { value: [path], problems: [] };
  try {
    const isDirectory = statSync(path).isDirectory();
    const excluded = await excludeRules(flags.exclude ?? [], path, isDirectory);
    const here = await ignoreRulesIn('.');
    const rules = [excluded, here].filter((one) => one !== undefined);
    if (!isDirectory) return { value: isIgnored(path, false, rules) ? [] : [path], problems: [] };
    const recursive = flags.recursive === true;
    const found: Found = { files: [], problems: [] };
    await addManifests(found, path, recursive, rules);
    const isEmpty = found.files.length === 0 && found.problems.length === 0;
    return { value: found.files, problems: isEmpty ? [emptyDirectory(path, recursive)] : found.problems };
  } catch (error) {
    return { value: [], problems: [fileProblem('file-unreadable', path, error)] };
  }
}

/** The manifests of a directory, and the directories in it that cannot be read. */
interface Found {
  readonly files: string[];
  readonly problems: Diagnostic[];
}

async function addManifests(
  found: Found,
  directory: string,
  recursive: boolean,
  above: readonly IgnoreRules[],
): Promise<void> {
  const seen = await lookInto(directory, above);
  if (!('entries' in seen)) {
    found.problems.push(seen);
    return;
  }
  for (const entry of seen.entries.sort((a, b) => compareText(a.name, b.name))) {
    const path = join(directory, entry.name);
    if (isIgnored(path, entry.isDirectory(), seen.rules)) continue;
    if (entry.isDirectory()) {
      if (recursive && !entry.name.startsWith('.')) await addManifests(found, path, recursive, seen.rules);
    } else if (MANIFEST_FILE.test(entry.name)) found.files.push(path);
  }
}

/** What is in a directory, and what to leave out of it. */
interface Directory {
  readonly entries: Dirent[];
  readonly rules: readonly IgnoreRules[];
}

/** Looks into one directory. One that cannot be read does not hide the others. */
async function lookInto(directory: string, above: readonly IgnoreRules[]): Promise<Directory | Diagnostic> {
  let path = directory;
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    path = join(directory, IGNORE_FILE);
    const own = resolve(directory) === resolve('.') ? undefined : await ignoreRulesIn(directory);
    return { entries, rules: own === undefined ? above : [...above, own] };
  } catch (error) {
    return fileProblem('file-unreadable', path, error);
  }
}

const emptyDirectory = (path: string, recursive: boolean): Diagnostic =>
  diagnostic(
    'no-input',
    `${path}: no .yaml, .yml or .json file in this directory${recursive ? '' : ' (-R looks into those below)'}`,
  );
