/** What changed in the chains of table filter in mode ipvs. Sources: as in ipvs-history.ts. */
import { OLDEST } from '../version.ts';
import { type Row, rows } from '../rows.ts';

export const IPVS_FILTER_HISTORY = {
  /** KUBE-FORWARD has rules. Before, kube-proxy made them and did not hand them to iptables-restore. */
  ipvsForwardRules: rows(
    { since: OLDEST, value: false },
    {
      since: '1.12',
      value: true,
      change: 'filter KUBE-FORWARD has rules; 1.11 made the chain and left it empty',
      source: 'kubernetes#68786, to 1.11 by kubernetes#75684',
    },
  ),

  /** How traffic of sources that a load balancer does not allow is dropped. */
  ipvsFirewall: rows<'nat-mark-drop' | 'filter-drop'>(
    { since: OLDEST, value: 'nat-mark-drop' },
    {
      since: '1.25',
      value: 'filter-drop',
      change:
        'source ranges are checked in filter KUBE-PROXY-FIREWALL and KUBE-SOURCE-RANGES-FIREWALL; nat KUBE-FIREWALL is gone',
      source: 'ipsetWithIptablesChain, v1.25.1',
    },
  ),

  /** Ports of the node itself cannot be reached by addresses of Services. */
  ipvsAccessFilter: rows(
    { since: OLDEST, value: false },
    {
      since: '1.26',
      value: true,
      change: 'filter KUBE-IPVS-FILTER rejects new traffic to other ports of the addresses in KUBE-IPVS-IPS',
      source: 'kubernetes#72236; writeIptablesRules, v1.26.0',
    },
  ),

  /** KUBE-IPVS-FILTER lets health-check node ports pass. */
  ipvsFilterHealthChecks: rows(
    { since: OLDEST, value: false },
    {
      since: '1.28',
      value: true,
      change: 'KUBE-IPVS-FILTER returns for health-check node ports',
      source: 'writeIptablesRules, v1.28.2',
    },
  ),

  /** Nodes that source ranges leave out cannot reach a load balancer by its address. */
  ipvsOutFilter: rows(
    { since: OLDEST, value: false },
    {
      since: '1.29',
      value: true,
      change:
        'filter KUBE-IPVS-OUT-FILTER drops traffic of the node to load balancers whose source ranges leave it out',
      source: 'kubernetes#119656; writeIptablesRules, v1.29.1',
    },
  ),

  /** KUBE-IPVS-FILTER lets external IPs of policy Local pass. */
  ipvsFilterExternalLocal: rows(
    { since: OLDEST, value: false },
    {
      since: '1.30',
      value: true,
      change: 'KUBE-IPVS-FILTER returns for external IPs of policy Local',
      source: 'writeIptablesRules, v1.30.3',
    },
  ),
} as const satisfies Readonly<Record<string, readonly Row<unknown>[]>>;
