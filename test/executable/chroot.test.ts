import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApiServer } from '../helpers/api-server.ts';
import { clusterOf } from '../helpers/cluster-objects.ts';

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

  /** Runs `diff --watch` in the root until it has told something, then ends it. */
  async function watch(...words: readonly string[]): Promise<readonly [code: unknown, stdout: string]> {
    const watched = ['diff', '--live', '/node.save', '--watch', '1s', ...words, ...SETTINGS];
    const child = spawn('chroot', [root, '/svc2ipt', ...watched], { env: { PATH: '/usr/sbin:/usr/bin' } });
    const ended = once(child, 'exit');
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (part: string) => (stdout += part));
    child.stderr.setEncoding('utf8').on('data', (part: string) => (stderr += part));
    await Promise.race([once(child.stdout, 'data'), ended]);
    child.kill('SIGTERM');
    const [code] = (await ended) as [unknown];
    expect(stderr).toBe('');
    return [code, stdout];
  }

  const FINE = 'the node is programmed as the cluster says\n';

  it('keeps metrics of a watch', async () => {
    expect(await watch('-f', '/manifests.yaml', '--metrics-file', '/svc2ipt.prom')).toEqual([0, FINE]);
    const metrics = readFileSync(join(root, 'svc2ipt.prom'), 'utf8');
    expect(metrics).toContain('\nsvc2ipt_last_run_success 1\n');
    expect(metrics).toContain('\nsvc2ipt_services_differing 0\n');
  });

  it('reads a cluster', async () => {
    const server = await startApiServer({ objects: clusterOf(2), token: 'right' });
    server.kubeconfig(root, { token: 'right' });
    const { port } = new URL(server.url);
    const flags = ['--from-cluster', '--kubeconfig', `/kubeconfig-${port}.yaml`];
    const words = ['compile', ...flags, ...SETTINGS, '-o', '/node.save'];
    const child = spawn('chroot', [root, '/svc2ipt', ...words], { stdio: 'pipe' });
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await watch(...flags)).toEqual([0, FINE]);
    await server.close();
  });
}); // prettier-ignore

/** The libraries that the loader would take, and the loader. */
function librariesOf(file: string): readonly string[] {
  const listed = execFileSync('ldd', [file], { encoding: 'utf8' });
  return [...listed.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path ?? '');
}
