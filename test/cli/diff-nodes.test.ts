import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itemsOf, readShare, runShares, threadsFor } from '../../src/cli/node-shares.ts';
import { NEWEST } from '../../src/dialect/version.ts';
import { type Run, run } from '../helpers/cli.ts';

const ROOT = join(import.meta.dirname, '../..');
const MANIFEST = `apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: 10.96.0.20, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Endpoints
metadata: {name: web}
subsets: [{addresses: [{ip: 10.244.1.10}, {ip: 10.244.2.10}], ports: [{port: 8080}]}]
`;
const CIDR = ['--cluster-cidr', '10.244.0.0/16'];

let folder = '';
let manifest = '';
let good = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'svc2ipt-test-'));
  manifest = join(folder, 'web.yaml');
  writeFileSync(manifest, MANIFEST);
  good = (await run(['compile', '-f', manifest, ...CIDR])).stdout;
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A folder of dumps. */
function dumps(name: string, files: Readonly<Record<string, string>>): string {
  const dir = join(folder, name);
  mkdirSync(dir);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(dir, file), text);
  return dir;
}

const changed = (): string => good.replace('10.244.2.10:8080\n', '10.244.2.99:8080\n');
const diff = (dir: string, ...flags: readonly string[]): Promise<Run> =>
  run(['diff', '-f', manifest, ...CIDR, '--live', dir, ...flags]);
const WORDS =
  'the rule for DNAT to 10.244.2.10:8080 in KUBE-SEP-6UPWGGTAKQAHVD27 was changed: target is DNAT 10.244.2.99:8080, not DNAT 10.244.2.10:8080';

describe('svc2ipt diff --live DIR', () => {
  it('tells by Service how many nodes differ, and by node how much', async () => {
    const dir = dumps('some', {
      'node-1.save': good,
      'node-2.dump': changed(),
      'node-10.txt': changed(),
      'ip-10-0-0-1.ec2.internal': good.replace('-A KUBE-FORWARD -m conntrack', '-A KUBE-FORWARD -m state'),
      '.hidden': 'nonsense',
    });
    rmSync(join(dir, 'ip-10-0-0-1.ec2.internal'));
    writeFileSync(join(dir, 'ip-10-0-0-1.ec2.internal'), good);
    mkdirSync(join(dir, 'below'));
    expect(await diff(dir)).toEqual({
      code: 1,
      stdout: `2 of 4 nodes: default/web: ${WORDS}
  node-2, node-10

node-2: 1 Service differs, 0 equal; kube-proxy 1.31-${NEWEST}
node-10: 1 Service differs, 0 equal; kube-proxy 1.31-${NEWEST}

2 of 4 nodes differ, 2 are equal
`,
      stderr: '',
    });
  });

  it('tells the same as JSON, Markdown and annotations', async () => {
    const dir = join(folder, 'some');
    const json = await diff(dir, '-o', 'json');
    expect(json.code).toBe(1);
    const rule =
      '-A KUBE-SEP-6UPWGGTAKQAHVD27 -p tcp -m comment --comment "default/web" -m tcp -j DNAT --to-destination';
    expect(JSON.parse(json.stdout)).toEqual({
      equal: false,
      count: 4,
      nodes: [
        { name: 'ip-10-0-0-1.ec2.internal', differences: 0 },
        { name: 'node-1', differences: 0 },
        { name: 'node-2', differences: 1 },
        { name: 'node-10', differences: 1 },
      ],
      differences: [
        {
          kind: 'changed-rule',
          name: 'default/web',
          message: WORDS,
          nodes: ['node-2', 'node-10'],
          lines: [`- ${rule} 10.244.2.10:8080`, `+ ${rule} 10.244.2.99:8080`],
        },
      ],
      notes: [],
    });
    expect((await diff(dir, '-o', 'markdown')).stdout).toMatch(
      /^### svc2ipt: 2 of 4 nodes differ, 2 are equal\n\n\*\*<code>default\/web<\/code>\*\*\n\n- 2 of 4 nodes \(<code>node-2<\/code>, <code>node-10<\/code>\): the rule for DNAT/,
    );
    expect((await diff(dir, '-o', 'github')).stdout).toMatch(
      /^::error file=.*web\.yaml,line=3,col=18,title=default\/web \[changed-rule\]::2 of 4 nodes \(node-2, node-10\): the rule/,
    );
    expect((await diff(dir, '--exclude', 'default/web')).stdout).toBe(
      'all 4 nodes are programmed as the cluster says\n',
    );
  });

  it('goes by the name of each node', async () => {
    const local = MANIFEST.replace('{clusterIP', '{type: NodePort, externalTrafficPolicy: Local, clusterIP')
      .replace('{ip: 10.244.2.10}', '{ip: 10.244.2.10, nodeName: node-2}')
      .replace('port: 80,', 'port: 80, nodePort: 30080,');
    writeFileSync(manifest, local);
    const files: Record<string, string> = {};
    for (const node of ['node-1', 'node-2']) {
      files[`${node}.save`] = (await run(['compile', '-f', manifest, ...CIDR, '--node-name', node])).stdout;
    }
    expect(files['node-1.save']).not.toBe(files['node-2.save']);
    expect((await diff(dumps('local', files))).stdout).toBe(
      'all 2 nodes are programmed as the cluster says\n',
    );
    const swapped = { 'node-1.save': files['node-2.save']!, 'node-2.save': files['node-1.save']! };
    expect((await diff(dumps('swapped', swapped))).code).toBe(1);
    writeFileSync(manifest, MANIFEST);
  });

  it('tells what is wrong with dumps, at their places, and what is wrong with manifests once', async () => {
    const dir = dumps('damaged', {
      'a.save': good,
      'b.save': good.replace('--dport 80', '--dport abc'),
      'c.save': '*nat\n',
    });
    const { code, stdout, stderr } = await diff(dir);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.split('\n').map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      expect.stringMatching(/^.*b\.save:\d+:\d+: error:$/),
      expect.stringMatching(/^.*c\.save:\d+:\d+: error:$/),
      '',
    ]);
    writeFileSync(manifest, MANIFEST.replace('targetPort', 'targetport'));
    const warned = await diff(dumps('twice', { 'a.save': good, 'b.save': good }));
    expect(warned.stderr.match(/unknown-field/g)).toHaveLength(1);
    writeFileSync(manifest, MANIFEST);
  });

  it.each([
    [{}, 'no dump in this directory [no-input]'],
    [{ 'a.save': '', 'a.dump': '' }, 'are of node a [usage]'],
  ])('refuses a folder with %j', async (files, message) => {
    const { code, stderr } = await diff(dumps(`refused-${Object.keys(files).length}`, files));
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it.each([
    [['--golden', 'x'], '--golden is for one node, and --live names a folder'],
    [['--watch', '1s'], '--watch is for one node, and --live names a folder'],
    [['--behaviour'], '--behaviour is for one node, and --live names a folder'],
    [['--node-name', 'a'], 'the files of --live name the nodes'],
    [['-o', 'unified'], 'a folder of dumps has the forms text, json, markdown and github'],
  ])('refuses %j beside it', async (flags, message) => {
    const { code, stderr } = await diff(join(folder, 'some'), ...flags);
    expect(code).toBe(2);
    expect(stderr).toContain(`svc2ipt: error: ${message} [usage]\n`);
  });
});

describe('worker threads', () => {
  it('take turns', () => {
    expect([0, 1, 2].map((at) => itemsOf(['a', 'b', 'c', 'd'], { at, of: 3 }))).toEqual([
      ['a', 'd'],
      ['b'],
      ['c'],
    ]);
    expect(readShare('1/3')).toEqual({ at: 1, of: 3 });
    expect([1, 7, 8].map((count) => Math.min(threadsFor(count), 2))).toEqual([1, 1, expect.any(Number)]);
  });

  it('find what one finds', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 9 }, (_, at) => [`node-${at}.save`, at % 4 === 1 ? changed() : good]),
    );
    const dir = dumps('many', files);
    const expected = await diff(dir, '-o', 'json');
    symlinkSync(join(ROOT, 'bin/svc2ipt.js'), join(folder, 'svc2ipt'));
    const words = ['diff', '-f', manifest, ...CIDR, '--live', dir];
    // As the program itself divides the work between two threads.
    const results = await runShares(join(ROOT, 'bin/svc2ipt.js'), words, 2);
    expect(results.map((result) => (result as { readonly node: string }).node)).toEqual(
      ['0', '2', '4', '6', '8', '1', '3', '5', '7'].map((at) => `node-${at}`),
    );
    const whole = (): string => {
      try {
        return execFileSync(join(folder, 'svc2ipt'), [...words, '-o', 'json'], { encoding: 'utf8' });
      } catch (error) {
        return (error as { readonly stdout: string }).stdout;
      }
    };
    expect(whole()).toBe(expected.stdout);
  });

  it('fail aloud', async () => {
    const script = join(folder, 'broken.js');
    writeFileSync(script, 'console.error("oh"); ');
    await expect(runShares(script, [], 1)).rejects.toThrow('a thread failed: oh');
    writeFileSync(script, 'throw new Error("no")');
    await expect(runShares(script, [], 1)).rejects.toThrow('no');
    expect(readFileSync(script, 'utf8')).toContain('throw');
  });
});
