/**
 * THE table of what changed in kube-proxy's rules and from which release on. Nothing else in svc2ipt knows
 * a version number: the generator asks a {@link Dialect} by feature name. Rows stand oldest first.
 *
 * Sources: `pkg/proxy/...` at the release named, or a pull request (kubernetes#N). Each row from the oldest captured
 * release on is held by captures of real runs; a test moves every row by one release and sees a case fail.
 */
import { type Row } from './rows.ts';

/** A behaviour that a feature gate decides: on when the gate is in force. */
export interface Gated {
  readonly gate: string;
}

export type Switch = boolean | Gated;

const rows = <const T>(...list: readonly Row<T>[]): readonly Row<T>[] => list;

export const HISTORY = {
  /** The name of a port without a name: `ns/svc:` or `ns/svc`. It is hashed into every chain name. */
  unnamedPortColon: rows(
    { since: '1.14', value: true },
    {
      since: '1.20',
      value: false,
      change:
        'unnamed ports lose their trailing colon ("ns/svc:" is now "ns/svc"); all their chain names change',
      source: 'ServicePortName.String, pkg/proxy/types.go',
    },
  ),

  /** What kube-proxy takes endpoints from. Endpoints know only ready and not ready. */
  endpointSource: rows<'endpoints' | 'slices'>(
    { since: '1.14', value: 'endpoints' },
    {
      since: '1.19',
      value: 'slices',
      change: 'endpoints come from EndpointSlices instead of Endpoints: sorted as text, each address once',
      source: 'gate EndpointSliceProxying on by default',
    },
  ),

  /** When the same endpoint stands in several slices: which of them counts. */
  duplicateEndpoint: rows<'prefer-local' | 'prefer-running'>(
    { since: '1.14', value: 'prefer-local' },
    {
      since: '1.36',
      value: 'prefer-running',
      change: 'of endpoints with one address the one that is not terminating counts, no longer the local one',
      source: 'kubernetes#135593',
    },
  ),

  /** What makes two endpoints of a service port the same. */
  endpointIdentity: rows<'ip' | 'ip-and-port'>(
    { since: '1.14', value: 'ip' },
    {
      since: '1.22',
      value: 'ip-and-port',
      change: 'one address with two ports in one service port counts as two endpoints',
      source: 'EndpointSliceCache.addEndpoints, pkg/proxy/endpointslicecache.go',
    },
  ),

  /** Which cluster IP a proxier of one family serves. */
  clusterIpFamily: rows<'first-only' | 'any'>(
    { since: '1.14', value: 'first-only' },
    {
      since: '1.20',
      value: 'any',
      change: 'dual-stack Services get rules in both families',
      source: 'GetClusterIPByFamily, pkg/proxy/util/utils.go',
    },
  ),

  /** Decimals of `--probability`. */
  probabilityDecimals: rows(
    { since: '1.14', value: 5 },
    {
      since: '1.17',
      value: 10,
      change: 'probabilities carry 10 decimals instead of 5 (0.33332999982 is now 0.33333333349)',
      source: 'kubernetes#83599',
    },
  ),

  /** Comments on rules of KUBE-SVC and KUBE-SEP chains. */
  endpointComments: rows<'none' | 'service-port' | 'service-port-and-endpoint'>(
    { since: '1.14', value: 'none' },
    {
      since: '1.18',
      value: 'service-port',
      change: 'rules in KUBE-SVC and KUBE-SEP chains carry the name of the service port as a comment',
      source: 'appendServiceCommentLocked returns what it appended',
    },
    {
      since: '1.24',
      value: 'service-port-and-endpoint',
      change: 'rules in KUBE-SVC chains name the endpoint: "ns/svc:port -> ip:port"',
      source: 'kubernetes#109060',
    },
  ),

  /** How kube-proxy learns of a flush: an empty chain in every table. */
  canary: rows(
    { since: '1.14', value: false },
    {
      since: '1.16',
      value: true,
      change: 'an empty KUBE-PROXY-CANARY chain stands in mangle, nat and filter',
      source: 'kubernetes#81517; upstream in 1.17, seen in the capture of 1.16',
    },
  ),

  /** KUBE-POSTROUTING: match the mark on the MASQUERADE rule, or return early and clear the mark first. */
  postrouting: rows<'masquerade-marked' | 'return-unmarked'>(
    { since: '1.14', value: 'masquerade-marked' },
    {
      since: '1.18',
      value: 'return-unmarked',
      change: 'KUBE-POSTROUTING returns for unmarked packets and clears the mark before MASQUERADE',
      source: 'kubernetes#92035; in patch releases of 1.18 (seen in 1.18.6)',
    },
  ),

  masqueradeRandomFully: rows(
    { since: '1.14', value: false },
    {
      since: '1.16',
      value: true,
      change: 'MASQUERADE uses --random-fully where iptables knows it',
      source: 'kubernetes#78547',
    },
  ),

  /** The rules of KUBE-FORWARD that let established connections pass. */
  forwardEstablished: rows<'cluster-cidr' | 'pod-source-and-destination' | 'one-rule'>(
    { since: '1.14', value: 'cluster-cidr' },
    {
      since: '1.18',
      value: 'pod-source-and-destination',
      change: 'the two conntrack rules of KUBE-FORWARD no longer match the cluster CIDR and are always there',
      source: 'syncProxyRules; seen in 1.18.6',
    },
    {
      since: '1.23',
      value: 'one-rule',
      change: 'the two conntrack rules of KUBE-FORWARD become one',
      source: 'syncProxyRules, v1.23',
    },
  ),

  dropInvalid: rows<'always' | 'unless-tcp-liberal'>(
    { since: '1.14', value: 'always' },
    {
      since: '1.29',
      value: 'unless-tcp-liberal',
      change: 'KUBE-FORWARD does not drop INVALID packets when nf_conntrack_tcp_be_liberal is set',
      source: 'kubernetes#120412',
    },
  ),

  /** nfacct counters on the INVALID drop and on node ports by localhost. */
  nfacctCounters: rows(
    { since: '1.14', value: false },
    {
      since: '1.31',
      value: true,
      change:
        'nfacct counts dropped INVALID packets and, with a rule of its own, node-port traffic by localhost',
      source: 'kubernetes#122812, kubernetes#125015',
    },
  ),

  /** Chains that kubelet had made before and that kube-proxy's rules jump to. */
  kubeletChains: rows<'mark-drop' | 'mark-drop-and-martians' | 'none'>(
    { since: '1.14', value: 'mark-drop' },
    {
      since: '1.18',
      value: 'mark-drop-and-martians',
      change: "kubelet's KUBE-FIREWALL also drops foreign packets to 127.0.0.0/8 (IPv4)",
      source: 'kubernetes#91569',
    },
    {
      since: '1.25',
      value: 'none',
      change: "no rule of kube-proxy needs kubelet's KUBE-MARK-DROP any more",
      source: 'kubernetes#110289',
    },
  ),

  /** kube-proxy's own copy of kubelet's rule against packets to 127.0.0.0/8. */
  ownFirewallChain: rows(
    { since: '1.14', value: false },
    {
      since: '1.27',
      value: true,
      change: 'kube-proxy writes KUBE-FIREWALL itself (block incoming localnet connections)',
      source: 'kubernetes#114470',
    },
  ),

  /** filter INPUT -> KUBE-SERVICES. */
  inputServicesJump: rows(
    { since: '1.14', value: true },
    {
      since: '1.18',
      value: false,
      change: 'filter INPUT no longer jumps to KUBE-SERVICES; FORWARD jumps to KUBE-EXTERNAL-SERVICES',
      source: 'kubernetes#95252; seen in 1.18.6',
    },
  ),

  /** Where load-balancer IPs without endpoints are rejected. */
  loadBalancerRejectChain: rows<'KUBE-SERVICES' | 'KUBE-EXTERNAL-SERVICES'>(
    { since: '1.14', value: 'KUBE-SERVICES' },
    {
      since: '1.18',
      value: 'KUBE-EXTERNAL-SERVICES',
      change: 'load-balancer IPs without endpoints are rejected in KUBE-EXTERNAL-SERVICES',
      source: 'kubernetes#95252; seen in 1.18.6',
    },
  ),

  /** filter KUBE-NODEPORTS accepts health check node ports. */
  healthCheckAccept: rows(
    { since: '1.14', value: false },
    {
      since: '1.21',
      value: true,
      change: 'filter KUBE-NODEPORTS, jumped to from INPUT, accepts healthCheckNodePorts',
      source: 'kubernetes#97824',
    },
  ),

  /**
   * The family of chains a service port has: KUBE-XLB and KUBE-FW beside KUBE-SVC, or KUBE-SVC and KUBE-SVL (one per
   * traffic policy) behind KUBE-EXT.
   */
  serviceChains: rows<'balancer' | 'policy'>(
    { since: '1.14', value: 'balancer' },
    {
      since: '1.24',
      value: 'policy',
      change: 'KUBE-XLB gives way to KUBE-EXT and KUBE-SVL; KUBE-FW only where there are source ranges',
      source: 'kubernetes#109060',
    },
  ),

  /** Which chain holds the jumps to KUBE-MARK-MASQ for cluster IPs, external IPs and node ports. */
  masqueradeRulesIn: rows<'portal-chains' | 'service-chain'>(
    { since: '1.14', value: 'portal-chains' },
    {
      since: '1.22',
      value: 'service-chain',
      change: 'jumps to KUBE-MARK-MASQ move from KUBE-SERVICES and KUBE-NODEPORTS into KUBE-SVC chains',
      source: 'kubernetes#96959',
    },
  ),

  /** Traffic to external IPs: only from outside or to this node, or any. */
  externalIpTraffic: rows<'from-outside-or-to-node' | 'any'>(
    { since: '1.14', value: 'from-outside-or-to-node' },
    {
      since: '1.21',
      value: 'any',
      change:
        'external IPs get one rule each instead of two with physdev and addrtype; pods are not masqueraded',
      source: 'kubernetes#96296',
    },
  ),

  /** externalTrafficPolicy: Local also governs external IPs. */
  localPolicyForExternalIps: rows<Switch>(
    { since: '1.14', value: false },
    {
      since: '1.18',
      value: { gate: 'ExternalPolicyForExternalIP' },
      change: 'externalTrafficPolicy Local governs external IPs (gate ExternalPolicyForExternalIP)',
      source: 'kubernetes#90537',
    },
    {
      since: '1.20',
      value: true,
      change: 'externalTrafficPolicy Local governs external IPs',
      source: 'gate ExternalPolicyForExternalIP removed',
    },
  ),

  /** KUBE-XLB sends traffic of the node itself to all endpoints. */
  balancerServesNode: rows(
    { since: '1.14', value: false },
    {
      since: '1.16',
      value: true,
      change: 'KUBE-XLB masquerades and routes traffic of the node itself to the service chain',
      source: 'kubernetes#77523',
    },
  ),

  /** Comments on the balancing rules of KUBE-XLB. */
  balancerComments: rows<'numbered' | 'service-port'>(
    { since: '1.14', value: 'numbered' },
    {
      since: '1.23',
      value: 'service-port',
      change: '"Balancing rule N for ns/svc" in KUBE-XLB becomes the name of the service port',
      source: 'writeServiceToEndpointRules, v1.23',
    },
  ),

  /** How traffic is stopped for which there is no local endpoint, or no source range. */
  blockedTraffic: rows<'mark-drop' | 'filter-drop'>(
    { since: '1.14', value: 'mark-drop' },
    {
      since: '1.25',
      value: 'filter-drop',
      change: 'KUBE-PROXY-FIREWALL and DROP rules in filter replace KUBE-MARK-DROP',
      source: 'kubernetes#110289, kubernetes#110290',
    },
  ),

  /** A rule without a target at the end of KUBE-FW says what becomes of the rest. */
  firewallRemark: rows(
    { since: '1.14', value: false },
    {
      since: '1.27',
      value: true,
      change: 'KUBE-FW ends in a rule without target that points at KUBE-PROXY-FIREWALL',
      source: 'syncProxyRules, v1.27',
    },
  ),

  /** A source range of 0.0.0.0/0 or ::/0. */
  zeroSourceRange: rows<'a-range' | 'no-restriction'>(
    { since: '1.14', value: 'a-range' },
    {
      since: '1.34',
      value: 'no-restriction',
      change: 'a source range 0.0.0.0/0 or ::/0 lifts the restriction: no KUBE-FW chain',
      source: 'newBaseServiceInfo, v1.34',
    },
  ),

  /** Load balancers with ipMode Proxy get no rules. */
  loadBalancerIpMode: rows<Switch>(
    { since: '1.14', value: false },
    {
      since: '1.29',
      value: { gate: 'LoadBalancerIPMode' },
      change: 'load-balancer IPs with ipMode Proxy get no rules (gate LoadBalancerIPMode)',
      source: 'kubernetes#119937',
    },
    {
      since: '1.35',
      value: true,
      change: 'load-balancer IPs with ipMode Proxy never get rules',
      source: 'IsVIPMode, v1.35',
    },
  ),

  /** externalIPs can be switched off. */
  externalIps: rows<Switch>(
    { since: '1.14', value: true },
    {
      since: '1.36',
      value: { gate: 'AllowServiceExternalIPs' },
      change: 'externalIPs get rules only while gate AllowServiceExternalIPs is on',
      source: 'kubernetes#137293',
    },
  ),

  internalTrafficPolicy: rows<Switch>(
    { since: '1.14', value: false },
    {
      since: '1.21',
      value: { gate: 'ServiceInternalTrafficPolicy' },
      change:
        'internalTrafficPolicy Local keeps cluster traffic on the node (gate ServiceInternalTrafficPolicy)',
      source: 'kubernetes#96600',
    },
    {
      since: '1.26',
      value: true,
      change: 'internalTrafficPolicy is always honoured',
      source: 'newBaseServiceInfo, v1.26',
    },
  ),

  /** Endpoints that terminate but still serve, when no ready one is left. */
  terminatingEndpoints: rows<Switch>(
    { since: '1.14', value: false },
    {
      since: '1.22',
      value: { gate: 'ProxyTerminatingEndpoints' },
      change: 'without ready endpoints, serving terminating ones are used (gate ProxyTerminatingEndpoints)',
      source: 'kubernetes#97238',
    },
    {
      since: '1.28',
      value: true,
      change: 'without ready endpoints, serving terminating ones are always used',
      source: 'CategorizeEndpoints, v1.28',
    },
  ),

  zoneHints: rows<Switch>(
    { since: '1.14', value: false },
    {
      since: '1.21',
      value: { gate: 'TopologyAwareHints' },
      change: 'zone hints choose endpoints (gate TopologyAwareHints)',
      source: 'kubernetes#99522',
    },
    {
      since: '1.33',
      value: true,
      change: 'zone hints choose endpoints whatever the annotations say',
      source: 'topologyModeFromHints, v1.33',
    },
  ),

  /** The annotation that asks for zone hints, by the values that say yes. */
  hintsAnnotation: rows<'auto' | 'auto-or-Auto' | 'any-but-disabled' | 'not-needed'>(
    { since: '1.14', value: 'auto' },
    {
      since: '1.22',
      value: 'auto-or-Auto',
      change: 'the topology-aware-hints annotation may be spelled "Auto"',
      source: 'filterEndpointsWithHints, v1.22',
    },
    {
      since: '1.27',
      value: 'any-but-disabled',
      change: 'service.kubernetes.io/topology-mode asks for hints; any value but "Disabled" does',
      source: 'canUseTopology, v1.27',
    },
    {
      since: '1.33',
      value: 'not-needed',
      change: 'no annotation is needed for hints',
      source: 'topologyModeFromHints, v1.33',
    },
  ),

  /** Which endpoints must carry hints for hints to count. */
  hintsConsider: rows<'all' | 'ready'>(
    { since: '1.14', value: 'all' },
    {
      since: '1.23',
      value: 'ready',
      change: 'endpoints that are not ready no longer need hints',
      source: 'filterEndpointsWithHints, v1.23',
    },
  ),

  /** Hints count without an annotation. */
  trafficDistribution: rows<Switch>(
    { since: '1.14', value: false },
    {
      since: '1.30',
      value: { gate: 'ServiceTrafficDistribution' },
      change: 'zone hints count without annotation (gate ServiceTrafficDistribution)',
      source: 'kubernetes#123487',
    },
  ),

  nodeHints: rows<Switch>(
    { since: '1.14', value: false },
    {
      since: '1.33',
      value: { gate: 'PreferSameTrafficDistribution' },
      change: 'node hints choose endpoints (gate PreferSameTrafficDistribution)',
      source: 'topologyModeFromHints, v1.33',
    },
  ),

  /** nodePortAddresses of the other family: part of the list, or left out of it. */
  nodePortAddressFamilies: rows<'both' | 'own'>(
    { since: '1.14', value: 'both' },
    {
      since: '1.19',
      value: 'own',
      change:
        'nodePortAddresses count per family; a family without any serves node ports on all its addresses',
      source: 'FilterIncorrectCIDRVersion in NewProxier, v1.19',
    },
  ),

  /** nodePortAddresses that match no address of the node. */
  nodePortRulesNeedAddress: rows(
    { since: '1.14', value: true },
    {
      since: '1.27',
      value: false,
      change: 'rules for node ports are written even where nodePortAddresses match no address of the node',
      source: 'syncProxyRules, v1.27',
    },
  ),

  /** Loopback addresses that cannot serve node ports are left out of the jump to KUBE-NODEPORTS. */
  excludeLoopbackNodePorts: rows(
    { since: '1.14', value: false },
    {
      since: '1.26',
      value: true,
      change: 'node ports leave out ::1, and 127.0.0.0/8 with --iptables-localhost-nodeports=false',
      source: 'kubernetes#108250',
    },
  ),

  /** Which Services externalTrafficPolicy: Local applies to. */
  externalPolicyApplies: rows<'node-port-and-load-balancer' | 'externally-accessible'>(
    { since: '1.14', value: 'node-port-and-load-balancer' },
    {
      since: '1.29',
      value: 'externally-accessible',
      change: 'externalTrafficPolicy Local also applies to ClusterIP Services with externalIPs',
      source: 'ExternalPolicyLocal, pkg/api/v1/service/util.go',
    },
  ),
} as const satisfies Record<string, readonly Row<unknown>[]>;

export type Feature = keyof typeof HISTORY;

/** kube-proxy of one release, as answers to every question the generator asks. */
export type Dialect = {
  readonly [F in Feature]: (typeof HISTORY)[F][number]['value'];
};
