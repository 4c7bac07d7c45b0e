import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../helpers/cli.ts';

const CASE = join(import.meta.dirname, '../../fixtures/oracle-nftables/05-clusterip-no-endpoints');
const WEB = ['-f', join(CASE, 'manifests.yaml'), '--proxy-mode', 'nftables'] as const;

/** A Service of a name with 130 characters. */
const longNamed = (endpoints: boolean): string => {
  const name = `s${'x'.repeat(62)}`;
  const port = 'p'.repeat(15);
  const namespace = `n${'y'.repeat(59)}`;
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { clusterIP: '10.96.0.9', ports: [{ name: port, port: 80 }] },
  };
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'slice', namespace, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports: [{ name: port, port: 80 }],
    endpoints: [{ addresses: ['10.244.0.7'] }],
  };
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: endpoints ? [service, slice] : [service] });
};

describe('svc2ipt compile --proxy-mode nftables', () => {
  it('prints a script that replaces the table', async () => {
    const { code, stdout } = await run(['compile', ...WEB, '--format', 'restore']);
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines.slice(0, 4)).toEqual([
      'add table ip kube-proxy',
      'delete table ip kube-proxy',
      'add table ip kube-proxy { comment "rules for kube-proxy" ; }',
      'add set ip kube-proxy hairpin-connections { type ipv4_addr . ipv4_addr . inet_proto . inet_service ; comment "service hairpin connections" ; }',
    ]);
    expect(lines).toContain(
      'add element ip kube-proxy no-endpoint-services { 10.96.0.22 . tcp . 80 comment "default/empty" : goto reject-chain }',
    );
  });

  it('prints the other table for the other family', async () => {
    const { stdout } = await run(['compile', ...WEB, '--ip-family', 'ipv6']);
    expect(stdout.split('\n')[0]).toBe('table ip6 kube-proxy {');
  });

  it('spells as the release of nft that is asked for', async () => {
    const priorities = async (...release: readonly string[]): Promise<readonly string[]> => {
      const { stdout } = await run(['compile', ...WEB, ...release]);
      return [...stdout.matchAll(/hook output priority ([^;]+);/g)].map(([, priority = '']) => priority);
    };
    expect(await priorities()).toEqual(['dstnat - 10', 'filter', 'dstnat']);
    expect(await priorities('--nft-version', '1.0.6')).toEqual(['-110', 'filter', '-100']);
  });

  it.each([
    [['-t', 'nat'], 'svc2ipt: error: -t nat: mode nftables has no table to choose [usage]\n'],
    [
      ['--proxy-mode', 'iptables', '--format', 'json'],
      'svc2ipt: error: --format json: mode iptables has save, restore, script [usage]\n',
    ],
    [
      ['--proxy-mode', 'iptables', '--nft-version', '1.0.6'],
      'svc2ipt: error: --nft-version is for mode nftables [usage]\n',
    ],
  ])('refuses %j', async (more, message) => {
    const { code, stdout, stderr } = await run(['compile', ...WEB, ...more]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('what nft would refuse is a warning', () => {
  const compile = async (input: string, ...more: readonly string[]) =>
    run(['compile', '-f', '-', '--proxy-mode', 'nftables', ...more], { stdin: input });

  it('a comment that is too long', async () => {
    const told = async (endpoints: boolean, version: string): Promise<string> =>
      (await compile(longNamed(endpoints), '--kube-proxy-version', version)).stderr;
    expect(await told(false, '1.36')).toContain('which has 140 characters; nft takes 128 [nft-refuses]');
    expect(await told(true, '1.36')).not.toContain('nft-refuses');
    expect(await told(false, '1.37')).toBe('');
  });

  it('an interface prefix before interfaces were matched by name', async () => {
    const prefix = ['--detect-local-mode', 'InterfaceNamePrefix', '--pod-interface-name-prefix', 'veth'];
    const told = async (version: string): Promise<boolean> =>
      (await compile(longNamed(true), ...prefix, '--kube-proxy-version', version)).stderr.includes(
        'nft-refuses',
      );
    expect([await told('1.32'), await told('1.33')]).toEqual([true, false]);
  });

  it('source ranges that overlap, where one set holds all', async () => {
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'lb' },
      spec: {
        type: 'LoadBalancer',
        clusterIP: '10.96.0.9',
        loadBalancerSourceRanges: ['10.0.0.0/8', '10.1.0.0/16'],
        ports: [{ port: 80, nodePort: 30000 }],
      },
      status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } },
    };
    const told = async (version: string): Promise<boolean> =>
      (await compile(JSON.stringify(service), '--kube-proxy-version', version)).stderr.includes(
        'its source ranges overlap, which this release cannot load [nft-refuses]',
      );
    expect([await told('1.29'), await told('1.30')]).toEqual([true, false]);
  });
});
