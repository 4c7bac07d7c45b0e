/** The rules of mode ipvs, in the order in which kube-proxy writes them. (writeIptablesRules, pkg/proxy/ipvs/proxier.go) */
import { type Features } from '../../../dialect/features.ts';
import { type Match, type Rule, type Target } from '../../../netfilter/iptables/model.ts';
import { filter, nat } from '../../iptables/rules/part.ts';
import { type ChainPart } from '../../../netfilter/iptables/streamed-rules.ts';
import { type JumpRow, prependedJumps } from '../../iptables/rules/sections/top-level-jumps.ts';
import { acceptForwarded, masquerade } from '../../iptables/rules/sections/node-chains.ts';
import {
  ACCEPT,
  comment,
  DROP,
  FROM_OUTSIDE,
  host,
  ifNotLocal,
  jump,
  reject,
  RETURN,
  states,
  toMarkDrop,
  toNode,
} from '../../iptables/rules/pieces.ts';
import { type IpvsContext, type IpvsSection } from './part.ts';
import { setComment, type SetKey, setName } from './set-table.ts';
import { inSet, ofVirtualServer } from './pieces.ts';

const SERVICES = 'KUBE-SERVICES';
const NODE_PORT = 'KUBE-NODE-PORT';
const LOAD_BALANCER = 'KUBE-LOAD-BALANCER';
const FORWARD = 'KUBE-FORWARD';
const IPVS_FILTER = 'KUBE-IPVS-FILTER';
const OUT_FILTER = 'KUBE-IPVS-OUT-FILTER';
const PROXY_FIREWALL = 'KUBE-PROXY-FIREWALL';
const SOURCE_RANGES = 'KUBE-SOURCE-RANGES-FIREWALL';
/** Of releases with source ranges in table nat. kubelet has a chain of the same name in table filter. */
const NAT_FIREWALL = 'KUBE-FIREWALL';

const inFilter = ({ ipvsFirewall }: Features): boolean => ipvsFirewall === 'filter-drop';

/** In the order in which they are prepended. (iptablesJumpChain) */
const JUMPS: readonly JumpRow[] = [
  { table: 'nat', from: 'OUTPUT', to: SERVICES, comment: 'kubernetes service portals' },
  { table: 'nat', from: 'PREROUTING', to: SERVICES, comment: 'kubernetes service portals' },
  { table: 'nat', from: 'POSTROUTING', to: 'KUBE-POSTROUTING', comment: 'kubernetes postrouting rules' },
  { table: 'filter', from: 'FORWARD', to: FORWARD, comment: 'kubernetes forwarding rules' },
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

/** The jumps of kube-proxy. */
export const topLevelJumps: IpvsSection = ({ features }) => prependedJumps(JUMPS, features);

/** The chains that are there even when they stay empty. (iptablesChains) */
export const standingChains: IpvsSection = ({ features }) => [
  ...[SERVICES, 'KUBE-POSTROUTING', NODE_PORT, LOAD_BALANCER, 'KUBE-MARK-MASQ'].map((name) => nat(name, [])),
  filter(FORWARD, []),
  ...(features.ipvsHealthChecks ? [filter(NODE_PORT, [])] : []),
  ...(inFilter(features) ? [filter(PROXY_FIREWALL, []), filter(SOURCE_RANGES, [])] : [nat(NAT_FIREWALL, [])]),
  ...(features.ipvsAccessFilter ? [filter(IPVS_FILTER, [])] : []),
  ...(features.ipvsOutFilter ? [filter(OUT_FILTER, [])] : []),
];

const LOOPBACK = { IPv4: '127.0.0.0/8', IPv6: '::1/128' } as const;

/** Connections to localhost are of no Service. */
export const loopbackReturn: IpvsSection = ({ features, settings }) =>
  features.ipvsReturnsLoopback
    ? [nat(SERVICES, [{ source: { value: LOOPBACK[settings.ipFamily] }, matches: [], target: RETURN }])]
    : [];

/** Where a rule that looks a packet up in a set stands, and what becomes of the packet. */
interface SetRule {
  readonly set: SetKey;
  readonly chain: string;
  readonly table?: 'filter';
  readonly target: Target;
  /** Which fields of the packet are looked up. */
  readonly fields: string;
  readonly protocol?: 'tcp' | 'udp' | 'sctp';
  readonly when?: (features: Features) => boolean;
}

const MASQUERADE: Target = jump('KUBE-MARK-MASQ');

const LOCAL_SCTP: SetRule = {
  set: 'nodePortLocalSctp',
  chain: NODE_PORT,
  target: RETURN,
  fields: 'dst,dst',
  protocol: 'sctp',
};
const hasSctpSets = ({ ipvsSctpNodePorts }: Features): boolean => ipvsSctpNodePorts !== 'ports';

/** (ipsetWithIptablesChain) */
const SET_RULES: readonly SetRule[] = [
  { set: 'loadBalancer', chain: SERVICES, target: jump(LOAD_BALANCER), fields: 'dst,dst' },
  ...firewallRules(LOAD_BALANCER, NAT_FIREWALL, (features) => !inFilter(features)),
  { set: 'loadBalancerLocal', chain: LOAD_BALANCER, target: RETURN, fields: 'dst,dst' },
  { set: 'nodePortLocalTcp', chain: NODE_PORT, target: RETURN, fields: 'dst', protocol: 'tcp' },
  { set: 'nodePortTcp', chain: NODE_PORT, target: MASQUERADE, fields: 'dst', protocol: 'tcp' },
  { set: 'nodePortLocalUdp', chain: NODE_PORT, target: RETURN, fields: 'dst', protocol: 'udp' },
  { set: 'nodePortUdp', chain: NODE_PORT, target: MASQUERADE, fields: 'dst', protocol: 'udp' },
  // The bitmaps of the oldest releases lead to node ports, and have none masqueraded.
  { set: 'nodePortSctpPorts', chain: SERVICES, target: jump(NODE_PORT), fields: 'dst', protocol: 'sctp' },
  { set: 'nodePortLocalSctpPorts', chain: NODE_PORT, target: RETURN, fields: 'dst', protocol: 'sctp' },
  { ...LOCAL_SCTP, when: (features) => hasSctpSets(features) && features.ipvsSctpLocalFirst },
  {
    set: 'nodePortSctp',
    chain: NODE_PORT,
    target: MASQUERADE,
    fields: 'dst,dst',
    protocol: 'sctp',
  },
  { ...LOCAL_SCTP, when: (features) => hasSctpSets(features) && !features.ipvsSctpLocalFirst },
  ...firewallRules(PROXY_FIREWALL, SOURCE_RANGES, inFilter, 'filter'),
];

function firewallRules(
  from: string,
  firewall: string,
  when: (features: Features) => boolean,
  table?: 'filter',
): readonly SetRule[] {
  const place = table === undefined ? { when } : { when, table };
  const fields = 'dst,dst,src';
  return [
    { set: 'loadBalancerFirewall', chain: from, target: jump(firewall), fields: 'dst,dst', ...place },
    { set: 'loadBalancerSourceCidr', chain: firewall, target: RETURN, fields, ...place },
    { set: 'loadBalancerSourceIp', chain: firewall, target: RETURN, fields, ...place },
  ];
}

/** Endpoints that reach themselves by their Service are masqueraded. The order of the chain is that of kube-proxy. */
export const postrouting: IpvsSection = (context) => {
  const hairpin = context.collected.isEmpty('loopBack')
    ? []
    : [
        nat('KUBE-POSTROUTING', [
          {
            matches: commented('loopBack', 'dst,dst,src', context),
            target: { kind: 'masquerade', randomFully: false },
          },
        ]),
      ];
  const marked = masquerade(context);
  return context.features.masquerading === 'mark-chain' ? [...marked, ...hairpin] : [...hairpin, ...marked];
};

/** A rule for each set with entries. */
export const setRules: IpvsSection = (context) =>
  SET_RULES.filter(
    ({ set, when }) => (when?.(context.features) ?? true) && !context.collected.isEmpty(set),
  ).map(({ set, chain, table, target, fields, protocol }): ChainPart => {
    const rule: Rule = {
      ...(protocol === undefined ? {} : { protocol: { value: protocol } }),
      matches: commented(set, fields, context),
      target,
    };
    return { table: table ?? 'nat', chain, rules: [rule] };
  });

const commented = (set: SetKey, fields: string, context: IpvsContext): readonly Match[] => [
  comment(setComment(set)),
  named(set, fields, context),
];

const named = (set: SetKey, fields: string, { settings, features }: IpvsContext): Match =>
  inSet(setName(set, settings.ipFamily, features), fields);

/** Traffic to cluster IPs from outside the cluster is masqueraded. */
export const clusterIpMasquerade: IpvsSection = (context) => {
  if (context.collected.isEmpty('clusterIp')) return [];
  const { settings } = context;
  const rule = (fields: string): Rule => ({
    matches: commented('clusterIp', fields, context),
    target: MASQUERADE,
  });
  if (settings.masqueradeAll) return [nat(SERVICES, [rule('dst,dst')])];
  const outside = ifNotLocal(settings.localTraffic);
  // Without a way to tell, only connections from a Service's own address are: the node takes it to reach the Service.
  return [nat(SERVICES, [outside === undefined ? rule('src,dst') : { ...outside, ...rule('dst,dst') }])];
};

/** External IPs are masqueraded, unless of policy Local. The node takes what comes from outside, or is its own. */
export const externalIps: IpvsSection = (context) => {
  const portals = (set: SetKey): readonly Rule[] =>
    [FROM_OUTSIDE, [toNode]].map((matches): Rule => ({
      matches: [...commented(set, 'dst,dst', context), ...matches],
      target: ACCEPT,
    }));
  const masqueraded: Rule = { matches: commented('externalIp', 'dst,dst', context), target: MASQUERADE };
  const { isEmpty } = context.collected;
  return [
    ...(isEmpty('externalIp') ? [] : [nat(SERVICES, [masqueraded, ...portals('externalIp')])]),
    ...(isEmpty('externalIpLocal') ? [] : [nat(SERVICES, portals('externalIpLocal'))]),
  ];
};

/** What is for the node may be for a node port; load balancers are masqueraded; all other sources are dropped. */
export const lastResorts: IpvsSection = ({ features }) => [
  nat(SERVICES, [{ matches: [toNode], target: jump(NODE_PORT) }]),
  nat(LOAD_BALANCER, [{ matches: [], target: MASQUERADE }]),
  inFilter(features)
    ? filter(SOURCE_RANGES, [{ matches: [], target: DROP }])
    : nat(NAT_FIREWALL, [{ matches: [], target: toMarkDrop }]),
];

/** The node itself may not use load balancers whose source ranges leave it out. */
export const closedToNode: IpvsSection = ({ collected, features, settings }) =>
  features.ipvsOutFilter
    ? [
        filter(
          OUT_FILTER,
          collected.closedToNode.map(({ ip, protocol, port }): Rule => ({
            source: host(ip, settings.ipFamily),
            matches: [ofVirtualServer(protocol, ip, port)],
            target: DROP,
          })),
        ),
      ]
    : [];

/** No later rule of table nat may take what is for IPVS. (acceptIPVSTraffic) */
export const acceptServed: IpvsSection = (context) =>
  (['clusterIp', 'loadBalancer'] as const)
    .filter((set) => !context.collected.isEmpty(set))
    .map((set) => nat(SERVICES, [{ matches: [named(set, 'dst,dst', context)], target: ACCEPT }]));

/** What was masqueraded or is answered may pass; health checks come in. */
export const letPass: IpvsSection = (context) => [
  filter(FORWARD, acceptForwarded(context)),
  ...(context.features.ipvsHealthChecks
    ? [filter(NODE_PORT, [{ matches: commented('healthCheckNodePort', 'dst', context), target: ACCEPT }])]
    : []),
];

/** Other ports of the addresses of Services lead to nothing on the node. */
export const accessFilter: IpvsSection = (context) => {
  const { features, settings } = context;
  if (!features.ipvsAccessFilter) return [];
  const served: readonly SetKey[] = [
    'loadBalancer',
    'clusterIp',
    'externalIp',
    ...(features.ipvsFilterExternalLocal ? (['externalIpLocal'] as const) : []),
  ];
  const returns = (set: SetKey, fields: string): Rule => ({
    matches: [named(set, fields, context)],
    target: RETURN,
  });
  return [
    filter(IPVS_FILTER, [
      ...served.map((set) => returns(set, 'dst,dst')),
      ...(features.ipvsFilterHealthChecks ? [returns('healthCheckNodePort', 'dst')] : []),
      { matches: [states('NEW'), named('boundIps', 'dst', context)], target: reject(settings.ipFamily) },
    ]),
  ];
};
