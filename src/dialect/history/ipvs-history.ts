/**
 * What changed in mode ipvs. (pkg/proxy/ipvs/proxier.go and ipset.go, read at every minor from 1.8 to 1.36; 1.8 to
 * 1.13, 1.29, 1.35 and 1.36 are held by captures)
 */
import { OLDEST } from '../version.ts';
import { type Row, rows } from '../rows.ts';
import { IPVS_FILTER_HISTORY } from './ipvs-filter-history.ts';

export const IPVS_HISTORY = {
  /** How rules find what is for a Service. */
  ipvsRules: rows<'by-service' | 'by-set' | 'by-chain'>(
    { since: OLDEST, value: 'by-service' },
    {
      since: '1.9',
      value: 'by-set',
      change: 'rules look addresses and ports up in sets, instead of one rule for each cluster IP',
      source: 'kubernetes#54219; syncProxyRules, v1.9.0',
    },
    {
      since: '1.11',
      value: 'by-chain',
      change:
        'KUBE-LOAD-BALANCER, KUBE-NODE-PORT and nat KUBE-FIREWALL replace rules in KUBE-SERVICES and KUBE-FIRE-WALL; rules with sets have comments; filter FORWARD jumps to KUBE-FORWARD',
      source: 'ipsetWithIptablesChain and iptablesJumpChain, v1.11.0',
    },
  ),

  /** How rules tell node ports of TCP from those of UDP. */
  ipvsNodePortRules: rows<'udp-apart' | 'by-protocol'>(
    { since: OLDEST, value: 'udp-apart' },
    {
      since: '1.12',
      value: 'by-protocol',
      change: 'all that is for the node goes through KUBE-NODE-PORT, whose rules name the protocol',
      source: 'ipsetWithIptablesChain, v1.12.0',
    },
  ),

  /** Whether KUBE-CLUSTER-IP holds cluster IPs although nothing tells traffic of the cluster from that of outside. */
  ipvsClusterIpSet: rows<'when-masqueraded' | 'always'>(
    { since: OLDEST, value: 'when-masqueraded' },
    {
      since: '1.11',
      value: 'always',
      change: 'KUBE-CLUSTER-IP holds the cluster IPs also without cluster CIDR and masqueradeAll',
      source: 'kubernetes#65388',
      patches: ['1.11.1'],
    },
  ),

  /** Which endpoints are in KUBE-LOOP-BACK. */
  ipvsHairpins: rows<'every-endpoint' | 'local'>(
    { since: OLDEST, value: 'every-endpoint' },
    {
      since: '1.13',
      value: 'local',
      change: 'KUBE-LOOP-BACK holds endpoints of this node only',
      source: 'kubernetes#66149',
    },
  ),

  /** Which virtual servers of a Service with session affinity are persistent. */
  ipvsAffinity: rows<'cluster-ip' | 'every-address'>(
    { since: OLDEST, value: 'cluster-ip' },
    {
      since: '1.9',
      value: 'every-address',
      change: 'session affinity counts for node ports, external IPs and load balancers, too',
      source: 'syncProxyRules, v1.9.0',
    },
  ),

  /** Whether externalTrafficPolicy Local leaves the cluster IP with local endpoints only. */
  ipvsClusterIpLocal: rows(
    { since: OLDEST, value: true },
    {
      since: '1.10',
      value: false,
      change: 'cluster IPs of Services of externalTrafficPolicy Local have the endpoints of the cluster',
      source: 'syncProxyRules, v1.10.0',
    },
  ),

  /**
   * Whether externalTrafficPolicy Local leaves external IPs, which have no set of their own yet, with local endpoints.
   */
  ipvsExternalIpEndpoints: rows<'by-policy' | 'all'>(
    { since: OLDEST, value: 'by-policy' },
    {
      since: '1.11',
      value: 'all',
      change: 'external IPs of Services of policy Local have the endpoints of the cluster',
      source: 'syncProxyRules, v1.11.0',
    },
  ),

  /** The family of sets on a node of IPv6. iptables refuses rules of IPv6 with sets of IPv4. */
  ipvsSetFamily: rows<'IPv4-for-networks' | 'IPv4' | 'own'>(
    { since: OLDEST, value: 'IPv4-for-networks' },
    {
      since: '1.11',
      value: 'IPv4',
      change: 'all sets are of IPv4, so that a node of IPv6 gets no rules',
      source: 'NewProxier, v1.11.0',
    },
    {
      since: '1.13',
      value: 'own',
      change: 'the sets of a node of IPv6 are of IPv6, so that it gets rules again',
      source: 'NewProxier, v1.13.0',
    },
  ),

  /** Sets of IPv6 have names of their own, so that both families can be there. */
  ipvsFamilySetNames: rows(
    { since: OLDEST, value: false },
    {
      since: '1.16',
      value: true,
      change: 'the sets of IPv6 are named KUBE-6-, cut to 31 characters',
      source: 'NewIPSet, pkg/proxy/ipvs/ipset.go, v1.16.0',
    },
  ),

  /** What the sets of SCTP node ports hold: ports, or addresses with ports. */
  ipvsSctpNodePorts: rows<'none' | 'ports' | 'node-ip' | 'all-node-ips'>(
    { since: OLDEST, value: 'none' },
    {
      since: '1.12',
      value: 'ports',
      change: 'KUBE-NODE-PORT-SCTP and -LOCAL-SCTP hold the node ports of SCTP',
      source: 'ipsetInfo, v1.12.0',
    },
    {
      since: '1.15',
      value: 'node-ip',
      change:
        'KUBE-NODE-PORT-SCTP-HASH and -LOCAL-SCTP-HASH, with the node IP, replace the bitmaps of SCTP ports',
      source: 'ipsetInfo, v1.15.4',
    },
    {
      since: '1.16',
      value: 'all-node-ips',
      change: 'the sets of SCTP node ports hold all addresses that serve node ports',
      source: 'syncProxyRules, v1.16.0',
    },
  ),

  /** Ports of KUBE-NODE-PORT that keep external traffic on the node return before all SCTP node ports are marked. */
  ipvsSctpLocalFirst: rows(
    { since: OLDEST, value: false },
    {
      since: '1.23',
      value: true,
      change: 'SCTP node ports of policy Local return before SCTP node ports are marked for masquerading',
      source: 'ipsetWithIptablesChain, v1.23.1',
    },
  ),

  /** Which addresses get virtual servers of node ports when all of the node shall. */
  ipvsNodeIps: rows<'of-interfaces' | 'ipv4-with-loopback' | 'with-loopback' | 'without-loopback'>(
    { since: OLDEST, value: 'of-interfaces' },
    {
      since: '1.10',
      value: 'ipv4-with-loopback',
      change:
        'all IPv4 addresses of the node, loopback too, get virtual servers for node ports, not only those of interfaces eth*',
      source: 'NodeIPs, v1.10.0',
    },
    {
      since: '1.16',
      value: 'with-loopback',
      change: 'IPv6 addresses of the node get virtual servers for node ports',
      source: 'GetLocalAddresses, pkg/proxy/ipvs/netlink_linux.go, v1.16.0',
    },
    {
      since: '1.22',
      value: 'without-loopback',
      change: 'loopback addresses get no virtual servers for node ports',
      source: 'NodeIPs and syncProxyRules, v1.22.0',
    },
  ),

  /** Which load balancers of policy Local keep traffic on the node. */
  ipvsLoadBalancerLocal: rows<'with-affinity' | 'always'>(
    { since: OLDEST, value: 'always' },
    {
      since: '1.11',
      value: 'with-affinity',
      change:
        'virtual servers of load balancers of policy Local have the endpoints of the cluster, unless with affinity',
      source: 'syncProxyRules, v1.11.0',
    },
    {
      since: '1.14',
      value: 'always',
      change:
        'virtual servers of load balancers of policy Local have local endpoints only, with or without affinity',
      source: 'syncProxyRules, v1.14.1',
    },
  ),

  /** There is a set for external IPs of policy Local. */
  ipvsExternalIpLocal: rows(
    { since: OLDEST, value: false },
    {
      since: '1.18',
      value: true,
      change: 'the set KUBE-EXTERNAL-IP-LOCAL holds the external IPs of policy Local',
      source: 'ipsetInfo, v1.18.6',
    },
  ),

  /** Each sync empties kubelet's KUBE-MARK-DROP, until kubelet fills it again. */
  ipvsEmptiesMarkDrop: rows(
    { since: OLDEST, value: false },
    {
      since: '1.16',
      value: true,
      change: "kube-proxy empties kubelet's KUBE-MARK-DROP at every sync",
      source: 'iptablesChains, v1.16.0',
    },
    {
      since: '1.20',
      value: false,
      change: "kube-proxy leaves the rule of kubelet's KUBE-MARK-DROP alone",
      source: 'iptablesEnsureChains, v1.20.0',
    },
  ),

  /** Health-check node ports are let in. */
  ipvsHealthChecks: rows(
    { since: OLDEST, value: false },
    {
      since: '1.21',
      value: true,
      change: 'filter INPUT jumps to KUBE-NODE-PORT, which accepts the ports in KUBE-HEALTH-CHECK-NODE-PORT',
      source: 'writeIptablesRules, v1.21.1',
    },
  ),

  /** internalTrafficPolicy Local chooses the local endpoints itself, with those that terminate as a last resort. */
  ipvsInternalPolicy: rows(
    { since: OLDEST, value: false },
    {
      since: '1.22',
      value: true,
      change:
        'internalTrafficPolicy Local counts for cluster IPs of Services of externalTrafficPolicy Local, too',
      source: 'syncEndpoint, v1.22.0',
    },
  ),

  /** Without local endpoints, virtual servers of policy Local get all endpoints. */
  ipvsLocalFallback: rows(
    { since: OLDEST, value: false },
    {
      since: '1.24',
      value: true,
      change: 'virtual servers of policy Local without local endpoints get those of the cluster',
      source: 'kubernetes#97081',
    },
  ),

  /** Traffic of loopback addresses leaves KUBE-SERVICES at once. */
  ipvsReturnsLoopback: rows(
    { since: OLDEST, value: false },
    {
      since: '1.26',
      value: true,
      change: 'nat KUBE-SERVICES begins with a RETURN for loopback addresses',
      source: 'writeIptablesRules, v1.26.0',
    },
  ),

  /** The scheduler mh also hashes source ports. */
  ipvsMaglevPort: rows(
    { since: OLDEST, value: false },
    {
      since: '1.27',
      value: true,
      change: 'scheduler mh has the flag mh-port',
      source: 'syncProxyRules, v1.27.1',
    },
  ),

  /** Which external IPs and addresses of load balancers go to kube-ipvs0, beside all cluster IPs. */
  ipvsBinds: rows<'none' | 'all' | 'not-of-node'>(
    { since: OLDEST, value: 'none' },
    {
      since: '1.11',
      value: 'all',
      change: 'external IPs and load-balancer IPs are bound to kube-ipvs0, as cluster IPs are',
      source: 'syncProxyRules, v1.11.0',
    },
    {
      since: '1.28',
      value: 'not-of-node',
      change: 'external IPs and load-balancer IPs that another interface has are not bound to kube-ipvs0',
      source: 'syncProxyRules, v1.28.2',
    },
  ),

  ...IPVS_FILTER_HISTORY,
} as const satisfies Readonly<Record<string, readonly Row<unknown>[]>>;
