/** What changed in rules that do not depend on Services: masquerading, node ports, canaries. */
import { type Row, rows } from '../rows.ts';

export const NODE_HISTORY = {
  /** Whether IPv6 nodes have rules. */
  ipv6: rows(
    { since: '1.1', value: false },
    {
      since: '1.9',
      value: true,
      change: 'with an IPv6 bindAddress the rules are those of IPv6, in ip6tables',
      source: 'kubernetes#48551, kubernetes#53630',
    },
  ),

  /**
   * How packets are marked and masqueraded: each rule sets the mark and a rule in POSTROUTING masquerades; or
   * KUBE-MARK-MASQ and KUBE-POSTROUTING do so; or these do so, and KUBE-POSTROUTING returns early for unmarked packets
   * and clears the mark.
   */
  masquerading: rows<'inline-mark' | 'mark-chain' | 'mark-chain-cleared'>(
    { since: '1.1', value: 'inline-mark' },
    {
      since: '1.2',
      value: 'mark-chain',
      change:
        'KUBE-MARK-MASQ sets one bit of the mark and KUBE-POSTROUTING masquerades, instead of mark 0x4d415351 in each rule',
      source: 'kubernetes#19611, kubernetes#20496',
    },
    {
      since: '1.18',
      value: 'mark-chain-cleared',
      change: 'KUBE-POSTROUTING returns for unmarked packets and clears the mark before MASQUERADE',
      source: 'kubernetes#92035',
      patches: ['1.16.13', '1.17.9', '1.18.6'],
    },
  ),

  masqueradeRandomFully: rows(
    { since: '1.1', value: false },
    {
      since: '1.16',
      value: true,
      change: 'MASQUERADE uses --random-fully where iptables knows it',
      source: 'kubernetes#78547',
    },
  ),

  /** The empty chains by which kube-proxy notices that rules were flushed. */
  canary: rows(
    { since: '1.1', value: false },
    {
      since: '1.16',
      value: true,
      change: 'an empty KUBE-PROXY-CANARY chain stands in mangle, nat and filter (upstream from 1.17.0 on)',
      source: 'kubernetes#81517, which the captured build of 1.16.0 had and upstream has from 1.17.0 on',
    },
  ),

  /** Whether nodePortAddresses of the other family count as part of the list. */
  nodePortAddressFamilies: rows<'both' | 'own'>(
    { since: '1.1', value: 'both' },
    {
      since: '1.19',
      value: 'own',
      change:
        'nodePortAddresses count per family; a family without any serves node ports on all its addresses',
      source: 'FilterIncorrectCIDRVersion in NewProxier, v1.19',
    },
  ),

  /**
   * What happens when nodePortAddresses match no address of the node: no jump leads to the rules for node ports; these
   * rules are not written; or kube-proxy skips the rest of a service port with a node port, endpoints included.
   */
  unmatchedNodePorts: rows<'unreachable' | 'left-out' | 'break-off'>(
    { since: '1.1', value: 'unreachable' },
    {
      since: '1.19',
      value: 'break-off',
      change:
        'where nodePortAddresses match no address of the node, Services with node ports lead to no endpoints',
      source: 'syncProxyRules and GetNodeAddresses, v1.19.0',
    },
    {
      since: '1.23',
      value: 'left-out',
      change:
        'where nodePortAddresses match no address of the node, only the rules for node ports are missing',
      source: 'syncProxyRules, v1.23',
    },
    {
      since: '1.27',
      value: 'unreachable',
      change: 'rules for node ports are written even where nodePortAddresses match no address of the node',
      source: 'syncProxyRules, v1.27',
    },
  ),

  /** Whether the jump to KUBE-NODEPORTS leaves out loopback addresses that cannot serve node ports. */
  excludeLoopbackNodePorts: rows(
    { since: '1.1', value: false },
    {
      since: '1.26',
      value: true,
      change: 'node ports leave out ::1, and 127.0.0.0/8 with --iptables-localhost-nodeports=false',
      source: 'kubernetes#108250',
    },
  ),
} as const satisfies Readonly<Record<string, readonly Row<unknown>[]>>;
