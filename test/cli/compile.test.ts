import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../helpers/cli.ts';
import { compileCase, ORACLE } from '../helpers/oracle.ts';

const CASE = join(ORACLE, '14-loadbalancer');
const MANIFESTS = join(CASE, 'manifests.yaml');
const ADDRESSES = ['192.168.0.2', '10.1.0.2', 'fd00:192::2'].flatMap((ip) => ['--node-address', ip]);
const ARGS = [
  'compile',
  '-f',
  MANIFESTS,
  '--config',
  join(CASE, 'kube-proxy.yaml'),
  '--node-name',
  'node-1',
  ...ADDRESSES,
];

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc2ipt-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const inFolder = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

describe('svc2ipt compile', () => {
  it('prints what iptables-save prints, and nothing else', async () => {
    expect(await run(ARGS)).toEqual({ code: 0, stdout: compileCase('14-loadbalancer', '1.36'), stderr: '' });
  });

  it('compiles for the version asked for, however it is written', async () => {
    for (const version of ['1.24', 'v1.24', 'v1.24.17', '1.24.0-rc.1']) {
      const { stdout } = await run([...ARGS, '--kube-proxy-version', version]);
      expect(stdout, version).toBe(compileCase('14-loadbalancer', '1.24'));
    }
  });

  it('prints only the tables asked for', async () => {
    const whole = compileCase('14-loadbalancer', '1.36');
    const nat = await run([...ARGS, '-t', 'nat']);
    expect(nat.stdout).toBe(whole.slice(whole.indexOf('*nat')));
    const both = await run([...ARGS, '-t', 'nat', '-t', 'mangle']);
    expect(both.stdout).toBe(whole.slice(0, whole.indexOf('*filter')) + whole.slice(whole.indexOf('*nat')));
  });

  it('takes flags of kube-proxy instead of its configuration file, and lets them beat it', async () => {
    const flags = [
      '--cluster-cidr',
      '10.244.0.0/16',
      '--bind-address',
      '192.168.0.2',
      '--hostname-override',
      'node-1',
    ];
    const { stdout } = await run(['compile', '-f', MANIFESTS, ...flags, ...ADDRESSES]);
    expect(stdout).toBe(compileCase('14-loadbalancer', '1.36'));
    const other = await run([...ARGS, '--iptables-masquerade-bit', '3', '--masquerade-all', '-t', 'nat']);
    expect(other.stdout).toContain('-A KUBE-MARK-MASQ -j MARK --set-xmark 0x8/0x8\n');
    expect(other.stdout).toContain(
      '-A KUBE-SVC-WMXB4IV4XJUTQTS2 -d 10.96.0.30/32 -p tcp -m comment --comment "default/lb:https cluster IP" -m tcp --dport 443 -j KUBE-MARK-MASQ\n',
    );
  });

  it('leaves out what the node lacks', async () => {
    const { stdout } = await run([...ARGS, '--no-nfacct', '--no-random-fully']);
    expect(stdout).not.toMatch(/nfacct|random-fully/);
    expect(stdout).toContain('-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP\n');
  });

  it('reads standard input, and a file named twice only once', async () => {
    const stdin = readFileSync(MANIFESTS);
    const piped = await run(
      ARGS.map((word) => (word === MANIFESTS ? '-' : word)),
      { stdin },
    );
    expect(piped.stdout).toBe(compileCase('14-loadbalancer', '1.36'));
    const link = join(folder, 'again.yaml');
    symlinkSync(MANIFESTS, link);
    expect(await run([...ARGS, '-f', MANIFESTS, '-f', link])).toEqual(await run(ARGS));
  });

  it('gives the same bytes for any order of documents and files', async () => {
    const documents = readFileSync(join(ORACLE, 'random-6', 'manifests.yaml'), 'utf8').split(/^---$/m);
    const files = documents.toReversed().map((text, index) => inFolder(`${index}.yaml`, text));
    const base = ['compile', '--node-name', 'node-1', '--cluster-cidr', '10.244.0.0/16,fd00:10:244::/56'];
    const whole = await run([...base, '-f', join(ORACLE, 'random-6', 'manifests.yaml')]);
    expect(whole.code).toBe(0);
    expect(await run([...base, ...files.flatMap((file) => ['-f', file])])).toEqual(whole);
    expect(await run([...base, '-f', folder])).toEqual(whole);
  });

  it('writes a file whole or not at all', async () => {
    const output = join(folder, 'node.save');
    expect(await run([...ARGS, '-o', output])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(output, 'utf8')).toBe(compileCase('14-loadbalancer', '1.36'));
    const broken = inFolder('broken.yaml', 'kind: [');
    expect((await run(['compile', '-f', broken, '-o', output])).code).toBe(2);
    expect(readFileSync(output, 'utf8')).toBe(compileCase('14-loadbalancer', '1.36'));
    const nowhere = await run([...ARGS, '-o', join(folder, 'no', 'such', 'folder.save')]);
    expect(nowhere).toEqual({
      code: 2,
      stdout: '',
      stderr: `svc2ipt: error: ${folder}/no/such/folder.save: no such file or directory [file-unwritable]\n`,
    });
    expect(readdirSync(folder).toSorted()).toEqual(['broken.yaml', 'node.save']);
  });

  it('checks a golden file: silence when equal, a unified diff and 1 when not', async () => {
    const golden = inFolder('golden.save', compileCase('14-loadbalancer', '1.36'));
    expect(await run([...ARGS, '--check', golden])).toEqual({ code: 0, stdout: '', stderr: '' });
    const stale = inFolder(
      'stale.save',
      readFileSync(golden, 'utf8').replace('--dport 443 -j KUBE-EXT', '--dport 444 -j KUBE-EXT'),
    );
    const { code, stdout, stderr } = await run([...ARGS, '--check', stale]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout.split('\n').filter((line) => /^[-+]/.test(line))).toEqual([
      `--- ${stale}`,
      '+++ compiled',
      '--A KUBE-SERVICES -d 198.51.100.10/32 -p tcp -m comment --comment "default/lb:https loadbalancer IP" -m tcp --dport 444 -j KUBE-EXT-WMXB4IV4XJUTQTS2',
      '+-A KUBE-SERVICES -d 198.51.100.10/32 -p tcp -m comment --comment "default/lb:https loadbalancer IP" -m tcp --dport 443 -j KUBE-EXT-WMXB4IV4XJUTQTS2',
    ]);
    const missing = await run([...ARGS, '--check', join(folder, 'none.save')]);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toBe(
      `svc2ipt: error: ${folder}/none.save: no such file or directory [file-unreadable]\n`,
    );
  });

  it('colours only on a terminal, or as the environment says', async () => {
    const stale = inFolder('stale.save', '*nat\n');
    const colourful = async (...words: Parameters<typeof run>): Promise<boolean> =>
      (await run(...words)).stdout.includes('\u001b[3');
    const check = [...ARGS, '--check', stale];
    expect(await colourful(check)).toBe(false);
    expect(await colourful(check, { terminal: true })).toBe(true);
    expect(await colourful(check, { terminal: true, env: { NO_COLOR: '1' } })).toBe(false);
    expect(await colourful([...check, '--no-color'], { terminal: true })).toBe(false);
    expect(await colourful(check, { env: { FORCE_COLOR: '1' } })).toBe(true);
  });

  it('says under -v what it did', async () => {
    const config = inFolder('other.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n');
    const { stderr } = await run([...ARGS, '-f', config, '-v']);
    expect(stderr).toBe(
      'Service default/lb: endpoints from EndpointSlices\n1 object of a kind that plays no part was skipped\n',
    );
  });
});

describe('wrong usage of svc2ipt', () => {
  it.each<[readonly string[], string]>([
    [
      ['compile'],
      'svc2ipt: error: no input: name files or directories with -f, - for stdin, or a cluster with --from-cluster [usage]\n',
    ],
    [
      ['compile', '-f', '/no/such/file'],
      'svc2ipt: error: /no/such/file: no such file or directory [file-unreadable]\n',
    ],
    [
      ['compile', '-f', MANIFESTS, '-o', 'x', '--check', 'y'],
      'svc2ipt: error: --check and -o exclude each other [usage]\n',
    ],
    [
      ['compile', '-f', MANIFESTS, '-t', 'raw'],
      'svc2ipt: error: -t raw: kube-proxy uses mangle, filter and nat [usage]\n',
    ],
    [
      ['compile', '-f', MANIFESTS, '--kube-proxy-version', '2.0'],
      "svc2ipt: error: option '--kube-proxy-version <minor>' argument '2.0' is invalid.",
    ],
    [
      ['compile', '-f', MANIFESTS, '--ip-family', 'ipx'],
      "svc2ipt: error: option '--ip-family <family>' argument 'ipx' is invalid.",
    ],
    [
      ['compile', '-f', MANIFESTS, '--node-address', 'here'],
      "svc2ipt: error: option '--node-address <ip>' argument 'here' is invalid.",
    ],
    [
      ['compile', '-f', MANIFESTS, '--filname', 'x'],
      "svc2ipt: error: unknown option '--filname' (Did you mean --filename?) [usage]",
    ],
    [['compil'], "svc2ipt: error: unknown command 'compil' (Did you mean compile?) [usage]"],
    [['help', 'compil'], "svc2ipt: error: unknown command 'compil' (Did you mean compile?) [usage]"],
    [
      ['compile', '-f', MANIFESTS, '--write-assignments'],
      'svc2ipt: error: --write-assignments needs --assignments FILE [usage]\n',
    ],
  ])('%j', async (argv, message) => {
    const { code, stdout, stderr } = await run(argv);
    expect({ code, stdout, stderr: stderr.slice(0, message.length) }).toEqual({
      code: 2,
      stdout: '',
      stderr: message,
    });
  });

  it('a directory without manifests', async () => {
    expect(await run(['compile', '-f', folder])).toEqual({
      code: 2,
      stdout: '',
      stderr: `svc2ipt: error: ${folder}: no .yaml, .yml or .json file in this directory (-R looks into those below) [no-input]\n`,
    });
  });

  it('an input without any object', async () => {
    const empty = inFolder('empty.yaml', '# nothing\n');
    expect(await run(['compile', '-f', empty])).toEqual({
      code: 2,
      stdout: '',
      stderr: `svc2ipt: error: ${empty}: no Kubernetes object in the input [no-input]\n`,
    });
  });

  it('prints help with examples on standard output', async () => {
    for (const command of ['compile', 'versions']) {
      const { code, stdout, stderr } = await run([command, '--help']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('Examples:');
    }
  });
});
