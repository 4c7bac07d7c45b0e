import { type Dialect } from '../../dialect/history.ts';
import { type Rule, type TableName } from '../model.ts';
import { type ChainPart, type NodeSection } from '../part.ts';
import { comment, jump, states } from '../words.ts';

interface JumpRow {
  readonly table: TableName;
  readonly from: string;
  readonly to: string;
  readonly comment?: string;
  /** Only packets that open a connection. */
  readonly newOnly?: boolean;
  /** Present in these dialects; in all when absent. */
  readonly when?: (dialect: Dialect) => boolean;
}

/** kubelet's jumps; it was there before kube-proxy. */
const KUBELET_JUMPS: readonly JumpRow[] = [
  { table: 'filter', from: 'INPUT', to: 'KUBE-FIREWALL' },
  { table: 'filter', from: 'OUTPUT', to: 'KUBE-FIREWALL' },
];

const EXTERNAL = 'kubernetes externally-visible service portals';
const PORTALS = 'kubernetes service portals';
const FIREWALL = 'kubernetes load balancer firewall';

const hasProxyFirewall = (dialect: Dialect): boolean => dialect.blockedTraffic === 'filter-drop';
const firewallJumps = (dialect: Dialect): boolean => dialect.ownFirewallChain;

/**
 * The jumps from built-in chains in the order in which they are prepended, so that the last comes to stand first.
 * (iptablesJumpChains and iptablesKubeletJumpChains, proxier.go)
 */
const JUMPS: readonly JumpRow[] = [
  { table: 'filter', from: 'INPUT', to: 'KUBE-EXTERNAL-SERVICES', comment: EXTERNAL, newOnly: true },
  {
    table: 'filter',
    from: 'FORWARD',
    to: 'KUBE-EXTERNAL-SERVICES',
    comment: EXTERNAL,
    newOnly: true,
    when: (dialect) => !dialect.inputServicesJump,
  },
  {
    table: 'filter',
    from: 'INPUT',
    to: 'KUBE-NODEPORTS',
    comment: 'kubernetes health check service ports',
    when: (dialect) => dialect.healthCheckAccept,
  },
  { table: 'filter', from: 'FORWARD', to: 'KUBE-SERVICES', comment: PORTALS, newOnly: true },
  { table: 'filter', from: 'OUTPUT', to: 'KUBE-SERVICES', comment: PORTALS, newOnly: true },
  {
    table: 'filter',
    from: 'INPUT',
    to: 'KUBE-SERVICES',
    comment: PORTALS,
    newOnly: true,
    when: (dialect) => dialect.inputServicesJump,
  },
  { table: 'filter', from: 'FORWARD', to: 'KUBE-FORWARD', comment: 'kubernetes forwarding rules' },
  ...['INPUT', 'OUTPUT', 'FORWARD'].map((from): JumpRow => ({
    table: 'filter',
    from,
    to: 'KUBE-PROXY-FIREWALL',
    comment: FIREWALL,
    newOnly: true,
    when: hasProxyFirewall,
  })),
  { table: 'nat', from: 'OUTPUT', to: 'KUBE-SERVICES', comment: PORTALS },
  { table: 'nat', from: 'PREROUTING', to: 'KUBE-SERVICES', comment: PORTALS },
  { table: 'nat', from: 'POSTROUTING', to: 'KUBE-POSTROUTING', comment: 'kubernetes postrouting rules' },
  { table: 'filter', from: 'INPUT', to: 'KUBE-FIREWALL', when: firewallJumps },
  { table: 'filter', from: 'OUTPUT', to: 'KUBE-FIREWALL', when: firewallJumps },
];

/** The jumps of kube-proxy. */
export const topLevelJumps: NodeSection = ({ dialect }) =>
  asParts(JUMPS.filter((row) => row.when?.(dialect) ?? true));

/** The jumps of kubelet, behind those of kube-proxy. */
export const kubeletJumps: NodeSection = ({ dialect }) =>
  dialect.kubeletChains === 'none' ? [] : asParts(KUBELET_JUMPS);

const asParts = (rows: readonly JumpRow[]): readonly ChainPart[] =>
  rows.toReversed().map((row) => ({ table: row.table, chain: row.from, rules: [jumpRule(row)] }));

function jumpRule(row: JumpRow): Rule {
  const opening = row.newOnly === true ? [states('NEW')] : [];
  const remark = row.comment === undefined ? [] : [comment(row.comment)];
  return { matches: [...opening, ...remark], target: jump(row.to) };
}
