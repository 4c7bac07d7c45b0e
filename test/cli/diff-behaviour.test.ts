import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../helpers/cli.ts';
import { NFT_ORACLE } from '../helpers/nftables-listings.ts';
import { ORACLE } from '../helpers/oracle.ts';

const FOLDER = join(ORACLE, '19-loadbalancer-source-ranges');
const CASE = [
  '-f',
  join(FOLDER, 'manifests.yaml'),
  '--config',
  join(FOLDER, 'kube-proxy.yaml'),
  '--node-name',
  'node-1',
];
const capture = (releases: string): string => join(FOLDER, 'expected', `${releases}.iptables.save`);
const diff = (...words: readonly string[]): ReturnType<typeof run> => run(['diff', ...words]);
const SAME = { code: 0, stdout: 'the same becomes of every packet\n', stderr: '' };
const UPGRADE =
  'packets to default/lb (198.51.100.14:443/TCP) from addresses such as 192.0.2.10: let through before, dropped now\n' +
  '\n1 difference, in packets to 1 service port\n';

const REGISTRY = `
apiVersion: v1
kind: Node
metadata: {name: node-1}
status: {addresses: [{type: InternalIP, address: 192.168.0.2}]}
---
apiVersion: v1
kind: Service
metadata: {name: registry}
spec: {type: NodePort, clusterIP: 10.96.0.40, ports: [{port: 5000, nodePort: 30500}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: registry-1, labels: {kubernetes.io/service-name: registry}}
addressType: IPv4
ports: [{port: 5000}]
endpoints: [{addresses: [10.244.1.10], nodeName: node-1}]
`;

/** Asks what becomes of the packets to node-1, which has the addresses, in mode nftables. */
const toNftables = (addresses: string): readonly string[] => [
  ...['--behaviour', '-f', '-', '--cluster-cidr', '10.244.0.0/16'],
  ...['--node-name', 'node-1', '--node-address', addresses, '--against-mode', 'nftables'],
];

describe('diff --behaviour', () => {
  it('finds that a capture is the same as itself', async () => {
    const file = capture('1.23');
    expect(
      await diff('--behaviour', '--node-address', '192.168.0.2', '--golden', file, '--live', file),
    ).toEqual(SAME);
  });

  it('finds that a node does what its manifests say', async () => {
    expect(await diff('--behaviour', ...CASE, '--live', capture('1.31-1.36'))).toEqual(SAME);
  });

  it('tells what an upgrade changes', async () => {
    expect(
      await diff('--behaviour', ...CASE, '--kube-proxy-version', '1.23', '--against-version', '1.36'),
    ).toEqual({ code: 1, stdout: UPGRADE, stderr: '' });
  });

  it('tells the same of two captures', async () => {
    const files = ['--golden', capture('1.23'), '--live', capture('1.31-1.36')];
    const { code, stdout } = await diff('--behaviour', '--node-address', '192.168.0.2,10.1.0.2', ...files);
    expect({ code, stdout }).toEqual({ code: 1, stdout: UPGRADE });
  });

  it('tells it as JSON', async () => {
    const words = ['--kube-proxy-version', '1.23', '--against-version', '1.36', '-o', 'json'];
    const { code, stdout } = await diff('--behaviour', ...CASE, ...words);
    expect(code).toBe(1);
    const outcome = { to: null, probability: '1', masquerade: false, undecided: [] };
    expect(JSON.parse(stdout)).toEqual({
      equal: false,
      classes: [
        {
          service: 'default/lb/TCP',
          packets: {
            to: ['198.51.100.14:443/TCP'],
            from: ['addresses such as 192.0.2.10'],
            example: {
              from: '192.0.2.10',
              local: false,
              inInterface: null,
              to: '198.51.100.14:443/TCP',
              state: 'NEW',
              servedBefore: [],
            },
          },
          expected: [{ verdict: 'ACCEPT', ...outcome, masquerade: true, path: expect.any(Array) as unknown }],
          actual: [{ verdict: 'DROP', ...outcome, path: expect.any(Array) as unknown }],
        },
      ],
    });
  });

  it('tells what a node of the other mode does with packets', async () => {
    const name = '02-clusterip-two-endpoints-myblog';
    const iptables = join(ORACLE, name, 'expected', '1.31-1.36.iptables.save');
    const nftables = join(NFT_ORACLE, name, 'expected', '1.36.ip.nft-1.0.6');
    const words = ['--node-address', '192.168.0.2,10.1.0.2', '--golden', iptables, '--live', nftables];
    expect(await diff('--behaviour', ...words)).toEqual({
      code: 1,
      stdout:
        'packets to 10.99.174.93 from outside the cluster, pods and the node itself: let through before, rejected now\n' +
        'packets to 127.0.0.0/8 from outside the cluster, pods and the node itself: dropped before, let through now\n' +
        '\n2 differences, in packets to other destinations\n',
      stderr: '',
    });
    expect(await diff('--golden', iptables, '--live', nftables)).toMatchObject({ code: 2 });
  });

  it.each([
    ['192.168.0.2', ' at 127.0.0.0/8'],
    ['192.168.0.2,10.9.9.9', ' at 10.9.9.9 and 127.0.0.0/8'],
    ['192.168.0.2,10.9.1.1,10.9.3.3,10.9.5.5', ' at addresses such as 10.9.1.1'],
  ])('names the addresses of node %s where a node port changes', async (addresses, at) => {
    const words = toNftables(addresses);
    const { code, stdout } = await run(['diff', ...words], { stdin: REGISTRY });
    expect({ code, told: stdout.split('\n').filter((line) => line.includes('node port')) }).toEqual({
      code: 1,
      told: [
        `packets to default/registry (node port 30500/TCP${at}) from outside the cluster, pods, the node itself ` +
          'and localhost: sent to 10.244.1.10:5000 before, let through now',
      ],
    });
  });

  it('finds that modes iptables and nftables remember clients for as long', async () => {
    const sticky = REGISTRY.replace('type: NodePort', 'sessionAffinity: ClientIP')
      .replace(', nodePort: 30500', '')
      .replace('[10.244.1.10]', '[10.244.1.10], nodeName: node-1}, {addresses: [10.244.1.11]');
    const words = toNftables('192.168.0.2');
    expect(await run(['diff', ...words], { stdin: sticky })).toMatchInlineSnapshot(`
      {
        "code": 1,
        "stderr": "",
        "stdout": "packets to 10.96.0.40 from outside the cluster, pods and the node itself: let through before, rejected now
      packets to 127.0.0.0/8 from outside the cluster, pods and the node itself: dropped before, let through now

      2 differences, in packets to other destinations
      ",
      }
    `);
  });

  it('names no addresses where a node port changes on all but loopback', async () => {
    const node = ['--node-name', 'node-1', '--node-address', '192.168.0.2,10.9.9.9'];
    const settings = ['--cluster-cidr', '10.244.0.0/16', ...node];
    const other = REGISTRY.replace('10.244.1.10', '10.244.1.11');
    const folder = mkdtempSync(join(tmpdir(), 'svc2ipt-behaviour-'));
    try {
      writeFileSync(join(folder, 'other.yaml'), other);
      const words = ['--behaviour', '-f', '-', ...settings, '--against-filename', folder];
      const { stdout } = await run(['diff', ...words], { stdin: REGISTRY });
      expect(stdout.split('\n').filter((line) => line.includes('node port'))).toEqual([
        'packets to default/registry (node port 30500/TCP) from outside the cluster, pods, the node itself and ' +
          'localhost: sent to 10.244.1.10:5000 before, sent to 10.244.1.11:5000 now',
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('leaves out what was not asked for', async () => {
    const words = ['--kube-proxy-version', '1.23', '--against-version', '1.36', '--exclude', 'default/lb'];
    expect(await diff('--behaviour', ...CASE, ...words)).toEqual(SAME);
  });

  it.each([
    [
      ['--live', 'x', '--against-version', '1.30'],
      '--live and --against-... exclude each other: both name the other side',
    ],
    [
      ['--against-version', '1.30', '-o', 'unified'],
      '--behaviour tells of packets, not of rules: it has the forms text and json',
    ],
    [
      ['--against-version', '1.30', '-t', 'nat'],
      '--behaviour needs all tables: packets pass every one of them',
    ],
  ])('refuses %s', async (words, message) => {
    expect(await diff('--behaviour', ...CASE, ...words)).toEqual({
      code: 2,
      stdout: '',
      stderr: `svc2ipt: error: ${message} [usage]\n`,
    });
  });

  it('says where it gave up', async () => {
    // Whoever is on a list gets another part of the packets to two endpoints: there are 2^14 sums of 14 parts.
    const lists = Array.from({ length: 14 }, (_, at) => `LIST-${at}`);
    const save = (others: string): string =>
      [
        ...['*nat', ':PREROUTING ACCEPT [0:0]', ':SVC - [0:0]', ...lists.map((list) => `:${list} - [0:0]`)],
        '-A PREROUTING -d 10.96.0.1/32 -p tcp -m tcp --dport 80 -j SVC',
        ...lists.flatMap((list) => [
          `-A SVC -m statistic --mode random --probability 0.5 -g ${list}`,
          `-A ${list} -m recent --rcheck --name ${list} --mask 255.255.255.255 --rsource -p tcp -j DNAT --to-destination 10.244.1.1-10.244.1.2:80`,
          `-A ${list} -p tcp -j DNAT --to-destination ${others}:80`,
        ]),
        ...['COMMIT', '*filter', 'COMMIT', ''],
      ].join('\n');
    const folder = mkdtempSync(join(tmpdir(), 'svc2ipt-'));
    const [golden, live] = [join(folder, 'golden'), join(folder, 'live')];
    writeFileSync(golden, save('10.244.1.3'));
    writeFileSync(live, save('10.244.1.1-10.244.1.2'));
    expect(
      await diff('--behaviour', '--node-address', '192.168.0.2', '--golden', golden, '--live', live),
    ).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'svc2ipt: error: packets to 10.96.0.1:80 were not compared to the end: lists of clients part them in too many ways [rule-not-evaluable]\n',
    });
    rmSync(folder, { recursive: true });
  });
});

describe('diff --against-version without --behaviour', () => {
  it('finds the same rules', async () => {
    const { code } = await diff(...CASE, '--kube-proxy-version', '1.35', '--against-version', '1.36');
    expect(code).toBe(0);
  });

  it('finds other rules', async () => {
    const { code, stdout } = await diff(...CASE, '--kube-proxy-version', '1.24', '--against-version', '1.23');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^default\/lb: .*KUBE-FW-/m);
  });
});
