/** The programs that are measured: that of this working tree, and that of another revision. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/** The root of this working tree. */
export const HERE = join(import.meta.dirname, '..');

/** @typedef {{ name: string, root: string, reader: string }} Revision a built tree, and its readers as one file */

/** @returns {Promise<Revision>} the working tree, which is built already */
export const workingTree = (folder) => withReader({ name: 'now', root: HERE }, folder);

/** Checks out and builds a revision in `folder`. @returns {Promise<Revision>} */
export async function checkOut(name, folder) {
  const root = join(folder, 'revision');
  execFileSync('git', ['worktree', 'add', '--detach', root, name], { cwd: HERE, stdio: 'pipe' });
  symlinkSync(join(HERE, 'node_modules'), join(root, 'node_modules'));
  execFileSync('npm', ['run', 'build'], { cwd: root, stdio: 'pipe' });
  return withReader({ name, root }, folder);
}

/** Removes what {@link checkOut} made. */
export function removeCheckout(folder) {
  const root = join(folder, 'revision');
  if (!existsSync(root)) return;
  rmSync(join(root, 'node_modules'));
  execFileSync('git', ['worktree', 'remove', '--force', root], { cwd: HERE, stdio: 'pipe' });
}

/** Bundles the readers of a revision, which are no part of its public interface. */
async function withReader(revision, folder) {
  const reader = join(folder, `reader-${revision.name.replaceAll('/', '-')}.mjs`);
  const source = (path) => JSON.stringify(join(revision.root, 'src', path));
  await build({
    stdin: {
      contents: `
        import { readFileSync } from 'node:fs';
        import { readManifest } from ${source('manifest/read-manifest.ts')};
        import { readDump } from ${source('modes/iptables/read-dump.ts')};
        const [form, name] = process.argv.slice(2);
        const read = form === 'dump' ? readDump : readManifest;
        const { value } = read({ name, text: readFileSync(name, 'utf8') });
        if (value === undefined || value.length === 0) throw new Error(name + ' was not read');
      `,
      resolveDir: revision.root,
    },
    outfile: reader,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  return { ...revision, reader };
}

/**
 * Runs a measure once in a process of its own.
 *
 * @returns {{ cpu: number, wall: number, peak: number } | undefined} milliseconds of the processor and of the clock, and
 *   MiB at most; undefined when the program refuses, as older revisions do with options that they do not know
 */
export function measure({ run: { cli, floor, reader, node } }, revision, usageFile) {
  const words =
    cli !== undefined
      ? [join(revision.root, 'bin/svc2ipt.js'), ...cli]
      : floor !== undefined
        ? [join(HERE, 'bench/floors.js'), ...floor]
        : reader !== undefined
          ? [revision.reader, ...reader]
          : node;
  rmSync(usageFile, { force: true });
  const started = process.hrtime.bigint();
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--require', join(HERE, 'bench/usage.cjs'), ...words],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      maxBuffer: 1 << 30,
      env: { ...process.env, SVC2IPT_BENCH_USAGE: usageFile },
    },
  );
  const wall = Number(process.hrtime.bigint() - started) / 1e6;
  // 1 tells of differences or findings.
  if (status === 0 || status === 1) return { ...JSON.parse(readFileSync(usageFile, 'utf8')), wall };
  if (cli !== undefined) return undefined;
  throw new Error(`${words.join(' ')} ended with ${status}: ${stderr}`);
}
