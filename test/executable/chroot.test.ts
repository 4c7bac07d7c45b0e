import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const EXECUTABLE = join(ROOT, 'dist-exe/svc2ipt');
const CASE = join(ROOT, 'fixtures/oracle/14-loadbalancer');
const SETTINGS = ['--config', '/kube-proxy.yaml', '--node-name', 'node-1'];

const reason =
  process.platform !== 'linux'
    ? 'this is not Linux'
    : process.getuid?.() === 0
      ? undefined
      : 'this is not root';

if (reason !== undefined && process.env['SVC2IPT_KERNEL'] === 'required') {
  throw new Error(`the single executable must be tested here, but ${reason}`);
}
if (reason !== undefined) {
  process.stderr.write(`\nNOT TESTED: the single executable in an empty root, because ${reason}\n\n`);
}

describe.skipIf(reason !== undefined)('the single executable in a root without Node.js', () => {
  let root = '';

  beforeAll(() => {
    execFileSync(process.execPath, [join(ROOT, 'build/executable.js')], { cwd: ROOT, stdio: 'pipe' });
    root = mkdtempSync(join(tmpdir(), 'svc2ipt-root-'));
    for (const library of librariesOf(EXECUTABLE)) {
      mkdirSync(join(root, dirname(library)), { recursive: true });
      copyFileSync(library, join(root, library));
    }
    copyFileSync(EXECUTABLE, join(root, 'svc2ipt'));
    for (const name of ['manifests.yaml', 'kube-proxy.yaml']) copyFileSync(join(CASE, name), join(root, name));
  });

  afterAll(() => {
    if (root !== '') rmSync(root, { recursive: true });
  });

  /** Runs the file in the root; the environment has no path to any other program. */
  const run = (...words: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } =>
    spawnSync('chroot', [root, '/svc2ipt', ...words], { encoding: 'utf8', env: { PATH: '/usr/sbin:/usr/bin' } });

  it('tells its version', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly version: string };
    expect(run('--version')).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('compiles what the program of the package compiles', () => {
    const words = ['compile', '-f', 'manifests.yaml', '--config', 'kube-proxy.yaml', '--node-name', 'node-1'];
    const expected = spawnSync(process.execPath, [join(ROOT, 'bin/svc2ipt.js'), ...words], { cwd: CASE, encoding: 'utf8' });
    const { status, stdout, stderr } = run('compile', '-f', '/manifests.yaml', ...SETTINGS);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: expected.stdout, stderr: expected.stderr.replaceAll('manifests.yaml', '/manifests.yaml') });
    expect(stdout).toContain('-A KUBE-SERVICES -d 10.96.0.30/32');
  });

  it('compares a dump, and finds the rule that is missing', () => {
    const { stdout: dump } = run('compile', '-f', '/manifests.yaml', ...SETTINGS);
    writeFileSync(join(root, 'node.save'), dump);
    writeFileSync(join(root, 'torn.save'), dump.replace(/^-A KUBE-SERVICES -d 10\.96\.0\.30\/32 .*\n/m, ''));
    const diff = (file: string): ReturnType<typeof run> => run('diff', '-f', '/manifests.yaml', '--live', file, ...SETTINGS);
    expect(diff('/node.save')).toMatchObject({ status: 0 });
    const torn = diff('/torn.save');
    expect(torn.status).toBe(1);
    expect(torn.stdout).toContain('10.96.0.30');
  });
}); // prettier-ignore

/** The libraries that the loader would take, and the loader. */
function librariesOf(file: string): readonly string[] {
  const listed = execFileSync('ldd', [file], { encoding: 'utf8' });
  return [...listed.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path ?? '');
}
