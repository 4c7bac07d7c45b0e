import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../helpers/cli.ts';
import { ORACLE } from '../helpers/oracle.ts';

const CASE = join(ORACLE, '03-clusterip-three-endpoints-httpd');
const CAPTURE = join(CASE, 'expected', '1.27-1.30.iptables.save');
const SAVE = readFileSync(CAPTURE, 'utf8');
const MANIFESTS = ['-f', join(CASE, 'manifests.yaml'), '--config', join(CASE, 'kube-proxy.yaml')];
const SERVICE = 'KUBE-SVC-CNZCPOCNCNOROALA';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc2ipt-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const inFolder = (text: string, name = 'live.save'): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const without = (pattern: RegExp): string =>
  SAVE.split('\n')
    .filter((line) => !pattern.test(line))
    .join('\n');

const shares = SAVE.split('\n').filter(
  (line) => line.startsWith('-A KUBE-SVC-') && line.includes(' KUBE-SEP-'),
);

describe('svc2ipt diff', () => {
  it('says in one line that a node is right', async () => {
    expect(await run(['diff', ...MANIFESTS, '--live', CAPTURE])).toEqual({
      code: 0,
      stdout: '1 Service equal; kube-proxy 1.27-1.37 (most likely 1.27-1.30: no nfacct counters)\n',
      stderr: '',
    });
  });

  it('tells which endpoint is missing, in words first, then by rules', async () => {
    const [first = ''] = shares;
    const live = inFolder(SAVE.replace(`${first}\n`, ''));
    const { code, stdout } = await run(['diff', ...MANIFESTS, '--live', live]);
    expect([code, stdout]).toMatchSnapshot();
  });

  it('tells the share that each endpoint really gets', async () => {
    const live = inFolder(SAVE.replace('0.33333333349', '0.25000000000'));
    const { code, stdout } = await run(['diff', ...MANIFESTS, '--live', live]);
    expect([code, stdout]).toMatchSnapshot();
  });

  it('tells of a Service whose chains are all missing once', async () => {
    const live = inFolder(without(/KUBE-(SVC|SEP)-/));
    const { code, stdout } = await run(['diff', ...MANIFESTS, '--live', live, '-o', 'json']);
    const report = JSON.parse(stdout) as { differences: { kind: string; service: string; table: string }[] };
    expect(code).toBe(1);
    expect(report.differences.map(({ kind, service, table }) => [kind, service, table])).toEqual([
      ['missing-service', expect.stringContaining('/'), 'nat'],
    ]);
  });

  it('prints the promised JSON', async () => {
    const live = inFolder(SAVE.replace('0.33333333349', '0.25000000000'));
    const { code, stdout } = await run(['diff', ...MANIFESTS, '--live', live, '-o', 'json']);
    expect([code, JSON.parse(stdout)]).toMatchSnapshot();
  });

  it('prints one unified diff, and nothing where there is no difference', async () => {
    const live = inFolder(SAVE.replace('0.33333333349', '0.25000000000'));
    const broken = await run(['diff', ...MANIFESTS, '--live', live, '-o', 'unified']);
    expect([broken.code, broken.stdout]).toMatchSnapshot();
    expect(await run(['diff', ...MANIFESTS, '--live', CAPTURE, '-o', 'unified'])).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });

  it('reads the dump from standard input', async () => {
    expect(await run(['diff', ...MANIFESTS, '--live', '-'], { stdin: SAVE })).toMatchObject({ code: 0 });
  });

  it('says with -v what it took from the dump', async () => {
    const { stderr } = await run(['diff', '-f', join(CASE, 'manifests.yaml'), '--live', CAPTURE, '-v']);
    expect(stderr).toBe(
      [
        'the dump fits kube-proxy 1.27-1.37',
        'taken from the dump: cluster CIDR 10.244.0.0/16',
        'taken from the dump: masquerade bit 14',
        'taken from the dump: masquerade all no',
        'taken from the dump: node ports on localhost yes',
        'taken from the dump: nfacct counters no',
        'taken from the dump: random-fully yes',
        'taken from the dump: tcpBeLiberal no',
        '',
      ].join('\n'),
    );
  });

  it('compares what is given', async () => {
    const args = [
      'diff',
      '-f',
      join(CASE, 'manifests.yaml'),
      '--live',
      CAPTURE,
      '--cluster-cidr',
      '10.0.0.0/8',
    ];
    const { code, stdout } = await run(args);
    expect(code).toBe(1);
    expect(stdout).toContain('source is ! 10.244.0.0/16, not ! 10.0.0.0/8');
  });

  it('takes another version for what it is', async () => {
    const { code } = await run(['diff', ...MANIFESTS, '--live', CAPTURE, '--kube-proxy-version', '1.21']);
    expect(code).toBe(1);
  });

  it('selects Services', async () => {
    const live = inFolder(SAVE.replace('0.33333333349', '0.25000000000'));
    const named = await run(['diff', ...MANIFESTS, '--live', live, '--only', 'default/*']);
    expect(named.code).toBe(1);
    const excluded = await run(['diff', ...MANIFESTS, '--live', live, '--exclude', 'default/*']);
    expect(excluded.code).toBe(0);
  });

  it('compares two files of rules by meaning', async () => {
    const golden = inFolder(SAVE.replaceAll('0x4000/0x4000', '0x00004000/0x00004000'), 'golden.save');
    expect(await run(['diff', '--golden', golden, '--live', CAPTURE])).toEqual({
      code: 0,
      stdout: '1 Service equal; kube-proxy 1.27-1.37 (most likely 1.27-1.30: no nfacct counters)\n',
      stderr: '',
    });
    const broken = inFolder(without(/-j KUBE-FORWARD/));
    const { code, stdout } = await run(['diff', '--golden', golden, '--live', broken]);
    expect([code, stdout]).toEqual([
      1,
      [
        'node: the jump from FORWARD to KUBE-FORWARD is missing in table filter',
        '  - -A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD',
        '',
        "the node's own rules differ, 1 Service equal; kube-proxy 1.27-1.37 (most likely 1.27-1.30: no nfacct counters)",
        '',
      ].join('\n'),
    ]);
  });

  it('notes leftovers, and counts them with --strict', async () => {
    const leftover = ':KUBE-SVC-LEFTOVERLEFTOVER - [0:0]\n-A KUBE-SVC-LEFTOVERLEFTOVER -j ACCEPT\nCOMMIT';
    const live = inFolder(SAVE.replace(/COMMIT\n?$/, leftover));
    const note = '1 chain that nothing leads to is left over: KUBE-SVC-LEFTOVERLEFTOVER';
    const plain = await run(['diff', ...MANIFESTS, '--live', live]);
    expect(plain).toEqual({
      code: 0,
      stdout: `note: ${note}\n1 Service equal; kube-proxy 1.27-1.37 (most likely 1.27-1.30: no nfacct counters)\n`,
      stderr: '',
    });
    expect((await run(['diff', ...MANIFESTS, '--live', live, '--strict'])).code).toBe(1);
  });

  it("notes other software's rules ahead of kube-proxy's", async () => {
    const live = inFolder(
      SAVE.replace(
        '-A PREROUTING',
        '-A PREROUTING -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.9.9.9:80\n-A PREROUTING',
      ),
    );
    expect(await run(['diff', ...MANIFESTS, '--live', live])).toEqual({
      code: 0,
      stdout:
        "note: 1 rule of other software in PREROUTING of table nat stands ahead of kube-proxy's and may take traffic of Services: -A PREROUTING -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.9.9.9:80\n" +
        '1 Service equal; kube-proxy 1.27-1.37 (most likely 1.27-1.30: no nfacct counters)\n',
      stderr: '',
    });
  });

  it('misses a table of a save dump, unless told to compare others only', async () => {
    const nat = inFolder(SAVE.slice(SAVE.indexOf('*nat')));
    expect((await run(['diff', ...MANIFESTS, '--live', nat, '--kube-proxy-version', '1.30'])).code).toBe(1);
    expect((await run(['diff', ...MANIFESTS, '--live', nat, '-t', 'nat'])).code).toBe(0);
  });

  it('says what no version explains', async () => {
    const live = inFolder(without(/KUBE-PROXY-CANARY/));
    const { code, stdout } = await run(['diff', ...MANIFESTS, '--live', live]);
    expect(code).toBe(1);
    expect(stdout).toContain(
      'note: no kube-proxy that svc2ipt knows writes all that the dump shows; 1.27-1.30 comes nearest, but not in: canary\n',
    );
  });

  it('says that kube-proxy runs in another mode', async () => {
    const live = inFolder(
      [
        '*nat',
        ':PREROUTING ACCEPT [0:0]',
        ':OUTPUT ACCEPT [0:0]',
        ':POSTROUTING ACCEPT [0:0]',
        ':KUBE-SERVICES - [0:0]',
        ':KUBE-LOAD-BALANCER - [0:0]',
        '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
        '-A KUBE-SERVICES -m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT',
        'COMMIT',
        '',
      ].join('\n'),
    );
    expect(await run(['diff', ...MANIFESTS, '--live', live])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'svc2ipt: error: kube-proxy runs in mode ipvs on this node: give what ipset save, ipvsadm -S -n and ip -j addr show kube-ipvs0 print, too [node-other-mode]\n',
    });
  });

  it.each([
    [['diff'], 'nothing to compare with'],
    [['diff', '-f', 'a', '--golden', 'b', '--live', 'c'], '-f and --golden exclude each other'],
    [['diff', '-f', '-', '--live', '-'], 'standard input can be read only once'],
    [['diff', '-f', 'a', '--live', 'b', '-t', 'raw'], '-t raw'],
    [['diff', '-f', 'a', '--live', '/nowhere/at.all'], 'no such file or directory'],
    [['diff', '-f', 'a', '--live', 'b', '-o', 'yaml'], 'Allowed choices'],
    [['diff', '-f', 'a', '--live', 'b', '--kube-proxy-version', '7'], 'Known are'],
  ])('refuses %j', async (args, words) => {
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
  });

  it('refuses a dump that is cut off, by its line', async () => {
    const live = inFolder(SAVE.slice(0, SAVE.length - 40));
    const { code, stdout, stderr } = await run(['diff', ...MANIFESTS, '--live', live]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/live\.save:\d+:\d+: /);
  });
});

describe('svc2ipt canonical', () => {
  it('prints dumps that mean the same alike, and again alike', async () => {
    const plain = await run(['canonical', CAPTURE]);
    const counted = inFolder(
      SAVE.replace(/^(-A )/gm, '[7:700] $1').replaceAll('--set-xmark 0x4000/0x4000', '--or-mark 0x4000'),
    );
    expect(await run(['canonical', counted])).toEqual(plain);
    expect(await run(['canonical', inFolder(plain.stdout)])).toEqual(plain);
    expect(plain.stdout).toContain(`:${SERVICE.slice(0, 9)}`);
  });

  it("leaves other software's chains and rules out", async () => {
    const mixed = inFolder(
      SAVE.replace('*nat\n', '*nat\n:DOCKER - [0:0]\n').replace(
        '-A PREROUTING',
        '-A PREROUTING -j DOCKER\n-A PREROUTING',
      ),
    );
    expect(await run(['canonical', mixed])).toEqual(await run(['canonical', CAPTURE]));
  });

  it('refuses what is no dump', async () => {
    const { code, stderr } = await run(['canonical', inFolder('hello\n')]);
    expect(code).toBe(2);
    expect(stderr).toContain('This is no output of iptables-save');
  });
});
