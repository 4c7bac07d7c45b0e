/**
 * The rules of mode ipvs, in the order in which kube-proxy writes them. (writeIptablesRules, pkg/proxy/ipvs/proxier.go)
 */
import { type Features } from '../../../dialect/features.ts';
import { type Rule, type Target } from '../../../netfilter/iptables/model.ts';
import { type ChainPart, filter, nat } from '../../iptables/rules/part.ts';
import { acceptForwarded, masquerade } from '../../iptables/rules/sections/node-chains.ts';
import {
  ACCEPT,
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
import { type IpvsSection } from './part.ts';
import {
  FORWARD,
  inFilter,
  IPVS_FILTER,
  LOAD_BALANCER,
  NAT_FIREWALL,
  NODE_PORT,
  OUT_FILTER,
  PROXY_FIREWALL,
  SERVICES,
  SOURCE_RANGES,
} from './chains.ts';
import { ofVirtualServer } from './pieces.ts';
import { commented, MASQUERADE, named } from './set-matches.ts';
import { hasSctpAddresses, type SetKey } from './set-table.ts';

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

const LOCAL_SCTP: SetRule = {
  set: 'nodePortLocalSctp',
  chain: NODE_PORT,
  target: RETURN,
  fields: 'dst,dst',
  protocol: 'sctp',
};
const byProtocol = ({ ipvsNodePortRules }: Features): boolean => ipvsNodePortRules === 'by-protocol';
const notByProtocol = (features: Features): boolean => !byProtocol(features);

/** (ipsetWithIptablesChain) */
const SET_RULES: readonly SetRule[] = [
  { set: 'loadBalancer', chain: SERVICES, target: jump(LOAD_BALANCER), fields: 'dst,dst' },
  ...firewallRules(LOAD_BALANCER, NAT_FIREWALL, (features) => !inFilter(features)),
  { set: 'loadBalancerLocal', chain: LOAD_BALANCER, target: RETURN, fields: 'dst,dst' },
  { set: 'nodePortTcp', chain: SERVICES, target: jump(NODE_PORT), fields: 'dst', when: notByProtocol },
  { set: 'nodePortLocalTcp', chain: NODE_PORT, target: RETURN, fields: 'dst', when: notByProtocol },
  {
    set: 'nodePortLocalTcp',
    chain: NODE_PORT,
    target: RETURN,
    fields: 'dst',
    protocol: 'tcp',
    when: byProtocol,
  },
  {
    set: 'nodePortTcp',
    chain: NODE_PORT,
    target: MASQUERADE,
    fields: 'dst',
    protocol: 'tcp',
    when: byProtocol,
  },
  {
    set: 'nodePortLocalUdp',
    chain: NODE_PORT,
    target: RETURN,
    fields: 'dst',
    protocol: 'udp',
    when: byProtocol,
  },
  {
    set: 'nodePortUdp',
    chain: NODE_PORT,
    target: MASQUERADE,
    fields: 'dst',
    protocol: 'udp',
    when: byProtocol,
  },
  // The bitmaps of the oldest releases lead to node ports, and have none masqueraded.
  { set: 'nodePortSctpPorts', chain: SERVICES, target: jump(NODE_PORT), fields: 'dst', protocol: 'sctp' },
  { set: 'nodePortLocalSctpPorts', chain: NODE_PORT, target: RETURN, fields: 'dst', protocol: 'sctp' },
  { ...LOCAL_SCTP, when: (features) => hasSctpAddresses(features) && features.ipvsSctpLocalFirst },
  {
    set: 'nodePortSctp',
    chain: NODE_PORT,
    target: MASQUERADE,
    fields: 'dst,dst',
    protocol: 'sctp',
  },
  { ...LOCAL_SCTP, when: (features) => hasSctpAddresses(features) && !features.ipvsSctpLocalFirst },
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
  ...(byProtocol(features) ? [nat(SERVICES, [{ matches: [toNode], target: jump(NODE_PORT) }])] : []),
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
  ...(context.features.ipvsForwardRules ? [filter(FORWARD, acceptForwarded(context))] : []),
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
