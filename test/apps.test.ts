/**
 * Applications as they stand in git. Each folder of fixtures/apps holds a command line and what it must give, whole:
 * `expected.save` on standard output, `expected.txt` on standard error. `UPDATE_SNAPSHOTS=1 npx vitest run
 * test/apps.test.ts` writes both anew; read the diff before you commit it.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { destinationsOf } from './helpers/app-model.ts';
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

/** A text as editors of Windows may have saved it. */
const decoded = (bytes: Buffer): string =>
  new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8').decode(bytes);

/** The manifests that a command line names, as texts. */
function manifestsOf(line: string): readonly string[] {
  const [command = '', input] = line.split(' < ');
  if (input !== undefined) return [readFileSync(input, 'utf8')];
  const path = / -f (\S+)/.exec(command)?.[1] ?? '';
  if (statSync(path).isFile()) return [readFileSync(path, 'utf8')];
  return readdirSync(path, { recursive: command.includes(' -R'), encoding: 'utf8' })
    .filter((name) => /\.(ya?ml|json)$/i.test(name))
    .map((name) => decoded(readFileSync(join(path, name))));
}

interface Reached {
  readonly address: string;
  readonly share: number;
}

/** What the rules of the cluster IPs lead to, with each endpoint's share: the draws of KUBE-SVC and KUBE-SVL chains. */
function destinationsIn(save: string): ReadonlyMap<string, readonly Reached[]> {
  const target = new Map(
    [...save.matchAll(/^-A (KUBE-SEP-\S+) .*--to-destination (\S+)/gm)].map(([, chain = '', to = '']) => [
      chain,
      to,
    ]),
  );
  const draws = new Map<string, Reached[]>();
  const rest = new Map<string, number>();
  for (const [rule, chain = '', endpoint = ''] of save.matchAll(
    /^-A (KUBE-(?:SVC|SVL)-\S+) .*-j (KUBE-SEP-\S+)$/gm,
  )) {
    if (rule.includes('-m recent')) continue;
    const probability = Number(/--probability (\S+)/.exec(rule)?.[1] ?? '1');
    const left = rest.get(chain) ?? 1;
    const reached = { address: target.get(endpoint) ?? '', share: left * probability };
    draws.set(chain, [...(draws.get(chain) ?? []), reached]);
    rest.set(chain, left * (1 - probability));
  }
  const portals = save.matchAll(
    /^-A KUBE-SERVICES -d \S+ -p (\w+) .*--comment "(\S+?):? cluster IP" .*-j (KUBE-SV[CL]-\S+)$/gm,
  );
  return new Map(
    [...portals].map(([, protocol = '', name = '', chain = '']) => [
      `${name.includes(':') ? name : `${name}:`}/${protocol}`,
      draws.get(chain) ?? [],
    ]),
  );
}

/** Addresses as the model knows them: those of pods that no manifest tells as `*`. */
const asModelled = (reached: readonly Reached[], expected: readonly string[]): readonly string[] =>
  reached
    .map(({ address }) => (expected.includes(address) ? address : address.replace(/^.*:/, '*:')))
    .toSorted();

describe('what an application must give leads where its Services and Pods say', () => {
  it.each(apps)('%s', (app) => {
    const line = readFileSync(join(APPS, app, 'command.txt'), 'utf8').trim();
    const node = / --node-name (\S+)/.exec(line)?.[1] ?? '';
    const expected = destinationsOf(manifestsOf(line), node, line.includes('--ip-family ipv6'));
    const actual = destinationsIn(readFileSync(join(APPS, app, 'expected.save'), 'utf8'));
    const found = [...actual].map(([name, reached]) => [name, asModelled(reached, expected.get(name) ?? [])]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
    for (const reached of actual.values()) {
      for (const { share } of reached) expect(share).toBeCloseTo(1 / reached.length, 4);
    }
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
