import { describe, expect, it } from 'vitest';
import { type DialectDescription } from '../../src/dialect/describe.ts';
import { VERSIONS } from '../../src/dialect/version.ts';
import { run } from '../helpers/cli.ts';

/** What the text says of one version. */
async function told(version: string): Promise<string> {
  const { stdout } = await run(['versions']);
  return stdout.split(/^(?=1\.)/m).find((part) => part.startsWith(`${version} `)) ?? '';
}

describe('svc2ipt versions', () => {
  it('names every dialect, oldest first', async () => {
    const { code, stdout, stderr } = await run(['versions']);
    expect([...stdout.matchAll(/^(1\.\d+) \(/gm)].map((match) => match[1])).toEqual(VERSIONS);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it.each([
    ['1.1', '1.1 (read from source)\n  the oldest dialect\n'],
    [
      '1.12',
      `\
1.12 (read from source)
  - rules in KUBE-SVC and KUBE-SEP chains carry no comments (by mistake)
  - filter FORWARD jumps to KUBE-SERVICES for new connections (from 1.12.8 on)
  - load-balancer IPs without endpoints are rejected in KUBE-SERVICES, which INPUT jumps to for new connections (from 1.12.8 on)
  - mode ipvs: all that is for the node goes through KUBE-NODE-PORT, whose rules name the protocol
  - mode ipvs: KUBE-NODE-PORT-SCTP and -LOCAL-SCTP hold the node ports of SCTP
  - mode ipvs: filter KUBE-FORWARD has rules; 1.11 made the chain and left it empty
`,
    ],
    ['1.32', '1.32 (captured from a run of 1.32.13)\n  no change in the rules\n'],
    [
      '1.7',
      `\
1.7 (read from source)
  - externalTrafficPolicy asks for local external traffic; the alpha annotation is no longer read
  - masqueradeAll leaves out the rule about the cluster CIDR
  - KUBE-XLB honours session affinity (from 1.7.11 on)
  - external IPs without endpoints are rejected
`,
    ],
    [
      '1.17',
      `\
1.17 (captured from a run of 1.17.2)
  - endpoints from EndpointSlices are sorted as "ip:port" (10.0.0.10:80 before 10.0.0.1:80), no longer by ip
  - endpoints of the right port name but another protocol no longer count
  - topologyKeys of a Service choose endpoints from EndpointSlices (gate ServiceTopology)
  - probabilities carry 10 decimals instead of 5 (0.33332999982 is now 0.33333333349)
  - from 1.17.9 on, not here: KUBE-POSTROUTING returns for unmarked packets and clears the mark before MASQUERADE
  - from 1.17.7 on, not here: kubelet's KUBE-FIREWALL also drops foreign packets to 127.0.0.0/8 (IPv4)
`,
    ],
    [
      '1.36',
      `\
1.36 (captured from a run of 1.36.3)
  - EndpointSlices labelled service.kubernetes.io/service-proxy-name count again
  - Services labelled service.kubernetes.io/headless that have a cluster IP get rules again
  - externalIPs get rules only while gate AllowServiceExternalIPs is on
  - of endpoints with one address the one that is not terminating counts, no longer the local one
  - mode nftables: one rule in services masquerades traffic to all cluster IPs
  - mode nftables: mark-for-masquerade is gone: rules set the mark themselves and say why
  - mode nftables: the set hairpin-connections tells which traffic of local endpoints to themselves is masqueraded
  - mode nftables: endpoint- chains only with session affinity: one dnat rule chooses among endpoints
`,
    ],
    [
      '1.37',
      `\
1.37 (read from source)
  - mode ipvs works with feature gate KubeProxyIPVS, on by default
  - kubeadm sets mode iptables where a configuration names none: the default is to become nftables, in 1.40
  - mode nftables: one endpoint without session affinity is named by its dnat rule, not drawn from a map of one
  - mode nftables: comments of elements are cut to the 128 bytes that nft takes
  - mode nftables: kube-proxy serves TCP node ports on localhost itself and rejects others there (gate KubeProxyNFTablesLocalhostNodePorts)
`,
    ],
  ])('tells what %s changed, in one line each', async (version, text) => {
    expect(await told(version)).toBe(text);
  });

  it('tells of gates that came to be on by default, and of patches of a later minor', async () => {
    expect(await told('1.30')).toBe(`\
1.30 (captured from a run of 1.30.3)
  - feature gate LoadBalancerIPMode is on by default
  - zone hints count without annotation (gate ServiceTrafficDistribution)
  - mode nftables: the table, its sets and its maps carry comments
  - mode nftables: filter chains hook in at -110; filter-prerouting and filter-output-post-dnat are new
  - mode nftables: endpoints-check gives way to service-endpoints-check and nodeport-endpoints-check
  - mode nftables: packets that conntrack calls invalid are no longer dropped
  - mode nftables: traffic to unknown ports of cluster IPs is rejected (cluster-ips, cluster-ips-check)
  - mode nftables: traffic to unallocated cluster IPs is dropped where ServiceCIDRs tell (gate MultiCIDRServiceAllocator)
  - mode nftables: source ranges move from the set firewall-allow into a firewall- chain of each service port
  - mode ipvs: KUBE-IPVS-FILTER returns for external IPs of policy Local
`);
    expect(await told('1.13')).toBe(`\
1.13 (read from source)
  - mode ipvs: KUBE-LOOP-BACK holds endpoints of this node only
  - mode ipvs: the sets of a node of IPv6 are of IPv6, so that it gets rules again
  - from 1.13.6 on: filter FORWARD jumps to KUBE-SERVICES for new connections
  - from 1.13.6 on: load-balancer IPs without endpoints are rejected in KUBE-SERVICES, which INPUT jumps to for new connections
`);
  });

  it('gives the same as JSON, with where each change was read', async () => {
    const { stdout } = await run(['versions', '-o', 'json']);
    const dialects = JSON.parse(stdout) as DialectDescription[];
    expect(dialects.map(({ version }) => version)).toEqual(VERSIONS);
    expect(dialects.find(({ version }) => version === '1.16')).toEqual({
      version: '1.16',
      captured: '1.16.0',
      modes: [
        { name: 'userspace', isDefault: false },
        { name: 'iptables', isDefault: true },
        { name: 'ipvs', isDefault: false },
      ],
      modeChanges: [],
      changes: [
        {
          feature: 'headlessLabel',
          change: 'objects labelled service.kubernetes.io/headless do not count',
          source: 'ProxyServer.Run, cmd/kube-proxy/app/server.go, v1.16',
        },
        {
          feature: 'endpointSlices',
          change:
            'endpoints come from EndpointSlices instead of Endpoints: sorted as text, each address once (gate EndpointSlice)',
          source: 'kubernetes#81430',
        },
        {
          feature: 'masqueradeRandomFully',
          change: 'MASQUERADE uses --random-fully where iptables knows it',
          source: 'kubernetes#78547',
        },
        {
          feature: 'canary',
          change:
            'an empty KUBE-PROXY-CANARY chain stands in mangle, nat and filter (upstream from 1.17.0 on)',
          source: 'kubernetes#81517, which the captured build of 1.16.0 had and upstream has from 1.17.0 on',
        },
        {
          feature: 'ipvsFamilySetNames',
          mode: 'ipvs',
          change: 'the sets of IPv6 are named KUBE-6-, cut to 31 characters',
          source: 'NewIPSet, pkg/proxy/ipvs/ipset.go, v1.16.0',
        },
        {
          feature: 'ipvsSctpNodePorts',
          mode: 'ipvs',
          change: 'the sets of SCTP node ports hold all addresses that serve node ports',
          source: 'syncProxyRules, v1.16.0',
        },
        {
          feature: 'ipvsNodeIps',
          mode: 'ipvs',
          change: 'IPv6 addresses of the node get virtual servers for node ports',
          source: 'GetLocalAddresses, pkg/proxy/ipvs/netlink_linux.go, v1.16.0',
        },
        {
          feature: 'ipvsEmptiesMarkDrop',
          mode: 'ipvs',
          change: "kube-proxy empties kubelet's KUBE-MARK-DROP at every sync",
          source: 'iptablesChains, v1.16.0',
        },
      ],
      patchReleases: [
        {
          release: '1.16.13',
          feature: 'masquerading',
          change: 'KUBE-POSTROUTING returns for unmarked packets and clears the mark before MASQUERADE',
          included: false,
        },
        {
          release: '1.16.11',
          feature: 'kubeletChains',
          change: "kubelet's KUBE-FIREWALL also drops foreign packets to 127.0.0.0/8 (IPv4)",
          included: false,
        },
      ],
    });
    expect(dialects.find(({ version }) => version === '1.32')).toEqual({
      version: '1.32',
      captured: '1.32.13',
      modes: [
        { name: 'iptables', isDefault: true },
        { name: 'ipvs', isDefault: false },
        { name: 'nftables', isDefault: false, gate: 'NFTablesProxyMode', onByDefault: true },
      ],
      modeChanges: [],
      changes: [],
      patchReleases: [],
    });
  });

  it('tells which modes came, went and became a default', async () => {
    const { stdout } = await run(['versions', '-o', 'json']);
    const dialects = JSON.parse(stdout) as DialectDescription[];
    expect(
      dialects.flatMap(({ version, modeChanges }) =>
        modeChanges.map(({ change }) => `${version}: ${change}`),
      ),
    ).toEqual([
      '1.2: mode iptables is the default of kube-proxy, no longer userspace',
      '1.8: mode ipvs is new, with feature gate SupportIPVSProxyMode, off by default',
      '1.10: feature gate SupportIPVSProxyMode is on by default',
      '1.11: mode ipvs needs no gate',
      '1.26: mode userspace is gone',
      '1.29: mode nftables is new, with feature gate NFTablesProxyMode, off by default',
      '1.31: feature gate NFTablesProxyMode is on by default',
      '1.33: mode nftables needs no gate',
      '1.37: mode ipvs works with feature gate KubeProxyIPVS, on by default',
      '1.37: kubeadm sets mode iptables where a configuration names none: the default is to become nftables, in 1.40',
    ]);
    const defaults = dialects.flatMap(({ modes }) => modes.filter(({ isDefault }) => isDefault));
    expect(defaults.map(({ name }) => name)).toEqual([
      'userspace',
      ...VERSIONS.slice(1).map(() => 'iptables'),
    ]);
  });

  it.each([
    ['nftables', '1.29', ['1.36', 'mode nftables: one rule in services'], 'KUBE-'],
    ['iptables', '1.1', ['1.24', 'KUBE-XLB'], 'mode nftables'],
  ])('--mode %s begins with %s and tells of nothing else', async (mode, first, [version, told], never) => {
    const { code, stdout } = await run(['versions', '--mode', mode]);
    expect([code, stdout.split(' ')[0]]).toEqual([0, first]);
    const part = stdout.split(/^(?=1\.)/m).find((text) => text.startsWith(`${version ?? ''} `));
    expect(part).toContain(told);
    expect(stdout.replaceAll('no KUBE-FW chain', '')).not.toContain(never);
  });
});
