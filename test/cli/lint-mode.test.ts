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
