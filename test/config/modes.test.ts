/** Settings of modes other than iptables, for callers who know their rules. */
import { describe, expect, it } from 'vitest';
import { givenSettings } from '../../src/config/given-settings.ts';
import { type KubeProxyFlags } from '../../src/config/kube-proxy-flags.ts';
import { type Version } from '../../src/dialect/version.ts';
import { accepted, type Given, resolve } from './settings.ts';

const ALL = { supportedModes: ['iptables', 'ipvs', 'nftables'] } as const satisfies Given;
const BLANK = 'or blank (blank means the best-available proxy [currently iptables])';

describe('the mode', () => {
  it.each<[string, Given]>([
    ['iptables', {}],
    ['iptables', { config: 'mode: ""' }],
    ['ipvs', { config: 'mode: ipvs' }],
    ['nftables', { config: 'mode: iptables', flags: { proxyMode: 'nftables' } }],
    [
      'nftables',
      { flags: { proxyMode: 'nftables', featureGates: 'NFTablesProxyMode=true' }, version: '1.29' },
    ],
    ['nftables', { flags: { proxyMode: 'nftables' }, version: '1.31' }],
    ['ipvs', { flags: { proxyMode: 'ipvs' }, version: '1.37' }],
  ])('%s: %j', (mode, given) => {
    expect(accepted({ ...ALL, ...given }).mode).toBe(mode);
  });

  it.each<[Version, KubeProxyFlags, string]>([
    ['1.28', { proxyMode: 'nftables' }, `Invalid value: "nftables": must be iptables, ipvs ${BLANK} (kube-proxy 1.28; nftables works from 1.29 on, there with feature gate NFTablesProxyMode) [flag-invalid]`],
    ['1.30', { proxyMode: 'nftables', featureGates: 'NFTablesProxyMode=false' }, `Invalid value: "nftables": must be iptables, ipvs ${BLANK} (kube-proxy 1.30 with feature gate NFTablesProxyMode off) [flag-invalid]`],
    ['1.32', { proxyMode: 'nftables', featureGates: 'NFTablesProxyMode=false' }, `Invalid value: "nftables": must be iptables, ipvs ${BLANK} (kube-proxy 1.32 with feature gate NFTablesProxyMode off) [flag-invalid]`],
    ['1.30', { proxyMode: 'ebpf', featureGates: 'NFTablesProxyMode=true' }, `Invalid value: "ebpf": must be iptables, ipvs, nftables ${BLANK} [flag-invalid]`],
    ['1.36', { proxyMode: 'userspace' }, 'must be "iptables" or "ipvs" or "nftables": svc2ipt does not know the rules of mode "userspace" [mode-unsupported]'],
    ['1.37', { proxyMode: 'ipvs', featureGates: 'KubeProxyIPVS=false' }, `Invalid value: "ipvs": must be iptables, nftables ${BLANK} (kube-proxy 1.37 with feature gate KubeProxyIPVS off) [flag-invalid]`],
    ['1.37', { proxyMode: 'ebpf' }, `Invalid value: "ebpf": must be iptables, ipvs, nftables ${BLANK} [flag-invalid]`],
  ])('kube-proxy %s refuses %j', (version, flags, message) => {
    expect(resolve({ ...ALL, version, flags }).messages).toEqual([`svc2ipt: error: --proxy-mode: ${message}`]);
  }); // prettier-ignore

  it('asks for its gate, which may be set where nobody sees it', () => {
    const { messages, settings } = resolve({ ...ALL, version: '1.30', flags: { proxyMode: 'nftables' } });
    expect(settings?.mode).toBe('nftables');
    expect(messages).toEqual([
      'svc2ipt: warning: --proxy-mode: kube-proxy 1.30 needs feature gate NFTablesProxyMode for this mode, which is taken as on [mode-needs-gate]',
    ]);
  });

  it.each<[Version, Given, readonly string[]]>([
    ['1.36', { config: '' }, []],
    ['1.37', {}, []],
    ['1.37', { config: 'mode: iptables' }, []],
    ['1.37', { config: '', flags: { proxyMode: 'iptables' } }, []],
    ['1.37', { config: '' }, ['F:1:1']],
    ['1.37', { config: 'clusterCIDR: ""\nmode: ""' }, ['F:4:7']],
  ])('of a configuration without one, kube-proxy %s warns: %j', (version, given, places) => {
    const { messages, settings } = resolve({ ...ALL, version, ...given });
    expect(settings?.mode).toBe('iptables');
    expect(messages).toEqual(
      places.map(
        (place) =>
          `${place}: warning: KubeProxyConfiguration: mode: kube-proxy 1.37 warns: no mode is set, and the default is to change from iptables to nftables [mode-unset]`,
      ),
    );
  });

  it('is not warned of where the configuration is refused', () => {
    expect(resolve({ ...ALL, version: '1.37', config: 'bindAddress: x' }).messages).toEqual([
      'F:3:14: error: KubeProxyConfiguration: bindAddress: Invalid value: "x": not a valid textual representation of an IP address [config-invalid]',
    ]);
  });

  it('is one that the caller knows the rules of', () => {
    expect(resolve({ supportedModes: ['nftables'], flags: { proxyMode: 'ipvs' } }).messages).toEqual([
      'svc2ipt: error: --proxy-mode: must be "nftables": svc2ipt does not know the rules of mode "ipvs" [mode-unsupported]',
    ]);
  });
});

describe('masquerading', () => {
  const config = [
    'iptables: {masqueradeAll: true, masqueradeBit: 3}',
    'nftables: {masqueradeAll: false, masqueradeBit: 7}',
  ].join('\n');
  const of = (given: Given): readonly [boolean, number] => {
    const { masqueradeAll, masqueradeBit } = accepted({ ...ALL, ...given });
    return [masqueradeAll, masqueradeBit];
  };
  const nft: KubeProxyFlags = { proxyMode: 'nftables', featureGates: 'NFTablesProxyMode=true' };

  it.each<[string, Given, readonly [boolean, number]]>([
    ['of iptables', { config }, [true, 3]],
    ['of ipvs is that of iptables', { config, flags: { proxyMode: 'ipvs' } }, [true, 3]],
    ['of nftables', { config, flags: nft }, [false, 7]],
    ['of nftables by default', { flags: nft }, [false, 14]],
    ['the flag for the bit is not for nftables', { flags: { ...nft, masqueradeBit: 3 } }, [false, 14]],
    ['--masquerade-all is for nftables from 1.31 on', { flags: { ...nft, masqueradeAll: true }, version: '1.31' }, [true, 14]],
    ['--masquerade-all is not for nftables in 1.30', { flags: { ...nft, masqueradeAll: true }, version: '1.30' }, [false, 14]],
  ])('%s', (_, given, expected) => {
    expect(of(given)).toEqual(expected);
  }); // prettier-ignore

  it.each<[Version, readonly string[]]>([
    ['1.30', []],
    ['1.31', ['masqueradeAll']],
  ])('by flags in nftables mode of kube-proxy %s is given: %j', (version, expected) => {
    const flags = { masqueradeAll: true, masqueradeBit: 3 };
    expect([...givenSettings({ flags, version, resolved: { mode: 'nftables' } })]).toEqual(expected);
  });
});

it('opens node ports on localhost in mode iptables only', () => {
  const of = (proxyMode: string): boolean => accepted({ ...ALL, flags: { proxyMode } }).localhostNodePorts;
  expect(['iptables', 'ipvs', 'nftables'].map(of)).toEqual([true, false, false]);
});

describe('mode ipvs', () => {
  it('has settings of its own', () => {
    expect(accepted({ ...ALL, flags: { proxyMode: 'ipvs' } }).ipvs).toEqual({
      scheduler: 'rr',
      strictARP: false,
      excludeCIDRs: [],
      tcpTimeout: 0,
      tcpFinTimeout: 0,
      udpTimeout: 0,
    });
    expect(accepted({ ...ALL, config: 'ipvs: {scheduler: sh}' }).ipvs).toBeUndefined();
  });

  const set = {
    scheduler: 'sh',
    strictARP: true,
    excludeCIDRs: [
      { family: 'IPv4', address: '10.0.0.0', prefix: 8 },
      { family: 'IPv6', address: 'fd00::', prefix: 64 },
    ],
    tcpTimeout: 900e9,
    tcpFinTimeout: 2e9,
    udpTimeout: 5e6,
  };

  it('is set by the file', () => {
    const config = [
      'mode: ipvs',
      'ipvs:',
      '  scheduler: sh',
      '  strictARP: true',
      '  excludeCIDRs: [10.0.0.0/8, "FD00::1/64"]',
      '  tcpTimeout: 15m',
      '  tcpFinTimeout: 2s',
      '  udpTimeout: 5ms',
    ].join('\n');
    expect(accepted({ ...ALL, config }).ipvs).toEqual(set);
  });

  it('is set by flags', () => {
    const flags: KubeProxyFlags = {
      proxyMode: 'ipvs',
      ipvsScheduler: 'sh',
      ipvsStrictARP: true,
      ipvsExcludeCIDRs: ['10.0.0.0/8', 'FD00::1/64'],
      ipvsTCPTimeout: '15m',
      ipvsTCPFinTimeout: '2s',
      ipvsUDPTimeout: '5ms',
    };
    expect(accepted({ ...ALL, flags }).ipvs).toEqual(set);
  });

  it.each<[KubeProxyFlags, string]>([
    [{ ipvsExcludeCIDRs: ['10.0.0.0/8', 'x'] }, '--ipvs-exclude-cidrs[1]: Invalid value: "x": must be a valid CIDR'],
    [{ ipvsTCPTimeout: '-1s' }, '--ipvs-tcp-timeout: Invalid value: -1s: must be greater than or equal to 0'],
    [{ ipvsUDPTimeout: 'soon' }, '--ipvs-udp-timeout: must be a duration such as "30s", not "soon"'],
  ])('refuses %j', (flags, message) => {
    expect(resolve({ ...ALL, flags: { ...flags, proxyMode: 'ipvs' } }).messages).toEqual([`svc2ipt: error: ${message} [flag-invalid]`]);
  }); // prettier-ignore
});

describe('limits that only some modes check', () => {
  const of = (version: Version, mode: string, config: string): readonly string[] =>
    resolve({
      ...ALL,
      version,
      config,
      flags: { proxyMode: mode, ...(version === '1.30' && { featureGates: 'NFTablesProxyMode=true' }) },
    }).messages.map((message) =>
      message.replace(/^F:\d+:\d+: error: KubeProxyConfiguration: (.*) \[config-invalid\]$/, '$1'),
    );
  const negative = 'Invalid value: -1s: must be greater than 0';

  it.each<[Version, string, string, readonly string[]]>([
    ['1.36', 'iptables', 'nftables: {masqueradeBit: 32}', []],
    ['1.36', 'nftables', 'nftables: {masqueradeBit: 32}', ['nftables.masqueradeBit: Invalid value: 32: must be within the range [0, 31]']],
    ['1.36', 'nftables', 'iptables: {masqueradeBit: 32}', ['iptables.masqueradeBit: Invalid value: 32: must be within the range [0, 31]']],
    ['1.36', 'iptables', 'ipvs: {syncPeriod: -1s, tcpTimeout: -1s}', []],
    ['1.36', 'ipvs', 'ipvs: {syncPeriod: -1s}', [`ipvs.syncPeriod: ${negative}`]],
    ['1.36', 'ipvs', 'iptables: {syncPeriod: -1s}', []],
    ['1.31', 'nftables', 'iptables: {syncPeriod: -1s}', []],
    ['1.30', 'nftables', 'iptables: {syncPeriod: -1s}', [`iptables.syncPeriod: ${negative}`]],
    ['1.36', 'nftables', 'nftables: {syncPeriod: 100ms}', ['nftables.syncPeriod: Invalid value: 1s: nftables.syncPeriod must be greater than or equal to nftables.minSyncPeriod']],
    ['1.36', 'iptables', 'iptables: {syncPeriod: 100ms, minSyncPeriod: 0s}', ['iptables.minSyncPeriod: Invalid value: 1s: iptables.syncPeriod must be greater than or equal to iptables.minSyncPeriod']],
    ['1.18', 'iptables', 'iptables: {syncPeriod: 100ms}', []],
    ['1.36', 'ipvs', 'ipvs: {syncPeriod: 100ms}', []],
    ['1.36', 'iptables', 'iptables: {syncPeriod: null}', ['iptables.syncPeriod: must be a duration such as "30s", not null']],
    ['1.36', 'iptables', 'conntrack: {tcpCloseWaitTimeout: null}', []],
    ['1.36', 'iptables', 'featureGates: {AllAlpha: null}', []],
    ['1.36', 'iptables', 'showHiddenMetricsForVersion: "1.35"', []],
    ['1.36', 'iptables', 'showHiddenMetricsForVersion: "1.34"', [`showHiddenMetricsForVersion: Invalid value: "1.34": must be omitted or have the value '1.35'; only the previous minor version is allowed`]],
    ['1.36', 'nftables', 'nftables: {minSyncPeriod: 1h}', ['nftables.minSyncPeriod: Invalid value: 3600s: nftables.syncPeriod must be greater than or equal to nftables.minSyncPeriod']],
  ])('kube-proxy %s, %s: %s', (version, mode, config, messages) => {
    expect(of(version, mode, config)).toEqual(messages);
  }); // prettier-ignore
});

describe('--conntrack-tcp-be-liberal', () => {
  const isGiven = (tcpBeLiberal: boolean): boolean =>
    givenSettings({ flags: { tcpBeLiberal }, version: '1.36', resolved: { mode: 'iptables' } }).has(
      'tcpBeLiberal',
    );

  it('beats the file', () => {
    const config = 'conntrack: {tcpBeLiberal: true}';
    expect(accepted({ config, flags: { tcpBeLiberal: false } }).tcpBeLiberal).toBe(false);
    expect(accepted({ flags: { tcpBeLiberal: true } }).tcpBeLiberal).toBe(true);
  });

  it('decides only where it is on: others may set the kernel, too', () => {
    expect([isGiven(true), isGiven(false)]).toEqual([true, false]);
  });
});
