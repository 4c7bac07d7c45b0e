/** `svc2ipt lint` of a cluster in mode nftables, or on its way there. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { run } from '../helpers/cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'svc2ipt-lint-mode-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const SERVICES = `apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: NodePort
  ports: [{name: http, port: 80, nodePort: 30080}, {name: dns, port: 53, protocol: UDP, nodePort: 30053}]
`;
const LONG_NAME = `apiVersion: v1
kind: Service
metadata: {name: ${'s'.repeat(63)}, namespace: ${'n'.repeat(60)}}
spec:
  ports: [{name: metrics, port: 80}]
`;

function configuration(...lines: readonly string[]): string {
  const file = join(folder, 'kube-proxy.yaml');
  const head = ['apiVersion: kubeproxy.config.k8s.io/v1alpha1', 'kind: KubeProxyConfiguration'];
  writeFileSync(file, [...head, ...lines, ''].join('\n'));
  return file;
}

/** The codes found, each with the ports that it names. */
async function found(argv: readonly string[], stdin = SERVICES): Promise<readonly string[]> {
  const { stdout } = await run(['lint', '-f', '-', '-o', 'json', ...argv], { stdin });
  const findings = JSON.parse(stdout) as readonly { readonly code: string; readonly message: string }[];
  return findings.map(({ code, message }) => [code, ...(message.match(/\b300\d\d\b/g) ?? [])].join(' '));
}

const LOCALHOST = 'node-port-localhost-ends 30080 30053';
const PRIMARY = 'node-port-primary-only 30080 30053';
const NFT = ['--proxy-mode', 'nftables'];
const GATE = ['--feature-gates', 'KubeProxyNFTablesLocalhostNodePorts=true'];

describe('lint of node ports', () => {
  it.each<[readonly string[], readonly string[]]>([
    [[], []],
    [['--proxy-mode', 'iptables'], []],
    [NFT, [LOCALHOST, PRIMARY]],
    [
      ['--proxy-mode', 'iptables', '--against-mode', 'nftables'],
      [LOCALHOST, PRIMARY],
    ],
    [
      ['--against-mode', 'nftables'],
      [LOCALHOST, PRIMARY],
    ],
    [['--against-mode', 'iptables'], []],
    [[...NFT, '--against-mode', 'nftables'], []],
    [[...NFT, '--against-mode', 'iptables'], []],
    [[...NFT, '--iptables-localhost-nodeports=false'], [PRIMARY]],
    [[...NFT, '--nodeport-addresses', '10.0.0.0/8'], []],
    [[...NFT, '--nodeport-addresses', '10.0.0.0/8,127.0.0.0/8'], [LOCALHOST]],
    [[...NFT, '--nodeport-addresses', 'primary,localhost', ...GATE], ['node-port-localhost-ends 30053']],
    [
      [...NFT, ...GATE],
      [LOCALHOST, PRIMARY],
    ],
    [[...NFT, '--kube-proxy-version', '1.29'], [LOCALHOST]],
    [
      [...NFT, '--kube-proxy-version', '1.30'],
      [LOCALHOST, PRIMARY],
    ],
  ])('with %j finds %j', async (argv, expected) => {
    expect(await found(argv)).toEqual(expected);
  });

  it.each<[readonly string[], readonly string[], readonly string[]]>([
    [['mode: nftables'], [], [LOCALHOST, PRIMARY]],
    [['mode: iptables'], [], []],
    [['mode: iptables', 'nodePortAddresses: [10.0.0.0/8]'], ['--against-mode', 'nftables'], []],
    [['mode: iptables', 'iptables: {localhostNodePorts: false}'], ['--against-mode', 'nftables'], [PRIMARY]],
  ])('with a configuration of %j and %j finds %j', async (lines, argv, expected) => {
    expect(await found(['--config', configuration(...lines), ...argv])).toEqual(expected);
  });
});

describe('lint of a cluster that leaves mode ipvs', () => {
  const IPVS = ['--proxy-mode', 'ipvs'];
  const UNKNOWN_PORT = `${SERVICES.replace('spec:\n', 'spec:\n  clusterIP: 10.96.0.10\n')}---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec:
  containers: [{name: a, image: b, env: [{name: URL, value: "http://10.96.0.10:9153"}]}]
`;
  const LOCAL = `apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 32000, ports: [{port: 80, nodePort: 30080}]}
`;

  it('tells what mode ipvs does and mode nftables does not', async () => {
    expect(await found([...IPVS, '--against-mode', 'nftables'])).toEqual([PRIMARY]);
    expect(await found([...IPVS, '--against-mode', 'iptables'])).toEqual([]);
    expect(await found([...IPVS, '--against-mode', 'nftables'], UNKNOWN_PORT)).toEqual([PRIMARY]);
    expect(await found(NFT, UNKNOWN_PORT)).toEqual([LOCALHOST, PRIMARY, 'cluster-ip-port-rejected']);
    const { stdout } = await run(['lint', '-f', '-', ...IPVS, '--against-mode', 'nftables'], {
      stdin: LOCAL,
    });
    expect(stdout).toMatchInlineSnapshot(`
      "<stdin>:4:51: warning: Service default/web: spec.externalTrafficPolicy: there is no endpoint at all [external-policy-local-without-local-endpoint]
      <stdin>:4:79: warning: Service default/web: spec.healthCheckNodePort: kube-proxy accepts traffic to the health check node port 32000 in mode ipvs; in mode nftables a firewall of the node has to [health-check-node-port-closed]
      <stdin>:4:115: warning: Service default/web: spec.ports[0].nodePort: node port 30080 answers on every address of a node in mode ipvs, on the node's primary address alone in mode nftables [node-port-primary-only]
      "
    `);
  });

  it('names the settings that mean nothing any more', async () => {
    const config = configuration(
      'mode: ipvs',
      'ipvs: {scheduler: lc, strictARP: true, excludeCIDRs: [10.9.0.0/16], tcpTimeout: 1m}',
    );
    const ask = async (...options: readonly string[]): Promise<string> => {
      const asked = ['lint', '-f', '-', '--config', config, '--fail-on', 'never', ...options];
      return (await run(asked, { stdin: SERVICES })).stderr.replaceAll(config, 'kube-proxy.yaml');
    };
    expect(await ask('--against-mode', 'nftables')).toMatchInlineSnapshot(`
      "kube-proxy.yaml:4:19: warning: KubeProxyConfiguration: ipvs.scheduler: has no effect in mode nftables: every endpoint gets the same share of new connections [setting-without-effect]
      kube-proxy.yaml:4:34: warning: KubeProxyConfiguration: ipvs.strictARP: has no effect in mode nftables: the addresses of Services are on no interface of the node [setting-without-effect]
      kube-proxy.yaml:4:54: warning: KubeProxyConfiguration: ipvs.excludeCIDRs: has no effect in mode nftables: kube-proxy makes and removes no virtual servers [setting-without-effect]
      kube-proxy.yaml:4:81: warning: KubeProxyConfiguration: ipvs.tcpTimeout: has no effect in mode nftables: the timeouts of connection tracking count [setting-without-effect]
      1 finding (0 errors, 1 warning) in 1 object
      "
    `);
    expect(await ask('--against-mode', 'iptables')).toContain(
      'has no effect in mode iptables: every endpoint',
    );
    expect(await ask('--against-mode', 'ipvs')).not.toContain('has no effect');
    expect(await ask()).not.toContain('has no effect');
  });
});

describe('lint of names', () => {
  it.each([
    ['1.36', ['service-name-too-long']],
    ['1.37', []],
  ])('kube-proxy %s: %j', async (version, expected) => {
    expect(await found([...NFT, '--kube-proxy-version', version], LONG_NAME)).toEqual(expected);
  });
});

describe('settings', () => {
  it('of another mode have no effect', async () => {
    const { code, stderr } = await run(
      ['lint', '-f', '-', ...NFT, '--iptables-localhost-nodeports=true', '--fail-on', 'never'],
      { stdin: SERVICES },
    );
    expect(code).toBe(0);
    expect(stderr).toContain(
      'svc2ipt: warning: --iptables-localhost-nodeports: has no effect in mode nftables, which serves no node ports on localhost by rules [setting-without-effect]\n',
    );
  });

  it('that kube-proxy refuses are refused', async () => {
    const { code, stdout, stderr } = await run(['lint', '-f', '-', ...NFT, '--nodeport-addresses', 'eth0'], {
      stdin: SERVICES,
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('--nodeport-addresses[0]: Invalid value: "eth0"');
  });

  it('of a file that is not there are an error', async () => {
    const { code, stderr } = await run(['lint', '-f', '-', '--config', join(folder, 'none.yaml')], {
      stdin: SERVICES,
    });
    expect(code).toBe(2);
    expect(stderr).toContain('no such file or directory [file-unreadable]');
  });
});
