/**
 * Mode userspace. Nobody captured it: texts were written from the source of several releases, and single rules are those
 * that people showed of their nodes.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Version, VERSIONS } from '../../../src/dialect/version.ts';
import { run } from '../../helpers/cli.ts';

const FOLDER = join(import.meta.dirname, '../../../fixtures/userspace');
const CLUSTER = join(FOLDER, 'cluster.yaml');
const PINNED = ['--assignments', join(FOLDER, 'assignments.yaml')];
const userspace = (version: string, ...argv: readonly string[]): ReturnType<typeof run> =>
  run(['compile', '--proxy-mode', 'userspace', '--kube-proxy-version', version, ...argv]);

/** The releases whose rules are those of the file. */
const ERAS: readonly (readonly [file: Version, last: Version])[] = [
  ['1.1', '1.1'],
  ['1.2', '1.10'],
  ['1.11', '1.18'],
  ['1.19', '1.25'],
];
const eras = ERAS.flatMap(([first, last]) =>
  VERSIONS.slice(VERSIONS.indexOf(first), VERSIONS.indexOf(last) + 1).map((version) => ({ version, first })),
);

describe('compile --proxy-mode userspace', () => {
  it.each(eras)('prints the rules of $version', async ({ version, first }) => {
    const expected = readFileSync(join(FOLDER, `since-${first}.save`), 'utf8');
    expect(await userspace(version, '-f', CLUSTER, ...PINNED)).toEqual({
      code: 0,
      stdout: expected,
      stderr: '',
    });
  });

  it.each(['1.26', '1.36'])('is refused for %s, which no longer has it', async (version) => {
    const { code, stdout, stderr } = await userspace(version, '-f', CLUSTER);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /^svc2ipt: error: --proxy-mode: Invalid value: "userspace": must be iptables,.* \(kube-proxy 1\.\d+; userspace works up to 1\.25\) \[flag-invalid\]\n$/,
    );
  });

  it('prints one table, a script and what iptables-restore takes', async () => {
    const table = await userspace('1.25', '-f', CLUSTER, ...PINNED, '-t', 'filter');
    expect(table.stdout).toBe(
      readFileSync(join(FOLDER, 'since-1.19.save'), 'utf8').replace(/^\*nat\n[^]*/m, ''),
    );
    const restore = await userspace('1.25', '-f', CLUSTER, ...PINNED, '--format', 'restore');
    const entries = restore.stdout.split('\n').filter((line) => /^-[AI] [A-Z]+ /.test(line));
    expect(entries.map((line) => line.replace(/-m .* -j/, '-j'))).toEqual([
      '-I INPUT -j KUBE-NODEPORT-NON-LOCAL',
      '-I PREROUTING -j KUBE-PORTALS-CONTAINER',
      '-I OUTPUT -j KUBE-PORTALS-HOST',
      '-A PREROUTING -j KUBE-NODEPORT-CONTAINER',
      '-A OUTPUT -j KUBE-NODEPORT-HOST',
    ]);
    const script = await userspace('1.25', '-f', CLUSTER, ...PINNED, '--format', 'script');
    expect(script.stdout.match(/^ensure nat .*$/gm)).toHaveLength(4);
  });
});

interface Shown {
  readonly from: string;
  readonly version: string;
  readonly service: string;
  readonly spec: string;
  readonly node: string;
  readonly proxyPort: number;
  readonly port: string;
  readonly rules: readonly string[];
}

/** What people showed of their nodes. */
const SHOWN: readonly Shown[] = [
  {
    from: 'the documentation of Kubernetes on debugging Services',
    version: '1.10',
    service: 'default/hostnames',
    spec: '{clusterIP: 10.0.1.175, ports: [{name: default, port: 80}]}',
    node: '10.240.115.247',
    port: '80/TCP',
    proxyPort: 48577,
    rules: [
      '-A KUBE-PORTALS-CONTAINER -d 10.0.1.175/32 -p tcp -m comment --comment "default/hostnames:default" -m tcp --dport 80 -j REDIRECT --to-ports 48577',
      '-A KUBE-PORTALS-HOST -d 10.0.1.175/32 -p tcp -m comment --comment "default/hostnames:default" -m tcp --dport 80 -j DNAT --to-destination 10.240.115.247:48577',
    ],
  },
  {
    from: 'notes on Services of 2016',
    version: '1.1',
    service: 'default/ssh-service1',
    spec: '{type: LoadBalancer, clusterIP: 10.254.132.107, ports: [{port: 2222, nodePort: 30239}]}',
    node: '10.0.0.5',
    port: '2222/TCP',
    proxyPort: 36463,
    rules: [
      '-A KUBE-NODEPORT-CONTAINER -p tcp -m comment --comment "default/ssh-service1:" -m tcp --dport 30239 -j REDIRECT --to-ports 36463',
      '-A KUBE-NODEPORT-HOST -p tcp -m comment --comment "default/ssh-service1:" -m tcp --dport 30239 -j DNAT --to-destination 10.0.0.5:36463',
      '-A KUBE-PORTALS-CONTAINER -d 10.254.132.107/32 -p tcp -m comment --comment "default/ssh-service1:" -m tcp --dport 2222 -j REDIRECT --to-ports 36463',
      '-A KUBE-PORTALS-HOST -d 10.254.132.107/32 -p tcp -m comment --comment "default/ssh-service1:" -m tcp --dport 2222 -j DNAT --to-destination 10.0.0.5:36463',
    ],
  },
  {
    from: 'notes on maintenance of a cluster',
    version: '1.5',
    service: 'smart/ccdb',
    spec: '{type: NodePort, clusterIP: 10.254.120.169, ports: [{name: port1521, port: 1521, nodePort: 50171}]}',
    node: '10.45.25.227',
    port: '1521/TCP',
    proxyPort: 52244,
    rules: [
      '-A KUBE-NODEPORT-CONTAINER -p tcp -m comment --comment "smart/ccdb:port1521" -m tcp --dport 50171 -j REDIRECT --to-ports 52244',
      '-A KUBE-NODEPORT-HOST -p tcp -m comment --comment "smart/ccdb:port1521" -m tcp --dport 50171 -j DNAT --to-destination 10.45.25.227:52244',
      '-A KUBE-PORTALS-CONTAINER -d 10.254.120.169/32 -p tcp -m comment --comment "smart/ccdb:port1521" -m tcp --dport 1521 -j REDIRECT --to-ports 52244',
      '-A KUBE-PORTALS-HOST -d 10.254.120.169/32 -p tcp -m comment --comment "smart/ccdb:port1521" -m tcp --dport 1521 -j DNAT --to-destination 10.45.25.227:52244',
    ],
  },
  {
    from: 'notes on pods on the host network',
    version: '1.2',
    service: 'default/my-nginx-service',
    spec: '{clusterIP: 10.254.235.64, ports: [{port: 8080, targetPort: 80}]}',
    node: '172.17.42.32',
    port: '8080/TCP',
    proxyPort: 57697,
    rules: [
      '-A KUBE-PORTALS-CONTAINER -d 10.254.235.64/32 -p tcp -m comment --comment "default/my-nginx-service:" -m tcp --dport 8080 -j REDIRECT --to-ports 57697',
      '-A KUBE-PORTALS-HOST -d 10.254.235.64/32 -p tcp -m comment --comment "default/my-nginx-service:" -m tcp --dport 8080 -j DNAT --to-destination 172.17.42.32:57697',
    ],
  },
];

describe('a rule that somebody showed of a node', () => {
  it.each(SHOWN)(
    'of $service, in $from',
    async ({ version, service, spec, node, port, proxyPort, rules }) => {
      const [namespace = '', name = ''] = service.split('/');
      const stdin = `\
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}}
spec: ${spec}
---
apiVersion: v1
kind: Node
metadata: {name: node-1}
status: {addresses: [{type: InternalIP, address: ${node}}]}
`;
      const range = ['--proxy-port-range', String(proxyPort)];
      const wide = ['--service-cidr', '10.0.0.0/8', '--service-node-port-range', '30000-60000'];
      const { stdout, stderr } = await run(
        [
          'compile',
          '-f',
          '-',
          '--proxy-mode',
          'userspace',
          '--kube-proxy-version',
          version,
          ...range,
          ...wide,
          '-v',
        ],
        { stdin },
      );
      expect(stdout.split('\n').filter((line) => /^-A KUBE-\w+-(?:CONTAINER|HOST) /.test(line))).toEqual(
        rules,
      );
      expect(stderr).toContain(
        `kube-proxy listens on a random port for port ${port}; ${proxyPort} stands in [stand-in]`,
      );
    },
  );
});

describe('a dump of mode userspace', () => {
  it('is not decompiled as one of mode iptables', async () => {
    expect(await run(['decompile', join(FOLDER, 'since-1.19.save')])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'svc2ipt: error: kube-proxy runs in mode userspace on this node: its rules are compared in that mode only (svc2ipt diff), and are not decompiled [node-other-mode]\n',
    });
  });

  it('is what two compilations are compared as', async () => {
    const settings = ['--proxy-mode', 'userspace', '--kube-proxy-version', '1.20'];
    const against = ['diff', '-f', CLUSTER, ...settings, '--against-version', '1.25'];
    expect(await run(against)).toMatchObject({ code: 0, stderr: '' });
    const older = await run([...against.slice(0, -1), '1.18']);
    expect(older.code).toBe(1);
    expect(older.stdout).toContain('"default/plain:"');
    const otherMode = await run([...against.slice(0, -2), '--against-mode', 'iptables']);
    expect(otherMode.stderr).toContain('rules of different proxy modes have nothing in common');
    expect(await run([...against, '--behaviour'])).toEqual({
      code: 0,
      stdout: 'the same becomes of every packet\n',
      stderr: '',
    });
  });

  it('shows where packets go', async () => {
    const dump = join(FOLDER, 'since-1.19.save');
    const traced = await run([
      'trace',
      '--live',
      dump,
      '--to',
      '10.96.0.21:80',
      '--from',
      'outside',
      '--node-address',
      '192.168.0.2',
      '-o',
      'json',
    ]);
    const { packets } = JSON.parse(traced.stdout) as {
      readonly packets: readonly { readonly outcomes: readonly object[] }[];
    };
    expect(packets[0]?.outcomes).toMatchObject([
      { verdict: 'DNAT', to: '192.168.0.2:35001', probability: '1' },
    ]);
  });
});

describe('settings of mode userspace', () => {
  const SERVICE =
    'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {clusterIP: 10.96.0.7, ports: [{port: 80}]}\n';
  const compile = (stdin: string, ...argv: readonly string[]): ReturnType<typeof run> =>
    run(
      [
        'compile',
        '-f',
        '-',
        '--proxy-mode',
        'userspace',
        '--kube-proxy-version',
        '1.25',
        '-t',
        'nat',
        ...argv,
      ],
      {
        stdin,
      },
    );
  const portals = (text: string): readonly string[] =>
    text.split('\n').filter((line) => line.startsWith('-A KUBE-PORTALS-'));

  it('a bindAddress: both kinds of packets go to it', async () => {
    const { stdout } = await compile(
      SERVICE,
      '--bind-address',
      '192.168.0.9',
      '--proxy-port-range',
      '4000-4000',
    );
    expect(portals(stdout)).toEqual([
      '-A KUBE-PORTALS-CONTAINER -d 10.96.0.7/32 -p tcp -m comment --comment "default/web" -m tcp --dport 80 -j DNAT --to-destination 192.168.0.9:4000',
      '-A KUBE-PORTALS-HOST -d 10.96.0.7/32 -p tcp -m comment --comment "default/web" -m tcp --dport 80 -j DNAT --to-destination 192.168.0.9:4000',
    ]);
  });

  it('IPv6, where that is the family of the node; the other family gets nothing', async () => {
    const node = '---\napiVersion: v1\nkind: Node\nmetadata: {name: node-1}\n';
    const address = 'status: {addresses: [{type: InternalIP, address: "fd00::2"}]}\n';
    const stdin = SERVICE.replace('10.96.0.7', '"fd00:10:96::7"') + node + address;
    const settings = ['--bind-address', '::', '--proxy-port-range', '4000+0'];
    const { stdout } = await compile(stdin, ...settings, '--ip-family', 'ipv6');
    expect(portals(stdout)).toEqual([
      '-A KUBE-PORTALS-CONTAINER -d fd00:10:96::7/128 -p tcp -m comment --comment "default/web" -m tcp --dport 80 -j REDIRECT --to-ports 4000',
      '-A KUBE-PORTALS-HOST -d fd00:10:96::7/128 -p tcp -m comment --comment "default/web" -m tcp --dport 80 -j DNAT --to-destination [fd00::2]:4000',
    ]);
    const other = await compile(stdin, ...settings, '--ip-family', 'ipv4');
    expect(other.stdout).toBe('');
    expect(other.stderr).toContain('kube-proxy 1.25 serves IPv6 only, so it would write no IPv4 rules');
  });

  it.each([
    [['--bind-address', '127.0.0.1'], '--bind-address: cannot proxy on localhost [flag-invalid]'],
    [
      [],
      'mode userspace leads packets of the node to its own IPv4 address, which nothing tells: name it with --node-address, or give the Node [node-address-missing]',
    ],
  ])('%j is refused', async (argv, message) => {
    expect(await compile(SERVICE, ...argv)).toEqual({
      code: 2,
      stdout: '',
      stderr: `svc2ipt: error: ${message}\n`,
    });
  });

  it.each(['x', '2-1', '1-70000', '1-2-3'])('range %j is refused', async (range) => {
    const message = `--proxy-port-range: Invalid value: "${range}": must be a valid port range (e.g. 300-2000)`;
    expect(await compile(SERVICE, '--node-address', '192.168.0.2', '--proxy-port-range', range)).toEqual({
      code: 2,
      stdout: '',
      stderr: `svc2ipt: error: ${message} [flag-invalid]\n`,
    });
  });

  it.each(['', '0-0'])('range %j means any port', async (range) => {
    const { stdout } = await compile(SERVICE, '--node-address', '192.168.0.2', '--proxy-port-range', range);
    const port = Number(/--to-ports (\d+)/.exec(stdout)?.[1]);
    expect(port).toBeGreaterThanOrEqual(32768);
    expect(port).toBeLessThanOrEqual(60999);
  });

  it('a range that is too small', async () => {
    const two = `${SERVICE}---\n${SERVICE.replace('web', 'api').replace('10.96.0.7', '10.96.0.8')}`;
    const { stderr } = await compile(two, '--node-address', '192.168.0.2', '--proxy-port-range', '4000');
    expect(stderr).toBe(
      'svc2ipt: error: --proxy-port-range 4000-4000 has not enough room: 2 values are needed and 1 are in it, those included that are set [pool-exhausted]\n',
    );
  });

  it('one port twice in the assignments file', async () => {
    const { code, stderr } = await run([
      'compile',
      '-f',
      CLUSTER,
      '--assignments',
      join(FOLDER, 'bad-assignments.yaml'),
      '--proxy-mode',
      'userspace',
      '--kube-proxy-version',
      '1.25',
    ]);
    expect(code).toBe(2);
    expect(stderr.replaceAll(`${FOLDER}/`, '')).toBe(`\
bad-assignments.yaml:4:21: error: Assignments: proxyPorts[default/plain 80]: the key must have the form "namespace/name 80/TCP" [assignments-invalid]
bad-assignments.yaml:6:20: error: Assignments: proxyPorts[shop/web 80/TCP]: 35003 is already given to proxyPorts[shop/web 53/UDP] [assignments-invalid]
`);
  });
});
