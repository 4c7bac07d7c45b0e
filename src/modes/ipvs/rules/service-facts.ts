/** What each service port needs on the node. (syncProxyRules, pkg/proxy/ipvs/proxier.go) */
import { type ServicePort } from '../../../proxy/state.ts';
import { cidrContains, type IpFamily } from '../../../text/ip.ts';
import {
  externalIpEndpoints,
  internalEndpoints,
  loadBalancerEndpoints,
  nodePortEndpoints,
} from './endpoints.ts';
import {
  address,
  barePort,
  entry,
  type Fact,
  type FactContext,
  network,
  type Portal,
  portalParts,
  protocolPort,
} from './facts.ts';
import { type EntryPart } from '../../../netfilter/ipset/model.ts';
import { masqueradesClusterIps } from './masquerades.ts';
import { hasSctpAddresses, isOfOtherFamily, type SetKey } from './set-table.ts';
import { type Features } from '../../../dialect/features.ts';

/** Everything that one service port needs. */
export const servicePortFacts = (port: ServicePort, context: FactContext): readonly Fact[] => [
  ...hairpins(port, context),
  ...clusterIp(port, context),
  ...externalIps(port, context),
  ...loadBalancers(port, context),
  ...nodePort(port, context),
];

/** Endpoints on this node that reach themselves by their Service are masqueraded, whatever their state. */
const hairpins = ({ endpoints, protocol }: ServicePort, { features }: FactContext): readonly Fact[] =>
  (features.ipvsHairpins === 'local' ? endpoints.here : endpoints.cluster).map(({ ip, port }) =>
    entry('loopBack', [address(ip), protocolPort(protocol, port), address(ip)]),
  );

const portalOf = ({ protocol, port }: ServicePort, ip: string): Portal => ({ ip, protocol, port });

function clusterIp(port: ServicePort, { features, settings }: FactContext): readonly Fact[] {
  const ip = port.clusterIP;
  return [
    ...(masqueradesClusterIps(settings) || features.ipvsClusterIpSet === 'always'
      ? [entry('clusterIp', portalParts(portalOf(port, ip)))]
      : []),
    {
      kind: 'server',
      ip,
      port: port.port,
      service: port,
      endpoints: internalEndpoints(port, features),
      isClusterIp: true,
    },
    { kind: 'bound', ip },
  ];
}

function externalIps(port: ServicePort, context: FactContext): readonly Fact[] {
  const { features } = context;
  const isLocal = port.externalPolicyLocal && features.localPolicyForExternalIps;
  const set: SetKey = isLocal ? 'externalIpLocal' : 'externalIp';
  const endpoints = externalIpEndpoints(port, features);
  return port.externalIPs.flatMap((ip): readonly Fact[] => [
    entry(set, portalParts(portalOf(port, ip))),
    { kind: 'server', ip, port: port.port, service: port, endpoints },
    ...bound(ip, context),
  ]);
}

/** Whether an external IP or one of a load balancer is bound, too. One of another interface may stay there alone. */
const bound = (ip: string, { features, ownIps }: FactContext): readonly Fact[] =>
  features.ipvsBinds === 'all' || (features.ipvsBinds === 'not-of-node' && !ownIps.has(ip))
    ? [{ kind: 'bound', ip }]
    : [];

function loadBalancers(port: ServicePort, context: FactContext): readonly Fact[] {
  const endpoints = loadBalancerEndpoints(port, context.features);
  return port.loadBalancerIPs.flatMap((ip): readonly Fact[] => [
    ...loadBalancerEntries(port, portalOf(port, ip), context),
    ...sourceRanges(port, portalOf(port, ip), context),
    { kind: 'server', ip, port: port.port, service: port, endpoints },
    ...bound(ip, context),
  ]);
}

/** The sets that tell whether traffic to a load balancer is masqueraded, and whether its source is looked at. */
function loadBalancerEntries(
  { externalPolicyLocal, sourceRanges: ranges }: ServicePort,
  portal: Portal,
  { features }: FactContext,
): readonly Fact[] {
  const parts = portalParts(portal);
  const isFiltered = ranges.length > 0;
  if (features.ipvsRules !== 'by-chain')
    return [
      ...(isFiltered ? [entry('loadBalancer', parts)] : []),
      ...(externalPolicyLocal ? [] : [entry('loadBalancerMasquerade', parts)]),
    ];
  return [
    entry('loadBalancer', parts),
    ...(externalPolicyLocal ? [entry('loadBalancerLocal', parts)] : []),
    ...(isFiltered ? [entry('loadBalancerFirewall', parts)] : []),
  ];
}

/** Only allowed sources reach the load balancer; the node itself is one when a range holds its address. */
function sourceRanges(
  { sourceRanges: ranges }: ServicePort,
  portal: Portal,
  { settings: { nodeIP } }: FactContext,
): readonly Fact[] {
  if (ranges.length === 0) return [];
  const parts = portalParts(portal);
  const isNodeAllowed = nodeIP !== undefined && ranges.some((range) => cidrContains(range, nodeIP));
  return [
    ...ranges.map((range) => entry('loadBalancerSourceCidr', [...parts, network(range)])),
    isNodeAllowed
      ? entry('loadBalancerSourceIp', [...parts, address(portal.ip)])
      : { kind: 'closed-to-node', portal },
  ];
}

/**
 * ipset refuses a network of all addresses, and addresses of another family than the set's. kube-proxy counts them as
 * if they were there.
 */
export const isRefusedEntry = (
  { set, parts }: Extract<Fact, { kind: 'entry' }>,
  family: IpFamily,
  features: Features,
): boolean =>
  isOfOtherFamily(set, family, features) ||
  parts.some((part) => part.kind === 'address' && part.prefix === 0);

function nodePort(port: ServicePort, context: FactContext): readonly Fact[] {
  const { features, nodeIps } = context;
  // Without such addresses kube-proxy skips the health check, too.
  if (port.nodePort !== undefined && nodeIps === undefined) return [];
  const check = features.ipvsHealthChecks ? port.healthCheckNodePort : undefined;
  return [
    ...(port.nodePort === undefined ? [] : nodePortServers(port, port.nodePort, nodeIps ?? [], context)),
    ...(check === undefined ? [] : [entry('healthCheckNodePort', [barePort(check)])]),
  ];
}

function nodePortServers(
  port: ServicePort,
  number: number,
  nodeIps: readonly string[],
  { features, settings }: FactContext,
): readonly Fact[] {
  const { protocol, externalPolicyLocal } = port;
  // An SCTP node port stands with each of these addresses, where sets of addresses hold them.
  const own = settings.nodeIP === undefined ? [] : [settings.nodeIP];
  const sctpIps = features.ipvsSctpNodePorts === 'node-ip' ? own : nodeIps;
  const hasAddresses = protocol === 'sctp' && hasSctpAddresses(features);
  const entries: readonly (readonly EntryPart[])[] = hasAddresses
    ? sctpIps.map((ip) => portalParts({ ip, protocol, port: number }))
    : [[barePort(number)]];
  const [all, local] = hasAddresses ? SCTP_SETS : NODE_PORT_SETS[protocol];
  const endpoints = nodePortEndpoints(port, features);
  // Before there were sets of node ports of policy Local, these were in none.
  const isInAll = !externalPolicyLocal || features.ipvsRules === 'by-chain';
  return [
    ...entries.flatMap((parts) => [
      ...(isInAll ? [entry(all, parts)] : []),
      ...(externalPolicyLocal ? [entry(local, parts)] : []),
    ]),
    ...nodeIps.map((ip): Fact => ({ kind: 'server', ip, port: number, service: port, endpoints })),
  ];
}

const SCTP_SETS = ['nodePortSctp', 'nodePortLocalSctp'] as const;

const NODE_PORT_SETS = {
  tcp: ['nodePortTcp', 'nodePortLocalTcp'],
  udp: ['nodePortUdp', 'nodePortLocalUdp'],
  sctp: ['nodePortSctpPorts', 'nodePortLocalSctpPorts'],
} as const satisfies Readonly<Record<ServicePort['protocol'], readonly [SetKey, SetKey]>>;
