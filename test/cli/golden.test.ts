import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NEWEST } from '../../src/dialect/version.ts';
import { type Run, run } from '../helpers/cli.ts';

const MANIFEST = `apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: 10.96.0.20, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Endpoints
metadata: {name: web}
subsets: [{addresses: [{ip: 10.244.1.10}], ports: [{port: 8080}]}]
`;
const GOLDEN = `inputs: [../web.yaml]
settings: {cluster-cidr: 10.244.0.0/16, config: proxy.yaml}
nodes:
  - name: node-1
  - name: node-2
    settings: {masquerade-all: true}
outputs:
  - file: '{node}/{version}-{family}.save'
    versions: ['1.30']
    families: [ipv4, ipv6]
  - file: ./{node}.nft
    modes: [nftables]
    settings: {nft-version: 1.0.6}
`;
const CONFIG =
  'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\niptables: {masqueradeBit: 15}\n';

let folder = '';
let dir = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc2ipt-test-'));
  dir = join(folder, 'golden');
  mkdirSync(dir);
  writeFileSync(join(folder, 'web.yaml'), MANIFEST);
  writeFileSync(join(dir, 'svc2ipt.yaml'), GOLDEN);
  writeFileSync(join(dir, 'proxy.yaml'), CONFIG);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const golden = (...flags: readonly string[]): Promise<Run> => run(['compile', '--golden', dir, ...flags]);
const files = (): readonly string[] =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(save|nft|tmp)$/.test(name))
    .sort();
const read = (name: string): string => readFileSync(join(dir, name), 'utf8');
const DONE: Run = { code: 0, stdout: '', stderr: '' };
const ALL = [
  'node-1.nft',
  'node-1/1.30-ipv4.save',
  'node-1/1.30-ipv6.save',
  'node-2.nft',
  'node-2/1.30-ipv4.save',
  'node-2/1.30-ipv6.save',
];

describe('svc2ipt compile --golden', () => {
  it('writes every file as one run of compile each would', async () => {
    writeFileSync(join(dir, 'svc2ipt.yaml'), GOLDEN.replace(', table: [nat]', '').replace('table: [], ', ''));
    expect(await golden()).toEqual(DONE);
    expect(files()).toEqual(ALL);
    const common = [
      'compile',
      '-f',
      join(folder, 'web.yaml'),
      '--cluster-cidr',
      '10.244.0.0/16',
      '--config',
      join(dir, 'proxy.yaml'),
    ];
    const one = async (...flags: readonly string[]): Promise<string> =>
      (await run([...common, ...flags])).stdout;
    for (const family of ['ipv4', 'ipv6']) {
      for (const version of ['1.30']) {
        const flags = ['--kube-proxy-version', version, '--ip-family', family];
        expect(read(`node-1/${version}-${family}.save`)).toBe(await one(...flags, '--node-name', 'node-1'));
        expect(read(`node-2/${version}-${family}.save`)).toBe(
          await one(...flags, '--node-name', 'node-2', '--masquerade-all'),
        );
      }
    }
    expect(read('node-1.nft')).toBe(
      await one('--proxy-mode', 'nftables', '--nft-version', '1.0.6', '--node-name', 'node-1'),
    );
    expect(read('node-1/1.30-ipv4.save')).not.toBe(read('node-2/1.30-ipv4.save'));
  });

  it('takes lists, and switches that are off; those of a node come last', async () => {
    const text = `inputs: [../web.yaml]
settings: {table: [nat, mangle], no-nfacct: false, require-assigned: true}
nodes: [{name: node-1, settings: {table: filter}}, {name: node-2}]
outputs: [{file: '{node}.save'}]
`;
    writeFileSync(join(dir, 'svc2ipt.yaml'), text);
    expect(await golden()).toEqual(DONE);
    expect(read('node-1.save').match(/^\*.*/gm)).toEqual(['*filter']);
    expect(read('node-2.save').match(/^\*.*/gm)).toEqual(['*mangle', '*nat']);
  });

  it('checks them all', async () => {
    await golden();
    expect(await golden('--check')).toEqual(DONE);
    expect(await golden('--check', '--report', 'text')).toEqual({
      ...DONE,
      stdout: 'all 6 golden files are up to date\n',
    });
  });

  it('tells what differs by Service, and in how many files', async () => {
    await golden();
    writeFileSync(join(folder, 'web.yaml'), MANIFEST.replace('port: 80,', 'port: 81,'));
    rmSync(join(dir, 'node-2.nft'));
    const { code, stdout } = await golden('--check', '--report', 'text');
    expect(code).toBe(1);
    const told = stdout.replaceAll(dir, 'golden').replace(/^ {2}.*\n/gm, '');
    expect(told)
      .toBe(`default/web: 2 of 6 files (golden/node-1/1.30-ipv4.save, golden/node-2/1.30-ipv4.save): the rule for cluster IP 10.96.0.20:81 in KUBE-SERVICES was changed: port is tcp 80, not tcp 81
default/web: 2 of 6 files (golden/node-1/1.30-ipv4.save, golden/node-2/1.30-ipv4.save): the rule for masquerading of cluster IP 10.96.0.20:81 in KUBE-SVC-LOLE4ISW44XBNF3G was changed: port is tcp 80, not tcp 81
default/web: 1 of 6 files (golden/node-1.nft): cluster IP 10.96.0.20:80 stands in place of cluster IP 10.96.0.20:81 in map service-ips

golden files: 1 of 6 files (golden/node-2.nft): the file is missing

4 of 6 golden files are out of date
`);
    const patches = (await golden('--check')).stdout;
    expect(patches.match(/^--- .*$/gm)).toHaveLength(3);
    expect(patches).toContain(`\n${dir}/node-2.nft is missing\n`);
  });

  it('writes none when one of them is wrong', async () => {
    writeFileSync(
      join(dir, 'svc2ipt.yaml'),
      `${GOLDEN}  - {file: x.save, settings: {proxy-mode: nftables, format: script}}\n`
        .replace('nodes:\n  - name: node-1\n  - name: node-2\n    settings: {masquerade-all: true}\n', '')
        .replace("'{node}/{version}", "'{version}")
        .replace('./{node}.nft', 'n.nft'),
    );
    expect(await golden()).toEqual({
      code: 2,
      stdout: '',
      stderr: `${dir}/svc2ipt.yaml:10:12: error: --format script: mode nftables has save, restore, json [usage]\n`,
    });
    expect(files()).toEqual([]);
  });

  it('leaves the files as they were when one of them cannot have its name', async () => {
    await golden();
    const before = read('node-1/1.30-ipv4.save');
    writeFileSync(join(folder, 'web.yaml'), MANIFEST.replace('port: 80,', 'port: 81,'));
    rmSync(join(dir, 'node-2.nft'));
    mkdirSync(join(dir, 'node-2.nft'));
    const { code, stderr } = await golden();
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `svc2ipt: error: ${dir}/node-2.nft: is a directory [file-unwritable]\n`,
    });
    expect(read('node-1/1.30-ipv4.save')).toBe(before);
    expect(files()).toEqual(ALL);
    expect(readdirSync(dir).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('keeps the rights of files, and goes by no symbolic link out of the folder', async () => {
    await golden();
    chmodSync(join(dir, 'node-1.nft'), 0o600);
    writeFileSync(join(dir, 'node-1.nft'), 'old');
    expect(await golden()).toEqual(DONE);
    expect(read('node-1.nft')).toContain('table ip kube-proxy');
    rmSync(join(dir, 'node-2.nft'));
    const outside = join(folder, 'outside');
    symlinkSync(outside, join(dir, 'node-2.nft'));
    const refused = {
      code: 2,
      stdout: '',
      stderr: `${dir}/svc2ipt.yaml:11:11: error: ${dir}/node-2.nft leads out of the folder by a symbolic link [golden-invalid]\n`,
    };
    expect(await golden()).toEqual(refused);
    writeFileSync(outside, 'precious');
    expect(await golden()).toEqual(refused);
    expect(readFileSync(outside, 'utf8')).toBe('precious');
    rmSync(join(dir, 'node-2.nft'));
    rmSync(join(dir, 'node-1'), { recursive: true });
    symlinkSync(folder, join(dir, 'node-1'));
    expect((await golden()).code).toBe(2);
    expect(existsSync(join(folder, '1.30-ipv4.save'))).toBe(false);
  });

  it('tells mistakes of manifests once', async () => {
    writeFileSync(join(folder, 'web.yaml'), MANIFEST.replace('targetPort', 'targetport'));
    const { code, stderr } = await golden();
    expect(code).toBe(0);
    expect(stderr).toBe(
      `${dir}/../web.yaml:4:62: warning: Service default/web: spec.ports[0].targetport: unknown field "targetport", did you mean "targetPort"? [unknown-field]\n`.replace(
        `${dir}/..`,
        folder,
      ),
    );
    writeFileSync(join(folder, 'web.yaml'), 'kind: [');
    expect((await golden()).stderr.split('\n')).toHaveLength(2);
  });

  it.each([
    [
      ['-f', 'web.yaml', '--cluster-cidr', '10.0.0.0/8'],
      ['--filename', '--cluster-cidr'],
    ],
    [['-o', 'x'], ['--output']],
  ])('refuses %j beside it', async (flags, names) => {
    expect(await golden(...flags)).toEqual({
      code: 2,
      stdout: '',
      stderr: names
        .map((name) => `svc2ipt: error: ${name} stands in svc2ipt.yaml when --golden is given [usage]\n`)
        .join(''),
    });
  });

  it('refuses a file of --check beside it, and --check without one elsewhere', async () => {
    expect((await golden('--check', 'x')).stderr).toBe(
      'svc2ipt: error: --check takes no file when --golden is given [usage]\n',
    );
    expect((await run(['compile', '-f', join(folder, 'web.yaml'), '--check'])).stderr).toBe(
      'svc2ipt: error: --check needs a FILE, or --golden DIR [usage]\n',
    );
  });

  it('cannot check what cannot be read', async () => {
    await golden();
    rmSync(join(dir, 'node-1.nft'));
    mkdirSync(join(dir, 'node-1.nft'));
    expect(await golden('--check')).toEqual({
      code: 2,
      stdout: '',
      stderr: `svc2ipt: error: ${dir}/node-1.nft: is a directory [file-unreadable]\n`,
    });
    rmSync(join(dir, 'svc2ipt.yaml'));
    expect((await golden('--check')).stderr).toBe(
      `svc2ipt: error: ${dir}/svc2ipt.yaml: no such file or directory [file-unreadable]\n`,
    );
  });
});

describe('mistakes in svc2ipt.yaml', () => {
  const HEAD = 'inputs: [../web.yaml]\n';
  const OUTPUT = 'outputs: [{file: a.save}]\n';
  it.each([
    ['', ['1:1: error: the file is empty: it must name inputs and outputs']],
    ['kind: [\n', ['1:7: error: the [ that begins here is not closed [yaml-syntax]']],
    [`${HEAD}${OUTPUT}---\na: 1\n`, ['1:1: error: the file must hold one document']],
    ['{}\n', ['1:1: error: inputs: must name at least one', '1:1: error: outputs: must name at least one']],
    ['[]\n', ['1:1: error: must be an object']],
    [`${HEAD}${HEAD}${OUTPUT}`, ['2:1: error: inputs: the key stands twice']],
    [`${HEAD}${OUTPUT}node: [a]\n`, ['3:7: error: node: unknown field; did you mean "nodes"?']],
    [`${HEAD}${OUTPUT}zzzzzzzzzz: 1\n`, ['3:13: error: zzzzzzzzzz: unknown field']],
    [`${HEAD}${OUTPUT}nodes: [{name: -x}]\n`, ['3:16: error: nodes[0].name: must be the name of a node']],
    [`${HEAD}${OUTPUT}nodes: [{}]\n`, ['3:9: error: nodes[0]: must have a name']],
    [`${HEAD}${OUTPUT}recursive: maybe\n`, ['3:12: error: recursive: must be true or false']],
    [
      `${HEAD}outputs: [{file: 1}]\n`,
      ['2:18: error: outputs[0].file: must be a text; put a version in quotes'],
    ],
    [
      `${HEAD}outputs: [{file: a.save, versions: [1.30]}]\n`,
      ['2:37: error: outputs[0].versions[0]: must be a text; put a version in quotes'],
    ],
    [
      `${HEAD}${OUTPUT}settings: {kube-proxy-version: 1.30}\n`,
      [
        '3:32: error: settings.kube-proxy-version: must be a text or true or false or a whole number or a list; put a version in quotes',
      ],
    ],
    [
      `${HEAD}${OUTPUT}settings: {kube-proxy-version: '1.99', ip-family: x}\n`,
      [
        `3:32: error: settings.kube-proxy-version: option '--kube-proxy-version <minor>' argument '1.99' is invalid. Known are 1.1 to ${NEWEST}; svc2ipt versions lists them.`,
        "3:51: error: settings.ip-family: option '--ip-family <family>' argument 'x' is invalid. It is ipv4 or ipv6.",
      ],
    ],
    [`${HEAD}${OUTPUT}settings: {filename: a}\n`, ['3:22: error: settings.filename: unknown field']],
    [`${HEAD}outputs: [{}]\n`, ['2:11: error: outputs[0]: must have a file']],
    [
      `${HEAD}outputs: [{file: '{node}.save'}]\n`,
      [
        '2:18: error: outputs[0].file: nothing gives {node} a value: nodes, versions, families and modes do, for {node}, {version}, {family} and {mode}',
      ],
    ],
    ...['/etc/passwd', '../x', 'a/../../x', 'a\\..\\b', "''", 'C:x', 'svc2ipt.yaml', './svc2ipt.yaml'].map(
      (name): [string, string[]] => [
        `${HEAD}outputs: [{file: ${name}}]\n`,
        ['2:18: error: outputs[0].file: must be another file in the folder of svc2ipt.yaml or below'],
      ],
    ),
    [
      `${HEAD}outputs: [{file: a.save, families: [ipv4, ipv6]}]\n`,
      [
        '2:18: error: outputs: two outputs go to a.save: tell them apart with {node}, {version}, {family} or {mode}',
      ],
    ],
    [
      `${HEAD}outputs: [{file: '{version}.save', versions: [${Array.from({ length: 10_001 }, () => "'1.30'").join()}]}]\n`,
      ['2:18: error: outputs[0].file: makes 10001 files, more than 10000'],
    ],
  ])('%j', async (text, messages) => {
    writeFileSync(join(dir, 'svc2ipt.yaml'), text);
    const { code, stdout, stderr } = await golden();
    expect({ code, stdout, files: files() }).toEqual({ code: 2, stdout: '', files: [] });
    const told = stderr.split('\n').slice(0, -1);
    expect(told).toHaveLength(messages.length);
    messages.forEach((message, at) => {
      expect(told[at]).toContain(`${dir}/svc2ipt.yaml:${message}`);
    });
  });
});
