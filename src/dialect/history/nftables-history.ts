/**
 * What changed in the rules of mode nftables. The mode exists from 1.29 on, so the first row of each feature
 * is about that release. (pkg/proxy/nftables/proxier.go at the release named; every row up to 1.36 is held by
 * captures. Of 1.37 no run was captured and no source was at hand, only pull requests and release notes: each of its
 * rows says what was read and what is taken from it.)
 */
import { OLDEST } from '../version.ts';
import { type Row, rows, type Switch } from '../rows.ts';

export const NFTABLES_HISTORY = {
  /**
   * Whether tables, sets, maps and chains have comments. knftables of 1.29 tests for this with a command that the
   * kernel always refuses.
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

  /** Whether one chain finds Services and node ports without endpoints, or one chain for each. */
  nftEndpointsCheck: rows<'one-chain' | 'two-chains'>(
    { since: OLDEST, value: 'one-chain' },
    {
      since: '1.30',
      value: 'two-chains',
      change: 'endpoints-check gives way to service-endpoints-check and nodeport-endpoints-check',
      source: 'setupNFTables, v1.30.5',
    },
  ),

  /** Whether a chain drops packets that are invalid to conntrack. */
  nftDropInvalid: rows(
    { since: OLDEST, value: true },
    {
      since: '1.30',
      value: false,
      change: 'packets that conntrack calls invalid are no longer dropped',
      source: 'setupNFTables, v1.30.5',
    },
  ),

  /** Whether traffic to a cluster IP is rejected when no Service has the port. */
  nftClusterIpsCheck: rows(
    { since: OLDEST, value: false },
    {
      since: '1.30',
      value: true,
      change: 'traffic to unknown ports of cluster IPs is rejected (cluster-ips, cluster-ips-check)',
      source: 'setupNFTables, v1.30.5',
    },
  ),

  /** Whether traffic to a service network is dropped when no Service has the address. */
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

  /** Whether source ranges stand in one set for all Services, or in one chain for each service port. */
  nftFirewall: rows<'sets' | 'chains'>(
    { since: OLDEST, value: 'sets' },
    {
      since: '1.30',
      value: 'chains',
      change: 'source ranges move from the set firewall-allow into a firewall- chain of each service port',
      source: 'syncProxyRules, v1.30.5',
    },
  ),

  /** Whether elements for source ranges have a comment with their service port. */
  nftFirewallComments: rows(
    { since: OLDEST, value: true },
    {
      since: '1.31',
      value: false,
      change: 'elements of firewall-ips carry no comment',
      source: 'syncProxyRules, v1.31.14',
    },
  ),

  /** How rules match the interface of pods. With `iif` the interface must exist, and a prefix does not work. */
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
   * Which rules masquerade traffic to cluster IPs: one for each service port (matching its port, or any port), or one
   * for all.
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

  /** Whether a chain marks packets for masquerading, or each rule does it. */
  nftMarking: rows<'chain' | 'inline'>(
    { since: OLDEST, value: 'chain' },
    {
      since: '1.36',
      value: 'inline',
      change: 'mark-for-masquerade is gone: rules set the mark themselves and say why',
      source: 'setupNFTables, v1.36.3',
    },
  ),

  /** How traffic from an endpoint to itself is masqueraded. */
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

  /** Whether every endpoint has a chain, or only endpoints of Services with session affinity. */
  nftEndpointChains: rows<'all' | 'affinity'>(
    { since: OLDEST, value: 'all' },
    {
      since: '1.36',
      value: 'affinity',
      change: 'endpoint- chains only with session affinity: one dnat rule chooses among endpoints',
      source: 'writeServiceToEndpointRules, v1.36.3',
    },
  ),

  /**
   * How a single endpoint is reached where endpoints have no chains: drawn from a map of one, or named by the rule.
   */
  nftSingleEndpoint: rows<'drawn' | 'named'>(
    { since: OLDEST, value: 'drawn' },
    {
      since: '1.37',
      value: 'named',
      change: 'one endpoint without session affinity is named by its dnat rule, not drawn from a map of one',
      source:
        'kubernetes#140723, kubernetes#140960; the rule itself was not seen and is taken to be that of endpoint chains',
    },
  ),

  /** Comments that are too long for nft: written as they are, so that nft refuses all, or cut. */
  nftLongComments: rows<'whole' | 'cut'>(
    { since: OLDEST, value: 'whole' },
    {
      since: '1.37',
      value: 'cut',
      change: 'comments of elements are cut to the 128 bytes that nft takes',
      source: 'kubernetes#139516; that nothing marks the cut was not seen',
    },
  ),

  /** Node ports on localhost that no process serves are rejected and counted. The rules were not seen. */
  nftLocalhostRejects: rows<Switch>(
    { since: OLDEST, value: false },
    {
      since: '1.37',
      value: { gate: 'KubeProxyNFTablesLocalhostNodePorts' },
      change:
        'kube-proxy serves TCP node ports on localhost itself and rejects others there (gate KubeProxyNFTablesLocalhostNodePorts)',
      source: 'KEP-6032, kubernetes#138427; svc2ipt does not know the rules and warns',
    },
  ),
} as const satisfies Readonly<Record<string, readonly Row<unknown>[]>>;
