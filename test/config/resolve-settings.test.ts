import { describe, expect, it } from 'vitest';
import { type KubeProxyFlags } from '../../src/config/kube-proxy-flags.ts';
import { resolveSettings } from '../../src/config/resolve-settings.ts';
import { knownGates } from '../../src/dialect/feature-gates.ts';
import { type Version, VERSIONS } from '../../src/dialect/version.ts';
import { type ProxySettings } from '../../src/proxy/settings.ts';
import { formatCidr, type IpFamily } from '../../src/text/ip.ts';
import { accepted, type Given, node, resolve } from './settings.ts';

const localOf = (given: Given): string => {
  const { localTraffic } = accepted(given);
  switch (localTraffic.kind) {
    case 'none':
      return 'none';
    case 'cidr':
      return formatCidr(localTraffic.cidr);
    case 'interface':
      return localTraffic.name;
  }
};

describe('without file and flags', () => {
  it('everything is as kube-proxy has it by default', () => {
    const defaults = [...knownGates('1.36')].filter(([, state]) => state.onByDefault).map(([gate]) => gate);
    expect(accepted()).toEqual({
      mode: 'iptables',
      ipFamily: 'IPv4',
      familyServed: true,
      masqueradeAll: false,
      masqueradeBit: 14,
      localhostNodePorts: true,
      localTraffic: { kind: 'none' },
      clusterCidrs: [],
      nodePortAddresses: [],
      nodeIP: '127.0.0.1',
      nodeAddresses: ['127.0.0.1', '::1'],
      tcpBeLiberal: false,
      nfacct: true,
      randomFully: true,
      gates: new Set(defaults),
    } satisfies ProxySettings);
  });

  it('a bare configuration says the same', () => {
    expect(accepted({ config: '' })).toEqual(accepted());
  });

  it.each(VERSIONS)('kube-proxy %s starts', (version) => {
    expect(accepted({ version }).masqueradeBit).toBe(14);
  });
});

describe('a flag beats the file', () => {
  const config = [
    'bindAddress: 192.168.0.9',
    'clusterCIDR: 10.9.0.0/16',
    'hostnameOverride: from-file',
    'nodePortAddresses: [10.9.9.0/24]',
    'iptables: {masqueradeAll: true, masqueradeBit: 9, localhostNodePorts: false}',
    'featureGates: {StrictIPCIDRValidation: false}',
  ].join('\n');
  const rows: readonly (readonly [keyof KubeProxyFlags, KubeProxyFlags, Partial<ProxySettings>])[] = [
    ['bindAddress', { bindAddress: '192.168.0.2' }, { nodeIP: '192.168.0.2' }],
    ['clusterCIDR', { clusterCIDR: '' }, { localTraffic: { kind: 'none' }, clusterCidrs: [] }],
    ['hostnameOverride', { hostnameOverride: ' Node-1 ' }, { nodeName: 'node-1' }],
    ['masqueradeAll', { masqueradeAll: false }, { masqueradeAll: false }],
    ['masqueradeBit', { masqueradeBit: 0 }, { masqueradeBit: 0 }],
    [
      'localhostNodePorts',
      { localhostNodePorts: true, nodePortAddresses: [] },
      { localhostNodePorts: true, nodePortAddresses: [] },
    ],
    [
      'nodePortAddresses',
      { nodePortAddresses: ['127.0.0.0/8'] },
      { nodePortAddresses: [{ family: 'IPv4', address: '127.0.0.0', prefix: 8 }] },
    ],
    ['noNfacct', { noNfacct: true }, { nfacct: false }],
    ['noRandomFully', { noRandomFully: true }, { randomFully: false }],
    [
      'detectLocalMode',
      { detectLocalMode: 'BridgeInterface', podBridgeInterface: 'cbr0' },
      { localTraffic: { kind: 'interface', name: 'cbr0' }, clusterCidrs: [] },
    ],
    [
      'podInterfaceNamePrefix',
      { detectLocalMode: 'InterfaceNamePrefix', podInterfaceNamePrefix: 'veth' },
      { localTraffic: { kind: 'interface', name: 'veth+' }, clusterCidrs: [] },
    ],
    ['nodeAddresses', { nodeAddresses: ['FD00::0:1'] }, { nodeAddresses: ['127.0.0.1', '::1', 'fd00::1'] }],
  ];
  it.each(rows)('%s', (_, flags, expected) => {
    expect(accepted({ config, flags })).toEqual({ ...accepted({ config }), ...expected });
  });

  it('featureGates: of both, those of the flag last', () => {
    const { gates } = accepted({ config, flags: { featureGates: 'StrictIPCIDRValidation=true' } });
    expect(gates).toContain('StrictIPCIDRValidation');
    expect(accepted({ config }).gates).not.toContain('StrictIPCIDRValidation');
    expect(accepted({ config, flags: { featureGates: 'AtomicFIFO=false' } }).gates).not.toContain(
      'StrictIPCIDRValidation',
    );
  });

  it('proxyMode', () => {
    expect(accepted({ config: 'mode: ipvs', flags: { proxyMode: 'iptables' } })).toEqual(accepted());
    expect(resolve({ flags: { proxyMode: 'ipvs' } }).messages).toEqual([
      'svc2ipt: error: --proxy-mode: must be "iptables": svc2ipt does not know the rules of mode "ipvs" [mode-unsupported]',
    ]);
  });
});

describe('flags that a release does not have', () => {
  const rows: readonly (readonly [Version, KubeProxyFlags, string])[] = [
    ['1.17', { detectLocalMode: 'NodeCIDR' }, '--detect-local-mode (kube-proxy 1.17; it works from 1.18 on)'],
    [
      '1.23',
      { podBridgeInterface: 'cbr0' },
      '--pod-bridge-interface (kube-proxy 1.23; it works from 1.24 on)',
    ],
    [
      '1.23',
      { podInterfaceNamePrefix: 'veth' },
      '--pod-interface-name-prefix (kube-proxy 1.23; it works from 1.24 on)',
    ],
    [
      '1.25',
      { localhostNodePorts: false },
      '--iptables-localhost-nodeports (kube-proxy 1.25; it works from 1.26 on)',
    ],
  ];
  it.each(rows)('%s %o', (version, flags, words) => {
    const flag = words.split(' ')[0] ?? '';
    expect(resolve({ version, flags }).messages).toEqual([
      `svc2ipt: error: ${flag}: unknown flag: ${words} [flag-unknown]`,
    ]);
  });
});

describe('mistakes in flags are told by flag', () => {
  const rows: readonly (readonly [KubeProxyFlags, readonly string[]])[] = [
    [
      { masqueradeBit: 40 },
      ['--iptables-masquerade-bit: Invalid value: 40: must be within the range [0, 31] [flag-invalid]'],
    ],
    [
      { masqueradeBit: 1.5 },
      ['--iptables-masquerade-bit: Invalid value: 1.5: must be within the range [0, 31] [flag-invalid]'],
    ],
    [
      { nodePortAddresses: ['10.0.0.0/8', 'eth0'] },
      ['--nodeport-addresses[1]: Invalid value: "eth0": must be a valid CIDR [flag-invalid]'],
    ],
    [
      { bindAddress: 'localhost' },
      [
        '--bind-address: Invalid value: "localhost": not a valid textual representation of an IP address [flag-invalid]',
      ],
    ],
    [{ hostnameOverride: ' ' }, ['--hostname-override: empty hostname-override is invalid [flag-invalid]']],
    [
      { nodeAddresses: ['10.0.0.1', '10.0.0.0/8'] },
      ['--node-address[1]: must be an IP address, not "10.0.0.0/8" [flag-invalid]'],
    ],
    [{ featureGates: 'Foo' }, ['--feature-gates: malformed pair, expect string=bool: "Foo" [flag-invalid]']],
    [
      { featureGates: 'AllAlpha=yes' },
      ['--feature-gates: invalid value of AllAlpha: yes: must be true or false [flag-invalid]'],
    ],
    [
      { featureGates: 'LoadBalancerIpMode=true,ServiceTopology=true' },
      [
        '--feature-gates: unrecognized feature gate: LoadBalancerIpMode (kube-proxy 1.36; did you mean "LoadBalancerIPMode", known in 1.29 to 1.34?) [feature-gate-invalid]',
        '--feature-gates: unrecognized feature gate: ServiceTopology (kube-proxy 1.36; known in 1.17 to 1.21) [feature-gate-invalid]',
      ],
    ],
    [
      { clusterCIDR: '10.0.0.0/8,11.0.0.0/8' },
      [
        '--cluster-cidr: Invalid value: ["10.0.0.0/8","11.0.0.0/8"]: must be a either a single CIDR or dual-stack pair of CIDRs (e.g. [10.100.0.0/16, fde4:8dba:82e1::/48] [flag-invalid]',
      ],
    ],
    [
      { detectLocalMode: 'NodeCIDR' },
      [
        '--detect-local-mode: NodeCIDR needs the pod CIDRs of the node, but the node is not in the input [flag-invalid]',
      ],
    ],
  ];
  it.each(rows)('%o', (flags, messages) => {
    expect(resolve({ flags })).toEqual({
      settings: undefined,
      messages: messages.map((message) => `svc2ipt: error: ${message}`),
    });
  });
});

describe('the node', () => {
  const zone = { 'topology.kubernetes.io/zone': 'zone-a' };

  it.each<[string, Given, string | undefined]>([
    ['the flag', { config: 'hostnameOverride: b', flags: { hostnameOverride: 'A' }, nodes: [] }, 'a'],
    ['the file', { config: 'hostnameOverride: " B "', hostName: 'c' }, 'b'],
    ['the only Node', { nodes: [node({ name: 'n' })], hostName: 'c' }, 'n'],
    ['the host', { hostName: 'Host.Example ' }, 'host.example'],
    [
      'the host, where there are several Nodes',
      { nodes: [node({ name: 'm' }), node({ name: 'c' })], hostName: 'c' },
      'c',
    ],
    ['nothing', { nodes: [node({ name: 'm' }), node({ name: 'n' })] }, undefined],
  ])('is named by %s', (_, given, expected) => {
    expect(accepted(given).nodeName).toBe(expected);
  });

  it('gives zone, addresses and node IP', () => {
    const nodes = [
      node({ name: 'other' }),
      node({ labels: zone, internal: ['192.168.0.2'], external: ['203.0.113.7'] }),
    ];
    expect(accepted({ nodes, flags: { hostnameOverride: 'node-1' } })).toMatchObject({
      nodeName: 'node-1',
      zone: 'zone-a',
      nodeIP: '192.168.0.2',
      nodeAddresses: ['127.0.0.1', '::1', '192.168.0.2', '203.0.113.7'],
    });
  });

  it('has what --node-address lists on its interfaces, whatever the Node says', () => {
    const nodes = [node({ internal: ['192.168.0.2'] })];
    const { nodeAddresses, nodeIP } = accepted({
      nodes,
      flags: { nodeAddresses: ['10.1.0.2', '127.0.0.1'] },
    });
    expect(nodeAddresses).toEqual(['127.0.0.1', '::1', '10.1.0.2']);
    expect(nodeIP).toBe('192.168.0.2');
  });

  it.each<[Version, Readonly<Record<string, string>>, string | undefined]>([
    ['1.16', { 'failure-domain.beta.kubernetes.io/zone': 'old' }, 'old'],
    ['1.16', zone, undefined],
    ['1.17', zone, 'zone-a'],
    ['1.17', { 'failure-domain.beta.kubernetes.io/zone': 'old' }, undefined],
  ])('has its zone label read by kube-proxy %s', (version, labels, expected) => {
    expect(accepted({ version, nodes: [node({ labels })] }).zone).toBe(expected);
  });

  it('is missed among the Nodes of the input', () => {
    const nodes = [node({ name: 'node-1' }), node({ name: 'node-2' })];
    const { settings, messages } = resolve({ nodes, flags: { hostnameOverride: 'nod-2' } });
    expect(settings?.nodeName).toBe('nod-2');
    expect(messages).toEqual([
      'svc2ipt: warning: --hostname-override: no Node of the input is named "nod-2", so its zone, addresses, pod CIDRs and local endpoints are unknown; the Nodes are node-1, node-2; did you mean "node-2"? [node-unknown]',
    ]);
  });
});

describe('the node IP of a family', () => {
  const nodes = [node({ internal: ['fd00::2', '192.168.0.2'] })];
  const v4Node = [node({ internal: ['192.168.0.2'] })];
  const rows: readonly (readonly [Version, IpFamily, string | undefined, Given['nodes'], string])[] = [
    ['1.36', 'IPv4', undefined, nodes, '192.168.0.2'],
    ['1.36', 'IPv6', undefined, nodes, 'fd00::2'],
    ['1.29', 'IPv6', undefined, v4Node, '::1'],
    ['1.29', 'IPv4', '10.0.0.1', nodes, '10.0.0.1'],
    ['1.29', 'IPv6', '10.0.0.1', nodes, 'fd00::2'],
    ['1.28', 'IPv6', undefined, nodes, 'fd00::2'],
    ['1.28', 'IPv4', undefined, nodes, '0.0.0.0'],
    ['1.28', 'IPv6', '10.0.0.1', nodes, '::'],
    ['1.28', 'IPv4', undefined, [], '127.0.0.1'],
    ['1.27', 'IPv4', undefined, nodes, '0.0.0.0'],
    ['1.27', 'IPv6', undefined, nodes, '::'],
    ['1.27', 'IPv4', '010.0.0.1', nodes, '10.0.0.1'],
    ['1.21', 'IPv6', 'FD00::0:9', nodes, 'fd00::9'],
    ['1.20', 'IPv4', undefined, v4Node, '192.168.0.2'],
    ['1.18', 'IPv4', undefined, v4Node, '192.168.0.2'],
    ['1.18', 'IPv4', '0.0.0.0', v4Node, '192.168.0.2'],
    ['1.14', 'IPv4', '10.0.0.1', v4Node, '10.0.0.1'],
  ];
  it.each(rows)('kube-proxy %s, %s, bindAddress %s', (version, ipFamily, bindAddress, given, expected) => {
    expect(accepted({ version, ipFamily, flags: { bindAddress }, nodes: given ?? [] }).nodeIP).toBe(expected);
  });

  it.each<[Version, string, IpFamily, IpFamily]>([
    ['1.18', '10.0.0.1', 'IPv4', 'IPv6'],
    ['1.19', '::', 'IPv4', 'IPv6'],
    ['1.18', '::', 'IPv6', 'IPv4'],
  ])('kube-proxy %s with bindAddress %s serves one family', (version, bindAddress, served, asked) => {
    const { settings, messages } = resolve({ version, ipFamily: asked, flags: { bindAddress } });
    expect(settings?.nodeIP).toBeUndefined();
    expect(settings?.familyServed).toBe(false);
    expect(messages).toEqual([
      `svc2ipt: warning: --bind-address: kube-proxy ${version} serves ${served} only, so it would write no ${asked} rules [family-not-served]`,
    ]);
  });
});

describe('local traffic', () => {
  const both = 'clusterCIDR: 10.244.3.7/16,FD00:10:244::1/56';
  const nodes = [node({ podCIDRs: ['10.244.1.0/24', 'fd00:10:244:1::/64'] })];
  it.each<[string, Given, string]>([
    ['cluster CIDR', { config: 'clusterCIDR: 10.244.0.0/16' }, '10.244.0.0/16'],
    ['first family of two', { config: both }, '10.244.0.0/16'],
    ['second family of two', { config: both, ipFamily: 'IPv6' }, 'fd00:10:244::/56'],
    ['the family that has none', { config: 'clusterCIDR: 10.244.0.0/16', ipFamily: 'IPv6' }, 'none'],
    ['leading zeros', { config: 'clusterCIDR: 010.244.0.0/16' }, '10.244.0.0/16'],
    ['empty mode', { config: 'clusterCIDR: 10.244.0.0/16\ndetectLocalMode: ""' }, '10.244.0.0/16'],
    ['pod CIDR of the node', { config: 'detectLocalMode: NodeCIDR', nodes }, '10.244.1.0/24'],
    ['IPv6 pod CIDR', { config: 'detectLocalMode: NodeCIDR', nodes, ipFamily: 'IPv6' }, 'fd00:10:244:1::/64'],
    ['pod CIDR in 1.18', { config: 'detectLocalMode: NodeCIDR', nodes, version: '1.18' }, '10.244.1.0/24'],
    [
      'bad cluster CIDR that no mode looks at',
      { config: 'clusterCIDR: none\ndetectLocalMode: NodeCIDR', nodes },
      '10.244.1.0/24',
    ],
    [
      'bridge',
      { config: 'detectLocalMode: BridgeInterface\ndetectLocal: {bridgeInterface: cbr0}', ipFamily: 'IPv6' },
      'cbr0',
    ],
    [
      'interface prefix of the greatest length',
      { config: 'detectLocalMode: InterfaceNamePrefix\ndetectLocal: {interfaceNamePrefix: abcdefghijklmn}' },
      'abcdefghijklmn+',
    ],
    ['two in 1.20', { config: both, version: '1.20', ipFamily: 'IPv6' }, 'fd00:10:244::/56'],
    [
      'two with the gate in 1.18',
      { config: `${both}\nfeatureGates: {IPv6DualStack: true}`, version: '1.18', ipFamily: 'IPv6' },
      'fd00:10:244::/56',
    ],
  ])('%s', (_, given, expected) => {
    expect(localOf(given)).toBe(expected);
  });

  const refusals: readonly (readonly [Version, string, string])[] = [
    ['1.30', 'clusterCIDR: none\ndetectLocalMode: BridgeInterface\ndetectLocal: {bridgeInterface: b}', 'clusterCIDR: Invalid value: "none": must be a valid CIDR block (e.g. 10.100.0.0/16 or fde4:8dba:82e1::/48)'],
    ['1.15', 'clusterCIDR: none', 'clusterCIDR: Invalid value: "none": must be a valid CIDR block (e.g. 10.100.0.0/16)'],
    ['1.17', 'clusterCIDR: none', 'clusterCIDR: Invalid value: "none": must be a valid CIDR block (e.g. 10.100.0.0/16 or FD02::0:0:0/96)'],
    ['1.30', 'clusterCIDR: "10.0.0.0/8,11.0.0.0/8"', 'clusterCIDR: Invalid value: "10.0.0.0/8,11.0.0.0/8": must be a valid DualStack CIDR (e.g. 10.100.0.0/16,fde4:8dba:82e1::/48)'],
    ['1.30', 'clusterCIDR: "10.0.0.0/8,,"', 'clusterCIDR: Invalid value: "10.0.0.0/8,,": only one CIDR allowed or a valid DualStack CIDR (e.g. 10.100.0.0/16,fde4:8dba:82e1::/48)'],
    ['1.33', 'clusterCIDR: "10.0.0.0/8,11.0.0.0/8"', 'clusterCIDR: Invalid value: []string{"10.0.0.0/8", "11.0.0.0/8"}: must be a either a single CIDR or dual-stack pair of CIDRs (e.g. [10.100.0.0/16, fde4:8dba:82e1::/48]'],
    ['1.19', 'clusterCIDR: "10.0.0.0/8,fd00::/8"', 'clusterCIDR: Invalid value: "10.0.0.0/8,fd00::/8": only one CIDR allowed (e.g. 10.100.0.0/16 or fde4:8dba:82e1::/48) (kube-proxy 1.19; two CIDRs work from 1.20 on, here with feature gate IPv6DualStack)'],
    ['1.21', 'clusterCIDR: "10.0.0.0/8,fd00::/8"\nfeatureGates: {IPv6DualStack: false}', 'clusterCIDR: Invalid value: "10.0.0.0/8,fd00::/8": only one CIDR allowed (e.g. 10.100.0.0/16 or fde4:8dba:82e1::/48) (kube-proxy 1.21 with feature gate IPv6DualStack off)'],
    ['1.20', 'clusterCIDR: "10.0.0.0/8,fd00::/8"\nfeatureGates: {IPv6DualStack: false}', 'clusterCIDR: Invalid value: "10.0.0.0/8,fd00::/8": only one CIDR allowed (e.g. 10.100.0.0/16 or fde4:8dba:82e1::/48) (kube-proxy 1.20 with feature gate IPv6DualStack off)'],
    ['1.17', 'clusterCIDR: fd00::/8', 'clusterCIDR: clusterCIDR fd00::/8 has incorrect IP version: expect isIPv6=false'],
    ['1.18', 'clusterCIDR: fd00::/8', 'clusterCIDR: CIDR fd00::/8 has incorrect IP version: expect isIPv6=false'],
    ['1.23', 'detectLocalMode: BridgeInterface', 'detectLocalMode: cannot determine detect-local-mode: unknown detect-local-mode: BridgeInterface (kube-proxy 1.23; BridgeInterface works from 1.24 on)'],
    ['1.27', 'detectLocalMode: PodCIDR', 'detectLocalMode: cannot determine detect-local-mode: unknown detect-local-mode: PodCIDR'],
    ['1.28', 'detectLocalMode: PodCIDR', 'detectLocalMode: Unsupported value: "PodCIDR": supported values: "ClusterCIDR", "NodeCIDR", "BridgeInterface", "InterfaceNamePrefix", ""'],
    ['1.24', 'detectLocalMode: BridgeInterface\ndetectLocal: {bridgeInterface: ""}', 'detectLocal.bridgeInterface: Invalid value: "": must not be empty'],
  ]; // prettier-ignore
  it.each(refusals)('kube-proxy %s refuses %s', (version, config, message) => {
    const { settings, messages } = resolve({ version, config });
    expect(settings).toBeUndefined();
    expect(
      messages.map((text) =>
        text.replace(/^F:\d+:\d+: error: KubeProxyConfiguration: /, '').replace(' [config-invalid]', ''),
      ),
    ).toEqual([message]);
  });

  it.each<[Version, string, string]>([
    ['1.36', 'node-1', 'NodeCIDR needs the pod CIDRs of the node, but Node "node-1" has no spec.podCIDRs'],
    ['1.36', 'gone', 'NodeCIDR needs the pod CIDRs of the node, but Node "gone" is not in the input'],
  ])('NodeCIDR needs a Node that has them (kube-proxy %s, %s)', (version, hostnameOverride, message) => {
    const given = { version, flags: { detectLocalMode: 'NodeCIDR', hostnameOverride }, nodes: [node()] };
    expect(resolve(given).messages.filter((text) => text.includes(' error: '))).toEqual([
      `svc2ipt: error: --detect-local-mode: ${message} [flag-invalid]`,
    ]);
  });

  it('NodeCIDR wants a pod CIDR of the first family from 1.28 on', () => {
    const given = { flags: { detectLocalMode: 'NodeCIDR' }, nodes: [node({ podCIDRs: ['fd00::/64'] })] };
    expect(resolve({ ...given, version: '1.28' }).messages).toEqual([
      'svc2ipt: error: --detect-local-mode: cluster is IPv4-primary but node.spec.podCIDRs contains only IPv6 addresses [flag-invalid]',
    ]);
    expect(localOf({ ...given, version: '1.27' })).toBe('none');
    expect(localOf({ ...given, version: '1.27', ipFamily: 'IPv6' })).toBe('fd00::/64');
  });
});

describe('node port addresses', () => {
  const nodes = [node({ internal: ['192.168.0.2', 'fd00::2'] })];
  const addressesOf = (given: Given): readonly string[] => accepted(given).nodePortAddresses.map(formatCidr);

  it.each<[string, Given, readonly string[]]>([
    [
      'of both families',
      { flags: { nodePortAddresses: ['192.168.0.9/24', 'FD00::/64'] } },
      ['192.168.0.0/24', 'fd00::/64'],
    ],
    ['primary', { flags: { nodePortAddresses: ['primary'] }, nodes }, ['192.168.0.2/32', 'fd00::2/128']],
    ['primary of a node unknown', { flags: { nodePortAddresses: ['primary'] } }, []],
    [
      'primary, bound',
      { flags: { nodePortAddresses: ['primary'], bindAddress: '10.0.0.1' }, nodes },
      ['10.0.0.1/32', 'fd00::2/128'],
    ],
    [
      'primary in 1.31',
      { flags: { nodePortAddresses: ['primary'] }, nodes, version: '1.31' },
      ['192.168.0.2/32', 'fd00::2/128'],
    ],
    [
      'words and networks in 1.37',
      { flags: { nodePortAddresses: ['10.0.0.0/8', 'primary', 'localhost'] }, nodes, version: '1.37' },
      ['10.0.0.0/8', '192.168.0.2/32', 'fd00::2/128', '127.0.0.0/8', '::1/128'],
    ],
    ['all in 1.37', { flags: { nodePortAddresses: ['all'] }, version: '1.37' }, ['0.0.0.0/0', '::/0']],
  ])('%s', (_, given, expected) => {
    expect(addressesOf(given)).toEqual(expected);
  });

  it.each<[Version, readonly string[]]>([
    [
      '1.19',
      [
        '--nodeport-addresses: Invalid value: []string{"primary", "eth0"}: must be a valid IP block (kube-proxy 1.19; "primary" works from 1.31 on) [flag-invalid]',
      ],
    ],
    [
      '1.30',
      [
        '--nodeport-addresses[0]: Invalid value: "primary": must be a valid CIDR (kube-proxy 1.30; "primary" works from 1.31 on) [flag-invalid]',
        '--nodeport-addresses[1]: Invalid value: "eth0": must be a valid CIDR [flag-invalid]',
      ],
    ],
    [
      '1.31',
      [
        "--nodeport-addresses[0]: Invalid value: \"primary\": can't use both 'primary' and CIDRs [flag-invalid]",
      ],
    ],
    [
      '1.37',
      [
        "--nodeport-addresses[1]: Invalid value: \"eth0\": must be a valid CIDR, 'primary', 'localhost' or 'all' [flag-invalid]",
      ],
    ],
  ])('kube-proxy %s refuses primary and eth0', (version, messages) => {
    expect(resolve({ version, flags: { nodePortAddresses: ['primary', 'eth0'] } }).messages).toEqual(
      messages.map((message) => `svc2ipt: error: ${message}`),
    );
  });

  it('kube-proxy 1.36 says from when on it takes a word', () => {
    expect(resolve({ flags: { nodePortAddresses: ['localhost'] } }).messages).toEqual([
      'svc2ipt: error: --nodeport-addresses[0]: Invalid value: "localhost": must be a valid CIDR (kube-proxy 1.36; "localhost" works from 1.37 on) [flag-invalid]',
    ]);
  });
});

describe('node ports by localhost', () => {
  const off = 'iptables: {localhostNodePorts: false}';
  it.each<[string, Given, boolean]>([
    ['as set', { config: off }, false],
    ['never for IPv6', { ipFamily: 'IPv6' }, false],
    ['not when the addresses leave it out', { flags: { nodePortAddresses: ['192.168.0.0/24'] } }, false],
    [
      'with a network of loopback',
      { flags: { nodePortAddresses: ['192.168.0.0/24', '127.0.0.1/32'] } },
      true,
    ],
    ['with a network around loopback', { flags: { nodePortAddresses: ['0.0.0.0/0'] } }, true],
    ['with networks of the other family only', { flags: { nodePortAddresses: ['fd00::/64'] } }, true],
    [
      '1.26 does not ask the addresses',
      { version: '1.26', flags: { nodePortAddresses: ['192.168.0.0/24'] } },
      true,
    ],
    ['as set in 1.26', { version: '1.26', config: off }, false],
    ['never for IPv6 in 1.26', { version: '1.26', ipFamily: 'IPv6' }, false],
    ['always before 1.26', { version: '1.25', ipFamily: 'IPv6' }, true],
  ])('%s', (_, given, expected) => {
    expect(accepted(given).localhostNodePorts).toBe(expected);
  });
});

describe('fields that a release does not know are ignored', () => {
  const rows: readonly (readonly [Version, string, string])[] = [
    ['1.25', 'iptables: {localhostNodePorts: false}', 'iptables.localhostNodePorts: kube-proxy 1.25 does not know this field and ignores it (known from 1.26 on) [config-ignored-field]'],
    ['1.17', 'detectLocalMode: BridgeInterface', 'detectLocalMode: kube-proxy 1.17 does not know this field and ignores it (known from 1.18 on) [config-ignored-field]'],
    ['1.28', 'conntrack: {tcpBeLiberal: true}', 'conntrack.tcpBeLiberal: kube-proxy 1.28 does not know this field and ignores it (known from 1.29 on) [config-ignored-field]'],
    ['1.26', 'udpIdleTimeout: 1s', 'udpIdleTimeout: kube-proxy 1.26 does not know this field and ignores it (gone since 1.26) [config-ignored-field]'],
    ['1.36', 'iptables: {masquerade_all: true}', 'iptables.masquerade_all: unknown field, ignored; did you mean "masqueradeAll"? [config-unknown-field]'],
    ['1.36', 'ClusterCIDR: 10.0.0.0/8', 'ClusterCIDR: unknown field, ignored; did you mean "clusterCIDR"? [config-unknown-field]'],
    ['1.36', 'conntrak: {min: 1}', 'conntrak: unknown field, ignored; did you mean "conntrack"? [config-unknown-field]'],
    ['1.36', 'iptables.masqueradeAll: true', '[iptables.masqueradeAll]: unknown field, ignored [config-unknown-field]'],
    ['1.36', '__proto__: {masqueradeAll: true}', '__proto__: unknown field, ignored [config-unknown-field]'],
    ['1.36', 'clientConnection: {constructor: x}', 'clientConnection.constructor: unknown field, ignored [config-unknown-field]'],
  ]; // prettier-ignore
  it.each(rows)('%s %s', (version, config, message) => {
    const { settings, messages } = resolve({ version, config });
    expect(settings).toEqual(accepted({ version }));
    expect(messages.map((text) => text.replace(/^F:\d+:\d+: warning: KubeProxyConfiguration: /, ''))).toEqual(
      [message],
    );
  });
});

it.each<[Version, string]>([
  ['1.25', 'iptables,ipvs,userspace'],
  ['1.26', 'iptables,ipvs'],
  ['1.28', 'iptables, ipvs'],
  ['1.31', 'iptables, ipvs, nftables'],
])('kube-proxy %s lists its modes to who names another', (version, modes) => {
  expect(resolve({ version, flags: { proxyMode: 'ebpf' } }).messages).toEqual([
    `svc2ipt: error: --proxy-mode: Invalid value: "ebpf": must be ${modes} or blank (blank means the best-available proxy [currently iptables]) [flag-invalid]`,
  ]);
});

it('takes linear time over a file of nothing but mistakes', () => {
  const gates = Array.from({ length: 20_000 }, (_, index) => `  NoGateOfThisName${index}: true`).join('\n');
  const addresses = Array.from({ length: 20_000 }, () => '  - primary').join('\n');
  const config = `featureGates:\n${gates}\nnodePortAddresses:\n${addresses}`;
  expect(resolve({ version: '1.30', config }).messages).toHaveLength(40_000);
});

it('outlives more mistakes than a call takes arguments', () => {
  const config = `{"apiVersion": "kubeproxy.config.k8s.io/v1alpha1", "kind": "KubeProxyConfiguration", "nodePortAddresses": [`;
  const text = `${config}${Array.from({ length: 200_000 }, () => '1').join()}]}`;
  const outcome = resolveSettings({
    config: { name: 'F', text },
    flags: {},
    version: '1.36',
    ipFamily: 'IPv4',
    nodes: [],
  });
  expect(outcome.problems).toHaveLength(200_000);
});

it('takes the kernel for liberal when the file says so', () => {
  expect(accepted({ config: 'conntrack: {tcpBeLiberal: true}' }).tcpBeLiberal).toBe(true);
});

it('takes null for not given', () => {
  const config =
    'iptables: null\nconntrack: {maxPerCore: null}\nnodePortAddresses: null\nfeatureGates: null\nclusterCIDR: null';
  expect(accepted({ config })).toEqual(accepted());
});

it('reads what kubeadm writes', () => {
  const config = `bindAddress: 0.0.0.0
bindAddressHardFail: false
clientConnection: {acceptContentTypes: "", burst: 0, contentType: "", kubeconfig: /var/lib/kube-proxy/kubeconfig.conf, qps: 0}
clusterCIDR: 10.244.0.0/16
configSyncPeriod: 0s
conntrack: {maxPerCore: null, min: null, tcpBeLiberal: false, tcpCloseWaitTimeout: null, tcpEstablishedTimeout: null, udpStreamTimeout: 0s, udpTimeout: 0s}
detectLocal: {bridgeInterface: "", interfaceNamePrefix: ""}
detectLocalMode: ""
enableProfiling: false
healthzBindAddress: ""
hostnameOverride: ""
iptables: {localhostNodePorts: null, masqueradeAll: false, masqueradeBit: null, minSyncPeriod: 0s, syncPeriod: 0s}
ipvs: {excludeCIDRs: null, minSyncPeriod: 0s, scheduler: "", strictARP: false, syncPeriod: 0s, tcpFinTimeout: 0s, tcpTimeout: 0s, udpTimeout: 0s}
logging: {flushFrequency: 0, options: {json: {infoBufferSize: "0"}}, verbosity: 0}
metricsBindAddress: ""
mode: ""
nftables: {masqueradeAll: false, masqueradeBit: null, minSyncPeriod: 0s, syncPeriod: 0s}
nodePortAddresses: null
oomScoreAdj: null
portRange: ""
showHiddenMetricsForVersion: ""
winkernel: {enableDSR: false, forwardHealthCheckVip: false, networkName: "", rootHnsEndpointName: "", sourceVip: ""}`;
  expect(accepted({ config })).toEqual(accepted({ flags: { clusterCIDR: '10.244.0.0/16' } }));
});

it('tells all mistakes of the file in its order, then those of the flags', () => {
  const config = 'oomScoreAdj: 2000\nmode: ipvs\niptables: {masqueradeBit: 99}\nbindAddress: x';
  const { messages } = resolve({ config, flags: { nodeAddresses: ['y'] } });
  expect(messages.map((text) => /F:(\d+)|--[a-z-]+/.exec(text)?.[0])).toEqual([
    'F:3',
    'F:4',
    'F:5',
    'F:6',
    '--node-address',
  ]);
});
