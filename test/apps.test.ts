/**
 * Applications as they stand in git. Each folder of fixtures/apps holds a command line and what it must give, whole:
 * `expected.save` on standard output, `expected.txt` on standard error. `UPDATE_SNAPSHOTS=1 npx vitest run
 * test/apps.test.ts` writes both anew; read the diff before you commit it.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from './helpers/cli.ts';

const APPS = join(import.meta.dirname, '../fixtures/apps');
const apps = readdirSync(APPS);

/** A file next to the command line; missing ones are empty, until they are written. */
function golden(app: string, file: string, now: string): string {
  const path = join(APPS, app, file);
  if (process.env['UPDATE_SNAPSHOTS'] === '1') writeFileSync(path, now);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** `svc2ipt compile -f - < fixtures/apps/x/stream.yaml`, without a shell. Paths count from the root. */
async function runCommand(app: string): Promise<Awaited<ReturnType<typeof run>>> {
  const line = readFileSync(join(APPS, app, 'command.txt'), 'utf8').trim();
  const [command = '', input] = line.split(' < ');
  const [name, ...argv] = command.split(' ');
  expect(name).toBe('svc2ipt');
  return run(argv, input === undefined ? {} : { stdin: readFileSync(input) });
}

describe('an application as it stands in git', () => {
  it.each(apps)('%s', async (app) => {
    const { code, stdout, stderr } = await runCommand(app);
    expect(code, stderr).toBe(0);
    expect(stdout).toBe(golden(app, 'expected.save', stdout));
    expect(stderr).toBe(golden(app, 'expected.txt', stderr));
  });

  it('comes in many makes', () => {
    expect(apps.length).toBeGreaterThanOrEqual(25);
  });
});

const MANIFESTS = join(APPS, '../manifests');

/** The nat table of one of the tutorials' manifests. */
async function natOf(file: string, version: string, ...flags: readonly string[]): Promise<string> {
  const argv = [
    'compile',
    '-f',
    join(MANIFESTS, file),
    '--kube-proxy-version',
    version,
    '-t',
    'nat',
    ...flags,
  ];
  const { code, stdout, stderr } = await run(argv);
  expect(code, stderr).toBe(0);
  return stdout;
}

/** Names in comments, with the chains of theirs that begin so. */
const chainsIn = (nat: string, prefix: string): readonly string[] => [
  ...new Set(
    [...nat.matchAll(/--comment "?(\S+?)"? .*-j (KUBE-\S+)$/gm)]
      .filter(([, , chain]) => chain?.startsWith(prefix))
      .map(([, name, chain]) => `${name ?? ''} ${chain ?? ''}`),
  ),
];

/** Chain names as clusters of 2016 and 2020 had them, and what a colon less makes of them. */
describe('the manifests of the classic tutorials', () => {
  it.each<[file: string, version: string, chains: readonly string[]]>([
    ['httpd.yaml', '1.18', ['default/httpd-svc: KUBE-SVC-RL3JAE4GN7VOGDGP']],
    ['httpd.yaml', '1.19', ['default/httpd-svc KUBE-SVC-IYRDZZKXS5EOQ6Q6']],
    ['httpd.yaml', '1.36', ['default/httpd-svc KUBE-SVC-IYRDZZKXS5EOQ6Q6']],
    ['nginx.yaml', '1.2', ['default/nginx-service: KUBE-SVC-GKN7Y2BSGW4NJTYL']],
    ['node-port/nginx.yaml', '1.2', ['default/nginx-service: KUBE-SVC-GKN7Y2BSGW4NJTYL']],
    [
      'myblog.yaml',
      '1.18',
      [
        'demo/myblog-np: KUBE-SVC-P4XYGDX2XWZJXFVX',
        'demo/myblog: KUBE-SVC-WQNGJ7YFZKCTKPZK',
        'demo/mysql: KUBE-SVC-EF7Z4L6MLBBDKFLJ',
      ],
    ],
  ])('%s has the service chains of kube-proxy %s', async (file, version, chains) => {
    expect(chainsIn(await natOf(file, version), 'KUBE-SVC').toSorted()).toEqual(chains);
  });

  it.each<[file: string, version: string, pod: string, ip: string, chain: string]>([
    ['nginx.yaml', '1.2', 'ReplicationController default/nginx 0', '10.1.13.2', 'KUBE-SEP-7ROBBXFV7SD4AIRW'],
    ['myblog.yaml', '1.18', 'Deployment demo/myblog 1', '10.244.1.158', 'KUBE-SEP-GB5GNOM5CZH7ICXZ'],
  ])('%s has the endpoint chain of kube-proxy %s for %s at %s', async (file, version, pod, ip, chain) => {
    const assignments = join(mkdtempSync(join(tmpdir(), 'svc2ipt-test-')), 'assignments.yaml');
    writeFileSync(assignments, `{apiVersion: svc2ipt/v1, kind: Assignments, podIPs: {${pod} IPv4: ${ip}}}\n`);
    const nat = await natOf(file, version, '--assignments', assignments);
    rmSync(dirname(assignments), { recursive: true });
    expect(nat).toMatch(new RegExp(`^-A ${chain} .* --to-destination ${ip}:\\d+$`, 'm'));
  });
});
