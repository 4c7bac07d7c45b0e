/** Settings of releases that knew fewer of them. */
import { describe, expect, it } from 'vitest';
import { resolveSettings } from '../../src/config/resolve-settings.ts';
import { type KubeProxyFlags } from '../../src/config/kube-proxy-flags.ts';
import { type Version } from '../../src/dialect/version.ts';
import { type ProxySettings } from '../../src/proxy/settings.ts';
import { type Outcome } from '../../src/diagnostics/diagnostic.ts';
import { formatDiagnostic } from '../../src/diagnostics/format.ts';

function resolve(
  version: Version,
  flags: KubeProxyFlags,
  config?: string,
): Outcome<ProxySettings | undefined> {
  const text = `apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n${config ?? ''}`;
  const file = config === undefined ? undefined : { name: 'config', text };
  return resolveSettings({ version, flags, nodes: [], ipFamily: 'IPv4', config: file });
}

const said = (...given: Parameters<typeof resolve>): readonly string[] =>
  resolve(...given).problems.map(formatDiagnostic);

describe('a flag that comes later is refused, with the release that it came with', () => {
  it.each<[Version, KubeProxyFlags, string, Version]>([
    ['1.1', { clusterCIDR: '10.0.0.0/8' }, '--cluster-cidr', '1.2'],
    ['1.1', { masqueradeBit: 14 }, '--iptables-masquerade-bit', '1.2'],
    ['1.9', { nodePortAddresses: ['10.0.0.0/8'] }, '--nodeport-addresses', '1.10'],
    ['1.17', { detectLocalMode: 'NodeCIDR' }, '--detect-local-mode', '1.18'],
  ])('%s %j', (version, flags, flag, since) => {
    expect(said(version, flags)).toEqual([
      `svc2ipt: error: ${flag}: unknown flag: ${flag} (kube-proxy ${version}; it works from ${since} on) [flag-unknown]`,
    ]);
    expect(said(since, { ...flags, detectLocalMode: undefined })).toEqual([]);
  });
});

describe('a field that comes later is ignored, with a warning', () => {
  it.each<[Version, string, Version, string]>([
    ['1.1', 'clusterCIDR: 10.0.0.0/8', '1.2', 'clusterCIDR'],
    ['1.9', 'nodePortAddresses: [10.0.0.0/8]', '1.10', 'nodePortAddresses'],
  ])('%s %s', (version, config, since, field) => {
    expect(said(version, {}, config)).toEqual([
      `config:3:${field.length + 3}: warning: KubeProxyConfiguration: ${field}: kube-proxy ${version} does not know this field and ignores it (known from ${since} on) [config-ignored-field]`,
    ]);
    expect(said(since, {}, config)).toEqual([]);
  });
});

describe('a portRange that is none', () => {
  it.each<Version>(['1.10', '1.26', '1.30'])(
    'is refused by %s, though mode iptables does not use it',
    (version) => {
      expect(said(version, {}, 'mode: iptables\nportRange: x')).toEqual([
        'config:4:12: error: KubeProxyConfiguration: portRange: Invalid value: "x": must be a valid port range (e.g. 300-2000) [config-invalid]',
      ]);
      expect(said(version, {}, 'mode: iptables\nportRange: 300-2000')).toEqual([]);
    },
  );

  it('is no longer looked at by 1.31', () => {
    expect(said('1.31', {}, 'mode: iptables\nportRange: x')).toEqual([]);
  });
});

describe('IPv6', () => {
  it('is refused before its rules were usable', () => {
    expect(said('1.8', { bindAddress: '::' })).toContain(
      'svc2ipt: error: --bind-address: kube-proxy 1.8 writes no usable rules for IPv6; it works from 1.9 on [flag-invalid]',
    );
    expect(resolve('1.9', { bindAddress: '::' }).value?.familyServed).toBe(false);
  });
});

describe('feature gates', () => {
  it('that no release of the time knew are refused, with those that do', () => {
    expect(said('1.3', { featureGates: 'AllowExtTrafficLocalEndpoints=true' })).toEqual([
      'svc2ipt: error: --feature-gates: unrecognized feature gate: AllowExtTrafficLocalEndpoints (kube-proxy 1.3; known in 1.4 to 1.9) [feature-gate-invalid]',
    ]);
    expect(said('1.10', { featureGates: 'AllowExtTrafficLocalEndpoints=true' })).toEqual([
      'svc2ipt: error: --feature-gates: unrecognized feature gate: AllowExtTrafficLocalEndpoints (kube-proxy 1.10; known in 1.4 to 1.9) [feature-gate-invalid]',
    ]);
  });

  it('are in force as their release had them', () => {
    const isOn = (version: Version, featureGates?: string): boolean | undefined =>
      resolve(version, { featureGates }).value?.gates.has('AllowExtTrafficLocalEndpoints');
    expect([isOn('1.4'), isOn('1.5'), isOn('1.9'), isOn('1.10')]).toEqual([false, true, true, false]);
    expect(isOn('1.4', 'AllAlpha=true')).toBe(true);
    expect(isOn('1.9', 'AllowExtTrafficLocalEndpoints=false')).toBe(false);
  });
});
