/** The chains of mode ipvs, and the jumps to them. (iptablesChains and iptablesJumpChain, pkg/proxy/ipvs/proxier.go) */
import { type Features } from '../../../dialect/features.ts';
import { filter, nat } from '../../iptables/rules/part.ts';
import { type JumpRow, prependedJumps } from '../../iptables/rules/sections/top-level-jumps.ts';
import { type IpvsContext, type IpvsSection } from './part.ts';
import { masqueradesClusterIps } from './masquerades.ts';
import { refusedPort } from './refused-restore.ts';
import { hasChains } from './set-table.ts';

export const SERVICES = 'KUBE-SERVICES';
export const NODE_PORT = 'KUBE-NODE-PORT';
export const LOAD_BALANCER = 'KUBE-LOAD-BALANCER';
export const FORWARD = 'KUBE-FORWARD';
export const IPVS_FILTER = 'KUBE-IPVS-FILTER';
export const OUT_FILTER = 'KUBE-IPVS-OUT-FILTER';
export const PROXY_FIREWALL = 'KUBE-PROXY-FIREWALL';
export const SOURCE_RANGES = 'KUBE-SOURCE-RANGES-FIREWALL';
/** Of releases with source ranges in table nat. kubelet has a chain of the same name in table filter. */
export const NAT_FIREWALL = 'KUBE-FIREWALL';
/** The same in releases without chains for load balancers and node ports. */
export const FIRE_WALL = 'KUBE-FIRE-WALL';

/** Whether source ranges are checked in table filter. */
export const inFilter = ({ ipvsFirewall }: Features): boolean => ipvsFirewall === 'filter-drop';

/** In the order in which they are prepended. (iptablesJumpChain) */
const JUMPS: readonly JumpRow[] = [
  { table: 'nat', from: 'OUTPUT', to: SERVICES, comment: 'kubernetes service portals' },
  { table: 'nat', from: 'PREROUTING', to: SERVICES, comment: 'kubernetes service portals' },
  { table: 'nat', from: 'POSTROUTING', to: 'KUBE-POSTROUTING', comment: 'kubernetes postrouting rules' },
  {
    table: 'filter',
    from: 'FORWARD',
    to: FORWARD,
    comment: 'kubernetes forwarding rules',
    when: hasChains,
  },
  {
    table: 'filter',
    from: 'INPUT',
    to: NODE_PORT,
    comment: 'kubernetes health check rules',
    when: (features) => features.ipvsHealthChecks,
  },
  {
    table: 'filter',
    from: 'INPUT',
    to: PROXY_FIREWALL,
    comment: 'kube-proxy firewall rules',
    when: inFilter,
  },
  {
    table: 'filter',
    from: 'FORWARD',
    to: PROXY_FIREWALL,
    comment: 'kube-proxy firewall rules',
    when: inFilter,
  },
  {
    table: 'filter',
    from: 'INPUT',
    to: IPVS_FILTER,
    comment: 'kubernetes ipvs access filter',
    when: (features) => features.ipvsAccessFilter,
  },
  {
    table: 'filter',
    from: 'OUTPUT',
    to: OUT_FILTER,
    comment: 'kubernetes ipvs access filter',
    when: (features) => features.ipvsOutFilter,
  },
];

/** The jumps of kube-proxy. Of the oldest releases, kubelet makes that to KUBE-POSTROUTING. */
export const topLevelJumps: IpvsSection = (context) =>
  prependedJumps(
    JUMPS.filter(({ to }) => to !== SERVICES || hasServices(context)),
    context.features,
  );

/** The chains that are there even when they stay empty. (iptablesChains) */
export const standingChains: IpvsSection = (context) => {
  const { features } = context;
  const own = [...(hasServices(context) ? [SERVICES] : []), 'KUBE-POSTROUTING', 'KUBE-MARK-MASQ'];
  const inNat = own.map((name) => nat(name, []));
  if (features.ipvsRules === 'by-service') return inNat;
  if (features.ipvsRules === 'by-set') return [...inNat, nat(FIRE_WALL, [])];
  return [
    ...inNat,
    nat(NODE_PORT, []),
    nat(LOAD_BALANCER, []),
    filter(FORWARD, []),
    ...(features.ipvsHealthChecks ? [filter(NODE_PORT, [])] : []),
    ...(inFilter(features)
      ? [filter(PROXY_FIREWALL, []), filter(SOURCE_RANGES, [])]
      : [nat(NAT_FIREWALL, [])]),
    ...(features.ipvsAccessFilter ? [filter(IPVS_FILTER, [])] : []),
    ...(features.ipvsOutFilter ? [filter(OUT_FILTER, [])] : []),
  ];
};

/** Whether there is KUBE-SERVICES. The oldest release makes it when some rule shall stand there. */
const hasServices = ({ state, settings, features }: IpvsContext): boolean =>
  features.ipvsRules !== 'by-service' ||
  refusedPort(state, settings, features) !== undefined ||
  (state.ports.length > 0 && masqueradesClusterIps(settings));
