/** What changed in the filter table: which traffic is rejected, dropped or accepted, and the jumps to these rules. */
import { type Row, rows } from '../rows.ts';

export const FILTER_HISTORY = {
  /** Whether filter KUBE-SERVICES rejects cluster IPs without endpoints. OUTPUT jumps to it. */
  clusterIpRejects: rows(
    { since: '1.1', value: false },
    {
      since: '1.2',
      value: true,
      change: 'cluster IPs without endpoints are rejected in filter KUBE-SERVICES, jumped to from OUTPUT',
      source: 'kubernetes#19576',
    },
  ),

  nodePortRejects: rows(
    { since: '1.1', value: false },
    {
      since: '1.6',
      value: true,
      change: 'node ports without endpoints are rejected',
      source: 'kubernetes#43415',
    },
  ),

  externalIpRejects: rows(
    { since: '1.1', value: false },
    {
      since: '1.7',
      value: true,
      change: 'external IPs without endpoints are rejected',
      source: 'kubernetes#44547',
    },
  ),

  /** filter INPUT -> KUBE-SERVICES for all packets. */
  inputServicesJump: rows(
    { since: '1.1', value: false },
    {
      since: '1.6',
      value: true,
      change: 'filter INPUT jumps to KUBE-SERVICES',
      source: 'kubernetes#43972',
      patches: ['1.6.5'],
    },
    {
      since: '1.10',
      value: false,
      change: 'filter INPUT no longer jumps to KUBE-SERVICES',
      source: 'kubernetes#56164',
    },
  ),

  /** Whether KUBE-EXTERNAL-SERVICES rejects external IPs and node ports without endpoints. INPUT jumps to it. */
  externalServicesChain: rows(
    { since: '1.1', value: false },
    {
      since: '1.10',
      value: true,
      change:
        'external IPs and node ports without endpoints are rejected in KUBE-EXTERNAL-SERVICES, jumped to from INPUT',
      source: 'kubernetes#56164',
    },
  ),

  /** Whether the jump from filter OUTPUT to KUBE-SERVICES matches new connections only. */
  outputJumpNewOnly: rows(
    { since: '1.1', value: false },
    {
      since: '1.10',
      value: true,
      change: 'filter OUTPUT jumps to KUBE-SERVICES for new connections only',
      source: 'kubernetes#60306',
    },
  ),

  /** filter FORWARD -> KUBE-SERVICES for new connections. */
  forwardServicesJump: rows(
    { since: '1.1', value: false },
    {
      since: '1.12',
      value: true,
      change: 'filter FORWARD jumps to KUBE-SERVICES for new connections',
      source: 'kubernetes#72534',
      patches: ['1.12.8', '1.13.6'],
    },
  ),

  /**
   * Where load-balancer IPs without endpoints are rejected: in KUBE-SERVICES, to which INPUT then jumps, or in
   * KUBE-EXTERNAL-SERVICES, to which FORWARD then jumps.
   */
  loadBalancerRejects: rows<'none' | 'in-services' | 'in-external-services'>(
    { since: '1.1', value: 'none' },
    {
      since: '1.12',
      value: 'in-services',
      change:
        'load-balancer IPs without endpoints are rejected in KUBE-SERVICES, which INPUT jumps to for new connections',
      source: 'kubernetes#74394',
      patches: ['1.12.8', '1.13.6'],
    },
    {
      since: '1.18',
      value: 'in-external-services',
      change:
        'load-balancer IPs without endpoints are rejected in KUBE-EXTERNAL-SERVICES; FORWARD jumps there, INPUT no longer to KUBE-SERVICES (upstream from 1.20.0 on)',
      source: 'kubernetes#95252, which the captured build of 1.18.6 had and upstream 1.18 had not',
    },
    {
      since: '1.19',
      value: 'in-services',
      change:
        'load-balancer IPs without endpoints are rejected in KUBE-SERVICES, as in upstream 1.18; INPUT jumps there',
      source: 'iptablesJumpChains, pkg/proxy/iptables/proxier.go, v1.19.0 to v1.19.12',
    },
    {
      since: '1.20',
      value: 'in-external-services',
      change:
        'load-balancer IPs without endpoints are rejected in KUBE-EXTERNAL-SERVICES; FORWARD jumps there, INPUT no longer to KUBE-SERVICES',
      source: 'kubernetes#95252',
    },
  ),

  /** Whether filter FORWARD jumps to KUBE-FORWARD. */
  forwardChain: rows(
    { since: '1.1', value: false },
    {
      since: '1.8',
      value: true,
      change: 'filter KUBE-FORWARD lets masqueraded traffic pass and, with a cluster CIDR, what pods answer',
      source: 'kubernetes#52569',
      patches: ['1.8.5'],
    },
  ),

  /** The comment of the jump to KUBE-FORWARD. */
  forwardJumpComment: rows(
    { since: '1.1', value: 'kubernetes forward rules' },
    {
      since: '1.10',
      value: 'kubernetes forwarding rules',
      change:
        'the jump to KUBE-FORWARD says "kubernetes forwarding rules", no longer "kubernetes forward rules"',
      source: 'kubernetes#57336',
    },
  ),

  /** The rules of KUBE-FORWARD that accept established connections. */
  forwardEstablished: rows<'cluster-cidr' | 'pod-source-and-destination' | 'one-rule'>(
    { since: '1.1', value: 'cluster-cidr' },
    {
      since: '1.18',
      value: 'pod-source-and-destination',
      change: 'the two conntrack rules of KUBE-FORWARD no longer match the cluster CIDR and are always there',
      source: 'syncProxyRules, v1.18',
    },
    {
      since: '1.23',
      value: 'one-rule',
      change: 'the two conntrack rules of KUBE-FORWARD become one',
      source: 'syncProxyRules, v1.23',
    },
  ),

  dropInvalid: rows<'never' | 'always' | 'unless-tcp-liberal'>(
    { since: '1.1', value: 'never' },
    {
      since: '1.14',
      value: 'always',
      change: 'KUBE-FORWARD drops INVALID packets (upstream from 1.15.0 on)',
      source: 'kubernetes#74840, which the captured build of 1.14.0 had and upstream has from 1.15.0 on',
    },
    {
      since: '1.29',
      value: 'unless-tcp-liberal',
      change: 'KUBE-FORWARD does not drop INVALID packets when nf_conntrack_tcp_be_liberal is set',
      source: 'kubernetes#120412',
    },
  ),

  /**
   * Whether nfacct counters stand on the rule that drops INVALID packets and on node ports reached through localhost.
   */
  nfacctCounters: rows(
    { since: '1.1', value: false },
    {
      since: '1.31',
      value: true,
      change:
        'nfacct counts dropped INVALID packets and, with a rule of its own, node-port traffic by localhost',
      source: 'kubernetes#122812, kubernetes#125015',
    },
  ),

  /** Whether filter KUBE-NODEPORTS accepts health check node ports. */
  healthCheckAccept: rows(
    { since: '1.1', value: false },
    {
      since: '1.21',
      value: true,
      change: 'filter KUBE-NODEPORTS, jumped to from INPUT, accepts healthCheckNodePorts',
      source: 'kubernetes#97824',
    },
  ),

  /** Chains which kubelet made, and to which rules of kube-proxy jump. */
  kubeletChains: rows<'mark-drop' | 'mark-drop-and-martians' | 'none'>(
    { since: '1.1', value: 'none' },
    {
      since: '1.3',
      value: 'mark-drop',
      change: 'kubelet makes KUBE-MARK-DROP and KUBE-FIREWALL, which drop what kube-proxy marks',
      source: 'syncNetworkUtil, pkg/kubelet/kubelet_network.go, v1.3.6',
      patches: ['1.3.6'],
    },
    {
      since: '1.18',
      value: 'mark-drop-and-martians',
      change: "kubelet's KUBE-FIREWALL also drops foreign packets to 127.0.0.0/8 (IPv4)",
      source: 'kubernetes#91569',
      patches: ['1.16.11', '1.17.7', '1.18.4'],
    },
    {
      since: '1.25',
      value: 'none',
      change: "no rule of kube-proxy needs kubelet's KUBE-MARK-DROP any more",
      source: 'kubernetes#110289',
    },
  ),

  /** Whether kube-proxy writes its own copy of kubelet's rule that drops packets to 127.0.0.0/8. */
  ownFirewallChain: rows(
    { since: '1.1', value: false },
    {
      since: '1.27',
      value: true,
      change: 'kube-proxy writes KUBE-FIREWALL itself (block incoming localnet connections)',
      source: 'kubernetes#114470',
    },
  ),
} as const satisfies Readonly<Record<string, readonly Row<unknown>[]>>;
