/**
 * What changed in the rules of mode nftables. The mode exists from 1.29 on, so the first row of each feature
 * is about that release. (pkg/proxy/nftables/proxier.go at the release named; every row is held by captures)
 */
import { OLDEST } from '../version.ts';
import { type Row, rows, type Switch } from '../rows.ts';

export const NFTABLES_HISTORY = {
  /**
   * Tables, sets, maps and chains carry comments. knftables of 1.29 asked the kernel in words that it never
   * takes.
   */
  nftObjectComments: rows(
    { since: OLDEST, value: false },
    {
      since: '1.30',
      value: true,
      change: 'the table, its sets and its maps carry comments',
      source: 'knftables v0.0.14, NewRealInterface',
    },
  ),

  /** The base chains and where they hook in. */
  nftBaseChains: rows<'before-nat' | 'around-nat' | 'filter-priority'>(
    { since: OLDEST, value: 'before-nat' },
    {
      since: '1.30',
      value: 'around-nat',
      change: 'filter chains hook in at -110; filter-prerouting and filter-output-post-dnat are new',
      source: 'nftablesBaseChains, v1.30.5',
    },
    {
      since: '1.33',
      value: 'filter-priority',
      change:
        'filter-input, filter-forward and filter-output hook in at priority filter, the firewall in chains of its own before dnat',
      source: 'nftablesBaseChains, v1.33.13',
    },
  ),

  /** One chain looks for Services and node ports without endpoints, or one chain each. */
  nftEndpointsCheck: rows<'one-chain' | 'two-chains'>(
    { since: OLDEST, value: 'one-chain' },
    {
      since: '1.30',
      value: 'two-chains',
      change: 'endpoints-check gives way to service-endpoints-check and nodeport-endpoints-check',
      source: 'setupNFTables, v1.30.5',
    },
  ),

  /** A chain drops packets that conntrack calls invalid. */
  nftDropInvalid: rows(
    { since: OLDEST, value: true },
    {
      since: '1.30',
      value: false,
      change: 'packets that conntrack calls invalid are no longer dropped',
      source: 'setupNFTables, v1.30.5',
    },
  ),

  /** Traffic to ports of cluster IPs that no Service has is rejected. */
  nftClusterIpsCheck: rows(
    { since: OLDEST, value: false },
    {
      since: '1.30',
      value: true,
      change: 'traffic to unknown ports of cluster IPs is rejected (cluster-ips, cluster-ips-check)',
      source: 'setupNFTables, v1.30.5',
    },
  ),

  /** Traffic to service networks that is for no cluster IP is dropped. */
  nftServiceCidrs: rows<Switch>(
    { since: OLDEST, value: false },
    {
      since: '1.30',
      value: { gate: 'MultiCIDRServiceAllocator' },
      change:
        'traffic to unallocated cluster IPs is dropped where ServiceCIDRs tell (gate MultiCIDRServiceAllocator)',
      source: 'OnServiceCIDRsChanged, v1.30.5',
    },
    {
      since: '1.33',
      value: true,
      change: 'traffic to unallocated cluster IPs is dropped wherever ServiceCIDRs tell',
      source: 'OnServiceCIDRsChanged, v1.33.13',
    },
  ),

  /** Source ranges stand in one set of all Services, or in a chain of each service port. */
  nftFirewall: rows<'sets' | 'chains'>(
    { since: OLDEST, value: 'sets' },
    {
      since: '1.30',
      value: 'chains',
      change: 'source ranges move from the set firewall-allow into a firewall- chain of each service port',
      source: 'syncProxyRules, v1.30.5',
    },
  ),

  /** Elements about source ranges name their service port in a comment. */
  nftFirewallComments: rows(
    { since: OLDEST, value: true },
    {
      since: '1.31',
      value: false,
      change: 'elements of firewall-ips carry no comment',
      source: 'syncProxyRules, v1.31.14',
    },
  ),

  /** How the interface that pods come in by is matched. By `iif` it has to be there, and no prefix works. */
  nftLocalInterface: rows<'iif' | 'iifname'>(
    { since: OLDEST, value: 'iif' },
    {
      since: '1.33',
      value: 'iifname',
      change: 'interfaces are matched by name: detection by bridge and by interface prefix works',
      source: 'pkg/proxy/util/localdetector.go, v1.33.13',
    },
  ),

  /**
   * Which rules masquerade traffic to cluster IPs: one of each service port (for its port alone, or any), or
   * one for all.
   */
  nftClusterIpMasquerade: rows<'each-port' | 'each-ip' | 'one-rule'>(
    { since: OLDEST, value: 'each-port' },
    {
      since: '1.34',
      value: 'each-ip',
      change: 'the rule that masquerades traffic to a cluster IP does not ask for the port',
      source: 'syncProxyRules, v1.34.9',
    },
    {
      since: '1.36',
      value: 'one-rule',
      change: 'one rule in services masquerades traffic to all cluster IPs',
      source: 'setupNFTables, v1.36.3',
    },
  ),

  /** Packets are marked for masquerading in a chain of its own, or by each rule itself. */
  nftMarking: rows<'chain' | 'inline'>(
    { since: OLDEST, value: 'chain' },
    {
      since: '1.36',
      value: 'inline',
      change: 'mark-for-masquerade is gone: rules set the mark themselves and say why',
      source: 'setupNFTables, v1.36.3',
    },
  ),

  /** How traffic of an endpoint to itself is masqueraded. */
  nftHairpin: rows<'endpoint-chains' | 'set'>(
    { since: OLDEST, value: 'endpoint-chains' },
    {
      since: '1.36',
      value: 'set',
      change:
        'the set hairpin-connections tells which traffic of local endpoints to themselves is masqueraded',
      source: 'setupNFTables, v1.36.3',
    },
  ),

  /** Every endpoint has a chain, or only those of Services with session affinity. */
  nftEndpointChains: rows<'all' | 'affinity'>(
    { since: OLDEST, value: 'all' },
    {
      since: '1.36',
      value: 'affinity',
      change: 'endpoint- chains only with session affinity: one dnat rule chooses among endpoints',
      source: 'writeServiceToEndpointRules, v1.36.3',
    },
  ),
} as const satisfies Readonly<Record<string, readonly Row<unknown>[]>>;
