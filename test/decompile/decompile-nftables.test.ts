import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../helpers/cli.ts';
import { NFT_ORACLE } from '../helpers/nftables-listings.ts';

const DUMP = join(NFT_ORACLE, '63-nft-service-cidr/expected/1.36.ip.nft-1.1.3');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'svc2ipt-decompile-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const CONFIGURATION = `\
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: nftables
hostnameOverride: node-1
bindAddress: 0.0.0.0
clusterCIDR: 10.244.0.0/16
nftables:
  masqueradeBit: 14
nodePortAddresses:
  - 192.168.0.2/32
`;

const MANIFESTS = `\
apiVersion: v1
kind: Node
metadata:
  name: node-1
status:
  addresses:
    - type: InternalIP
      address: 192.168.0.2
---
apiVersion: networking.k8s.io/v1
kind: ServiceCIDR
metadata:
  name: networks-1
spec:
  cidrs:
    - 10.96.0.0/12
---
apiVersion: v1
kind: Service
metadata:
  name: web
`;

describe('svc2ipt decompile with what nft lists', () => {
  it('prints what explains it, and the configuration, that compile to the same', async () => {
    const config = join(folder, 'kube-proxy.yaml');
    const argv = ['decompile', DUMP, '--node-name', 'node-1', '--config-out', config];
    const { code, stdout, stderr } = await run(argv);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [first, second, ...manifests] = stdout.split('\n');
    expect([first, second]).toEqual([
      `# What explains the rules in ${DUMP}, written by kube-proxy 1.36. The same rules again:`,
      `#   svc2ipt compile -f FILE --config ${config} --kube-proxy-version 1.36`,
    ]);
    expect(manifests.join('\n').startsWith(MANIFESTS)).toBe(true);
    expect(readFileSync(config, 'utf8')).toBe(CONFIGURATION);
    const again = await run(
      ['compile', '-f', '-', '--config', config, '--kube-proxy-version', '1.36', '--node-name', 'node-1'],
      { stdin: stdout },
    );
    const compared = await run(['decompile', '-', '--node-name', 'node-1'], { stdin: again.stdout });
    expect(compared.stdout.replace(/^# .*\n/, '')).toContain(MANIFESTS);
  });

  const tampered = async (change: (text: string) => string): Promise<readonly string[]> => {
    const text = readFileSync(DUMP, 'utf8');
    expect(change(text)).not.toBe(text);
    const { code, stderr } = await run(['decompile', '-'], { stdin: change(text) });
    expect(code).toBe(1);
    return stderr.split('\n').filter((line) => line !== '');
  };

  it('names a rule that nothing explains', async () => {
    const told = await tampered((text) =>
      text.replace(/^\tchain external-.*$/m, '$&\n\t\tip saddr 203.0.113.7 drop'),
    );
    expect(told).toEqual([
      expect.stringMatching(
        /^svc2ipt: warning: default\/web:http\/TCP: nothing explains the rule: add rule ip kube-proxy external-\S+ ip saddr 203\.0\.113\.7 drop \[rule-not-explained\]$/,
      ),
    ]);
  });

  it('names an element that the dump lacks', async () => {
    const told = await tampered((text) => text.replace('{ 10.96.0.63, 10.96.0.64 }', '{ 10.96.0.64 }'));
    expect(told).toEqual([
      'svc2ipt: warning: default/web:http/TCP: the dump lacks an element that goes with the others: add element ip kube-proxy cluster-ips { 10.96.0.63 } [rule-not-explained]',
    ]);
  });

  it('explains a table of nobody with nothing', async () => {
    const { code, stdout } = await run(['decompile', '-'], { stdin: 'table ip other {\n}\n' });
    expect({ code, services: stdout.includes('kind: Service') }).toEqual({ code: 1, services: false });
  });
});

it('explains more node ports than the default range of a cluster has', async () => {
  const count = 2769;
  const items = Array.from({ length: count }, (_, at) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `web-${at}` },
    spec: {
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Local',
      clusterIP: `10.96.${at >> 8}.${at & 255}`,
      healthCheckNodePort: 10_000 + at,
      ports: [{ port: 80, nodePort: 30_000 + at }],
    },
  }));
  const stdin = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const { stdout: table } = await run(['compile', '-f', '-', '--proxy-mode', 'nftables', '--quiet'], {
    stdin,
  });
  const { code, stdout } = await run(['decompile', '-'], { stdin: table });
  const services = stdout.match(/^kind: Service$/gm) ?? [];
  expect({ code, services: services.length }).toEqual({ code: 0, services: count });
});
