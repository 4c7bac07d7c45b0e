/** What changed in the nat rules that lead traffic from the addresses of a Service to its endpoints. */
import { type Row, rows, type Switch } from '../rows.ts';

export const SERVICE_CHAIN_HISTORY = {
  /**
   * Which chains a service port has: KUBE-XLB and KUBE-FW beside KUBE-SVC, or KUBE-EXT in front of KUBE-SVC and
   * KUBE-SVL (one for each traffic policy).
   */
  serviceChains: rows<'balancer' | 'policy'>(
    { since: '1.1', value: 'balancer' },
    {
      since: '1.24',
      value: 'policy',
      change: 'KUBE-XLB gives way to KUBE-EXT and KUBE-SVL; KUBE-FW only where there are source ranges',
      source: 'kubernetes#109060',
    },
  ),

  /** Whether service ports without endpoints have nat rules, which lead to an empty KUBE-SVC. */
  natWithoutEndpoints: rows(
    { since: '1.1', value: true },
    {
      since: '1.10',
      value: false,
      change: 'service ports without endpoints have no rules and no KUBE-SVC or KUBE-FW chain in nat',
      source: 'kubernetes#57461',
    },
  ),

  /**
   * Which traffic to cluster IPs is masqueraded: all traffic (masqueradeAll) and traffic from outside the cluster CIDR,
   * or only the first of the two that is set.
   */
  clusterIpMasquerade: rows<'all' | 'all-and-outside' | 'all-or-outside'>(
    { since: '1.1', value: 'all' },
    {
      since: '1.2',
      value: 'all-and-outside',
      change: 'with a cluster CIDR, traffic to cluster IPs from elsewhere is masqueraded',
      source: 'kubernetes#24429',
      patches: ['1.2.3'],
    },
    {
      since: '1.7',
      value: 'all-or-outside',
      change: 'masqueradeAll leaves out the rule about the cluster CIDR',
      source: 'kubernetes#46716',
    },
  ),

  /** Which chain holds the jumps to KUBE-MARK-MASQ for cluster IPs, external IPs and node ports. */
  masqueradeRulesIn: rows<'portal-chains' | 'service-chain'>(
    { since: '1.1', value: 'portal-chains' },
    {
      since: '1.22',
      value: 'service-chain',
      change: 'jumps to KUBE-MARK-MASQ move from KUBE-SERVICES and KUBE-NODEPORTS into KUBE-SVC chains',
      source: 'kubernetes#96959',
    },
  ),

  /** Which traffic to external IPs is served: from outside and to this node only, or any. */
  externalIpTraffic: rows<'from-outside-or-to-node' | 'any'>(
    { since: '1.1', value: 'from-outside-or-to-node' },
    {
      since: '1.21',
      value: 'any',
      change:
        'external IPs get one rule each instead of two with physdev and addrtype; pods are not masqueraded',
      source: 'kubernetes#96296',
    },
  ),

  /** Whether externalTrafficPolicy: Local applies to external IPs. */
  localPolicyForExternalIps: rows<Switch>(
    { since: '1.1', value: false },
    {
      since: '1.18',
      value: { gate: 'ExternalPolicyForExternalIP' },
      change: 'externalTrafficPolicy Local governs external IPs (gate ExternalPolicyForExternalIP)',
      source: 'kubernetes#90537',
    },
    {
      since: '1.20',
      value: true,
      change: 'externalTrafficPolicy Local always governs external IPs',
      source: 'syncProxyRules, v1.20',
    },
  ),

  /** Whether traffic to load-balancer IPs passes a KUBE-FW chain, which holds the source ranges. */
  loadBalancerFirewall: rows(
    { since: '1.1', value: false },
    {
      since: '1.3',
      value: true,
      change: 'load-balancer IPs pass a KUBE-FW chain that honours loadBalancerSourceRanges',
      source: 'serviceFirewallChainName, pkg/proxy/iptables/proxier.go, v1.3.6',
      patches: ['1.3.6'],
    },
  ),

  /** Where node ports with policy Local lead: to all endpoints or to KUBE-XLB. */
  localPolicyNodePorts: rows<'to-all' | 'to-local' | 'to-local-masquerading-loopback'>(
    { since: '1.1', value: 'to-all' },
    {
      since: '1.5',
      value: 'to-local',
      change: 'node ports of OnlyLocal Services lead to KUBE-XLB and are not masqueraded',
      source: 'kubernetes#33587',
    },
    {
      since: '1.10',
      value: 'to-local-masquerading-loopback',
      change: 'node ports of policy Local are masqueraded for clients on the loopback network',
      source: 'kubernetes#57942',
    },
  ),

  /** Whether KUBE-XLB sends traffic of pods to all endpoints. */
  balancerServesPods: rows(
    { since: '1.1', value: false },
    {
      since: '1.5',
      value: true,
      change: 'KUBE-XLB sends traffic from the cluster CIDR to the service chain',
      source: 'kubernetes#33957, kubernetes#36833',
    },
  ),

  /** Whether KUBE-XLB sends traffic of the node to all endpoints. */
  balancerServesNode: rows(
    { since: '1.1', value: false },
    {
      since: '1.15',
      value: true,
      change: 'KUBE-XLB masquerades and routes traffic of the node itself to the service chain',
      source: 'kubernetes#77523',
    },
  ),

  /** Whether KUBE-XLB sends clients back to the endpoint they had before. */
  balancerAffinity: rows(
    { since: '1.1', value: false },
    {
      since: '1.7',
      value: true,
      change: 'KUBE-XLB honours session affinity',
      source: 'kubernetes#55519',
      patches: ['1.7.11', '1.8.4'],
    },
  ),

  /** Whether the balancing rules of KUBE-XLB have comments. */
  balancerComments: rows<'numbered' | 'service-port'>(
    { since: '1.1', value: 'numbered' },
    {
      since: '1.23',
      value: 'service-port',
      change: '"Balancing rule N for ns/svc" in KUBE-XLB becomes the name of the service port',
      source: 'writeServiceToEndpointRules, v1.23',
    },
  ),

  /** How traffic is stopped that has no local endpoint, or matches no source range. */
  blockedTraffic: rows<'mark-drop' | 'filter-drop'>(
    { since: '1.1', value: 'mark-drop' },
    {
      since: '1.25',
      value: 'filter-drop',
      change: 'KUBE-PROXY-FIREWALL and DROP rules in filter replace KUBE-MARK-DROP',
      source: 'kubernetes#110289, kubernetes#110290',
    },
  ),

  /** Whether a rule without a target at the end of KUBE-FW says what happens to other traffic. */
  firewallRemark: rows(
    { since: '1.1', value: false },
    {
      since: '1.27',
      value: true,
      change: 'KUBE-FW ends in a rule without target that points at KUBE-PROXY-FIREWALL',
      source: 'syncProxyRules, v1.27',
    },
  ),

  /** Comments of rules in KUBE-SVC and KUBE-SEP chains. All but the oldest releases omit them in large clusters. */
  endpointComments: rows<'service-port-always' | 'none' | 'service-port' | 'service-port-and-endpoint'>(
    { since: '1.1', value: 'service-port-always' },
    {
      since: '1.12',
      value: 'none',
      change: 'rules in KUBE-SVC and KUBE-SEP chains carry no comments (by mistake)',
      source: 'kubernetes#65755: appendServiceCommentLocked throws its result away',
    },
    {
      since: '1.18',
      value: 'service-port',
      change:
        'rules in KUBE-SVC and KUBE-SEP chains carry the name of the service port again, up to 1000 endpoints',
      source: 'appendServiceCommentLocked returns what it appended, v1.18.0',
    },
    {
      since: '1.24',
      value: 'service-port-and-endpoint',
      change: 'rules in KUBE-SVC chains name the endpoint: "ns/svc:port -> ip:port"',
      source: 'kubernetes#109060',
    },
  ),

  /** Number of decimals of `--probability`. */
  probabilityDecimals: rows(
    { since: '1.1', value: 5 },
    {
      since: '1.17',
      value: 10,
      change: 'probabilities carry 10 decimals instead of 5 (0.33332999982 is now 0.33333333349)',
      source: 'kubernetes#83599',
    },
  ),
} as const satisfies Readonly<Record<string, readonly Row<unknown>[]>>;
