import { type Features } from '../../../../dialect/features.ts';
import { type Rule, type TableName } from '../../../../netfilter/iptables/model.ts';
import { type ChainPart, type NodeSection } from '../part.ts';
import { comment, jump, states } from '../pieces.ts';

/** A jump from a built-in chain. */
export interface JumpRow {
  readonly table: TableName;
  readonly from: string;
  readonly to: string;
  readonly comment?: string;
  /** Whether the jump matches only packets that open a connection. */
  readonly newOnly?: boolean;
  /** Which releases have the jump; all when absent. */
  readonly when?: (features: Features) => boolean;
}

/** The jumps of kubelet, which it makes before kube-proxy starts. */
const KUBELET_JUMPS: readonly JumpRow[] = [
  { table: 'filter', from: 'INPUT', to: 'KUBE-FIREWALL' },
  { table: 'filter', from: 'OUTPUT', to: 'KUBE-FIREWALL' },
];

const EXTERNAL = 'kubernetes externally-visible service portals';
const PORTALS = 'kubernetes service portals';

const toServices = (from: string): JumpRow => ({
  table: 'filter',
  from,
  to: 'KUBE-SERVICES',
  comment: PORTALS,
});
const toExternalServices = (from: string): JumpRow => ({
  table: 'filter',
  from,
  to: 'KUBE-EXTERNAL-SERVICES',
  comment: EXTERNAL,
  newOnly: true,
});

/**
 * The jumps from built-in chains in the order in which they are prepended: the last one comes first in its chain.
 * (iptablesJumpChains and iptablesKubeletJumpChains, proxier.go)
 */
const JUMPS: readonly JumpRow[] = [
  { ...toExternalServices('INPUT'), when: (features) => features.externalServicesChain },
  {
    ...toExternalServices('FORWARD'),
    when: (features) => features.loadBalancerRejects === 'in-external-services',
  },
  {
    table: 'filter',
    from: 'INPUT',
    to: 'KUBE-NODEPORTS',
    comment: 'kubernetes health check service ports',
    when: (features) => features.healthCheckAccept,
  },
  { ...toServices('FORWARD'), newOnly: true, when: (features) => features.forwardServicesJump },
  { ...toServices('OUTPUT'), newOnly: true, when: (features) => features.outputJumpNewOnly },
  { ...toServices('OUTPUT'), when: (features) => features.clusterIpRejects && !features.outputJumpNewOnly },
  {
    ...toServices('INPUT'),
    newOnly: true,
    when: (features) => features.loadBalancerRejects === 'in-services',
  },
  { ...toServices('INPUT'), when: (features) => features.inputServicesJump },
  ...(['kubernetes forward rules', 'kubernetes forwarding rules'] as const).map((remark): JumpRow => ({
    table: 'filter',
    from: 'FORWARD',
    to: 'KUBE-FORWARD',
    comment: remark,
    when: (features) => features.forwardChain && features.forwardJumpComment === remark,
  })),
  ...['INPUT', 'OUTPUT', 'FORWARD'].map((from): JumpRow => ({
    table: 'filter',
    from,
    to: 'KUBE-PROXY-FIREWALL',
    comment: 'kubernetes load balancer firewall',
    newOnly: true,
    when: (features) => features.blockedTraffic === 'filter-drop',
  })),
  { table: 'nat', from: 'OUTPUT', to: 'KUBE-SERVICES', comment: PORTALS },
  { table: 'nat', from: 'PREROUTING', to: 'KUBE-SERVICES', comment: PORTALS },
  {
    table: 'nat',
    from: 'POSTROUTING',
    to: 'KUBE-POSTROUTING',
    comment: 'kubernetes postrouting rules',
    when: (features) => features.masquerading !== 'inline-mark',
  },
  ...['INPUT', 'OUTPUT'].map((from): JumpRow => ({
    table: 'filter',
    from,
    to: 'KUBE-FIREWALL',
    when: (features) => features.ownFirewallChain,
  })),
];

/** Builds the jumps of kube-proxy. */
export const topLevelJumps: NodeSection = ({ features }) => prependedJumps(JUMPS, features);

/** Builds the jumps of kubelet, after those of kube-proxy. */
export const kubeletJumps: NodeSection = ({ features }) =>
  features.kubeletChains === 'none' ? [] : prependedJumps(KUBELET_JUMPS, features);

/**
 * The jumps that a release has, given in the order in which it prepends each to its chain. Returns them as they stand
 * then: the last comes first. (EnsureRule, pkg/util/iptables)
 */
export const prependedJumps = (rows: readonly JumpRow[], features: Features): readonly ChainPart[] =>
  rows
    .filter((row) => row.when?.(features) ?? true)
    .toReversed()
    .map((row) => ({ table: row.table, chain: row.from, rules: [jumpRule(row)] }));

function jumpRule(row: JumpRow): Rule {
  const opening = row.newOnly === true ? [states('NEW')] : [];
  const remark = row.comment === undefined ? [] : [comment(row.comment)];
  return { matches: [...opening, ...remark], target: jump(row.to) };
}
