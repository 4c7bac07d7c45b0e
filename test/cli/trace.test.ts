import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ORACLE } from '../helpers/oracle.ts';
import { run } from '../helpers/cli.ts';

const AFFINITY = join(ORACLE, '29-session-affinity-clusterip');
const DUMP = join(AFFINITY, 'expected/1.31-1.36.iptables.save');
const DUAL = join(ORACLE, '60-dual-stack');
const LIVE = ['trace', '--live', DUMP, '--node-address', '192.168.0.2'];
const MANIFESTS = (folder: string): readonly string[] => [
  ...['trace', '-f', join(folder, 'manifests.yaml'), '--config', join(folder, 'kube-proxy.yaml')],
  ...['--node-name', 'node-1', '--node-address', '192.168.0.2', '--node-address', 'fd00:192::2'],
];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc2ipt-trace-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

describe('svc2ipt trace', () => {
  it('answers packets of a file in order, as JSON', async () => {
    const packets = [
      '{"from":"10.244.1.77","inInterface":"veth1","to":"10.96.0.45:80/TCP"}',
      '',
      '{"from":"192.168.0.2","local":true,"to":"10.96.0.46:53/UDP"}',
    ].join('\n');
    const { code, stdout } = await run([...LIVE, '--packets', '-', '-o', 'json'], { stdin: packets });
    const pathTo = (rule: number, endpoint: string): readonly string[] => [
      'nat/PREROUTING:1',
      'nat/KUBE-SERVICES:1',
      `nat/KUBE-SVC-BJWR5DPVIKTHVKZU:${rule}`,
      `nat/${endpoint}:2`,
      ...['filter/FORWARD:1', 'filter/FORWARD:2', 'filter/FORWARD:3', 'filter/FORWARD:4'],
      ...['nat/POSTROUTING:1', 'nat/KUBE-POSTROUTING:1'],
    ];
    const half = { verdict: 'DNAT', probability: '1/2', masquerade: false, undecided: [] };
    expect(JSON.parse(stdout)).toEqual({
      packets: [
        {
          from: '10.244.1.77',
          local: false,
          inInterface: 'veth1',
          to: '10.96.0.45:80/TCP',
          service: 'default/sticky cluster IP',
          outcomes: [
            { ...half, to: '10.244.1.10:8080', path: pathTo(4, 'KUBE-SEP-P7OZDUJMQZPK2UXD') },
            { ...half, to: '10.244.2.10:8080', path: pathTo(5, 'KUBE-SEP-OKBP3GP4JBJMBNDE') },
          ],
        },
        {
          from: '192.168.0.2',
          local: true,
          inInterface: null,
          to: '10.96.0.46:53/UDP',
          outcomes: [
            {
              verdict: 'ACCEPT',
              to: null,
              probability: '1',
              masquerade: false,
              path: [
                ...['nat/OUTPUT:1', 'filter/OUTPUT:1', 'filter/OUTPUT:2', 'filter/OUTPUT:3'],
                ...['nat/POSTROUTING:1', 'nat/KUBE-POSTROUTING:1'],
              ],
              undecided: [],
            },
          ],
        },
      ],
    });
    expect(code).toBe(0);
  });

  it('asks for every kind of client and both families where only a name is given', async () => {
    const { code, stdout } = await run([...MANIFESTS(DUAL), '--to', 'default/ds', '-o', 'json']);
    const { packets } = JSON.parse(stdout) as { packets: { client: string; to: string }[] };
    const to = packets.map((packet) => `${packet.client} ${packet.to}`);
    expect(new Set(to).size).toBe(to.length);
    expect(new Set(packets.map(({ client }) => client))).toEqual(new Set(['pod', 'node', 'outside']));
    expect(to.some((text) => text.includes('[fd00'))).toBe(true);
    expect(to.some((text) => text.includes(' 10.96.0.65:'))).toBe(true);
    // Its source ranges keep pods and the node from the load balancer.
    expect(code).toBe(1);
  });

  it.each([
    ['default/sticky'],
    ['sticky.default.svc.cluster.local:80'],
    ['default/sticky:80/TCP'],
    ['10.96.0.45:80'],
  ])('finds %s on manifests and on a dump alike', async (to) => {
    const asked = ['--ip-family', 'ipv4', '--to', to, '--from', '172.30.9.9', '-o', 'json'];
    const [manifests, dump] = [await run([...MANIFESTS(AFFINITY), ...asked]), await run([...LIVE, ...asked])];
    expect(manifests.stdout).toBe(dump.stdout);
    expect(JSON.parse(dump.stdout)).toMatchObject({ packets: [{ to: '10.96.0.45:80/TCP' }] });
  });

  it('tells what a packet passes, and under -v what does not match', async () => {
    const { code, stdout } = await run([...LIVE, '--to', '10.96.0.45:80', '--from', '10.244.1.77', '-v']);
    expect(stdout).toMatchSnapshot();
    expect(code).toBe(0);
  });

  it('sends a client back to the endpoint that it is known to', async () => {
    const words = ['--to', '10.96.0.45:80', '--from', 'pod'];
    for (const endpoint of ['10.244.1.10:8080', '10.244.2.10:8080']) {
      const known = await run([...LIVE, ...words, '--known-to', endpoint]);
      expect(known.stdout.split('\n')[0]).toBe(
        `pod (10.244.255.254), sent to ${endpoint} before -> 10.96.0.45:80/TCP (default/sticky cluster IP)`,
      );
      expect(known.stdout.split('\n').filter((line) => line.startsWith('DNAT'))).toEqual([
        `DNAT     ${endpoint}  1      kept`,
      ]);
      expect(known.code).toBe(0);
    }
  });

  it('reads from a file which endpoints clients are known to', async () => {
    const packet = { from: '10.244.1.77', to: '10.96.0.45:80' };
    const known = ['10.244.2.10:8080', null, '', '10.244.1.10:8080'];
    const stdin = known.map((knownTo) => JSON.stringify({ ...packet, knownTo })).join('\n');
    const { code, stdout } = await run([...LIVE, '--packets', '-', '-o', 'json'], { stdin });
    const { packets } = JSON.parse(stdout) as {
      packets: { knownTo?: string; outcomes: { to: string; probability: string }[] }[];
    };
    const half = ['10.244.1.10:8080 1/2', '10.244.2.10:8080 1/2'];
    expect(
      packets.map(({ knownTo, outcomes }) => [
        knownTo,
        ...outcomes.map((one) => `${one.to} ${one.probability}`),
      ]),
    ).toEqual([
      ['10.244.2.10:8080', '10.244.2.10:8080 1'],
      [undefined, ...half],
      [undefined, ...half],
      ['10.244.1.10:8080', '10.244.1.10:8080 1'],
    ]);
    expect(code).toBe(0);
  });

  it.each([
    ['05-clusterip-no-endpoints', 'REJECT'],
    ['13-nodeport-local-without-local-endpoint', 'DROP'],
  ])('exits with 1 where %s has a packet stopped: %s', async (name, verdict) => {
    const text = readFileSync(join(ORACLE, name, 'manifests.yaml'), 'utf8');
    const nodePort = /nodePort: (\d+)/.exec(text)?.[1];
    const clusterIP = /clusterIP: (\S+)/.exec(text)?.[1] ?? '';
    const port = /- port: (\d+)/.exec(text)?.[1] ?? '';
    const to = nodePort === undefined ? `${clusterIP}:${port}` : `192.168.0.2:${nodePort}`;
    const { code, stdout } = await run([
      ...MANIFESTS(join(ORACLE, name)),
      '--to',
      to,
      '--from',
      'outside',
      '-o',
      'json',
    ]);
    const { packets } = JSON.parse(stdout) as {
      packets: { outcomes: { verdict: string; probability: string }[] }[];
    };
    expect(packets[0]?.outcomes).toMatchObject([{ verdict, probability: '1', to: null }]);
    expect(code).toBe(1);
  });
});

describe('svc2ipt trace refuses', () => {
  it.each<[name: string, argv: readonly string[]]>([
    ['no rules', ['trace', '--to', '10.0.0.1:80']],
    ['no destination', [...LIVE]],
    ['a destination and a file', [...LIVE, '--to', '10.0.0.1:80', '--packets', '-']],
    ['a source beside a file', [...LIVE, '--from', 'pod', '--packets', '-']],
    ['an interface of a local packet', [...LIVE, '--to', '10.0.0.1:80', '--local', '--in-interface', 'eth0']],
    ['standard input twice', ['trace', '--live', '-', '--packets', '-']],
    ['a port that is none', [...LIVE, '--to', '10.0.0.1:99999']],
    ['a missing port', [...LIVE, '--to', '10.0.0.1']],
    ['a protocol that is none', [...LIVE, '--to', '10.0.0.1:80/ICMP']],
    ['IPv6 without brackets', [...LIVE, '--to', 'fd00::1']],
    ['a family without rules', [...LIVE, '--to', '[fd00::1]:80']],
    ['a Service that is not there', [...LIVE, '--to', 'default/nobody']],
    ['a Pod that is not there', [...LIVE, '--to', '10.0.0.1:80', '--from', 'nobody']],
    ['a source of the other family', [...LIVE, '--to', '10.0.0.1:80', '--from', '2001:db8::1']],
    ['a node without addresses', ['trace', '--live', DUMP, '--to', ':30080']],
    ['a dump that is none', ['trace', '--live', join(AFFINITY, 'manifests.yaml'), '--to', '10.0.0.1:80']],
    ['a known endpoint beside a file', [...LIVE, '--known-to', '10.244.1.10:8080', '--packets', '-']],
    ['a known endpoint without a port', [...LIVE, '--to', '10.96.0.45:80', '--known-to', '10.244.1.10']],
    [
      'a known endpoint of the other family',
      [...LIVE, '--to', '10.96.0.45:80', '--known-to', '[fd00::1]:80'],
    ],
    ['a known endpoint by a name', [...LIVE, '--to', '10.96.0.45:80', '--known-to', 'default/sticky:http']],
    [
      'a protocol of a known endpoint',
      [...LIVE, '--to', '10.96.0.45:80', '--known-to', '10.244.1.10:8080/UDP'],
    ],
    [
      'an endpoint that no rule remembers',
      [...LIVE, '--to', '10.96.0.45:80', '--known-to', '10.244.1.10:81'],
    ],
    ['a file that is not there', [...LIVE, '--packets', '/nowhere/packets']],
  ])('%s', async (_, argv) => {
    const { code, stdout, stderr } = await run(argv);
    expect(stderr.split(folder).join('').replaceAll(ORACLE, 'oracle')).toMatchSnapshot();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('lines that are no packets, each at its place', async () => {
    const packets = [
      '{"from":"10.0.0.1","to":"10.96.0.45:80"}',
      'no JSON',
      '[]',
      '{"from":1,"to":"10.0.0.1:80"}',
      '{"from":"10.0.0.1","to":"10.0.0.1:80","port":80}',
      '{"from":"10.0.0.1","to":"10.0.0.1:80","local":"yes"}',
      '{"from":"10.0.0.1","to":"10.0.0.1:80","inInterface":7}',
      '{"from":"10.0.0.1","to":"10.0.0.1:80","local":true,"inInterface":"eth0"}',
      '{"from":"10.0.0.1","to":"10.0.0.1:80","knownTo":8080}',
    ].join('\n');
    const { code, stdout, stderr } = await run([...LIVE, '--packets', '-'], { stdin: packets });
    expect(stderr).toMatchSnapshot();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('rules that lead to themselves', async () => {
    const loop = file(
      'loop.save',
      '*filter\n:FORWARD ACCEPT [0:0]\n:A - [0:0]\n-A FORWARD -j A\n-A A -j A\nCOMMIT\n',
    );
    const { code, stdout, stderr } = await run([
      'trace',
      '--live',
      loop,
      '--node-address',
      '10.0.0.9',
      '--to',
      '10.0.0.1:80',
      '--from',
      '10.0.0.2',
    ]);
    expect(stderr).toMatchSnapshot();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});
