/** What each service port needs on the node. (syncProxyRules, pkg/proxy/ipvs/proxier.go) */
import { type ServicePort } from '../../../proxy/state.ts';
import { cidrContains } from '../../../text/ip.ts';
import { externalEndpoints, internalEndpoints, loadBalancerEndpoints } from './endpoints.ts';
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
import { type SetKey } from './set-table.ts';

/** Everything that one service port needs. */
export const servicePortFacts = (port: ServicePort, context: FactContext): readonly Fact[] => [
  ...hairpins(port),
  ...clusterIp(port, context),
  ...externalIps(port, context),
  ...loadBalancers(port, context),
  ...nodePort(port, context),
];

/** Endpoints on this node that reach themselves by their Service are masqueraded, whatever their state. */
const hairpins = ({ endpoints, protocol }: ServicePort): readonly Fact[] =>
  endpoints.here.map(({ ip, port }) =>
    entry('loopBack', [address(ip), protocolPort(protocol, port), address(ip)]),
  );

const portalOf = ({ protocol, port }: ServicePort, ip: string): Portal => ({ ip, protocol, port });

function clusterIp(port: ServicePort, { features }: FactContext): readonly Fact[] {
  const ip = port.clusterIP;
  return [
    entry('clusterIp', portalParts(portalOf(port, ip))),
    { kind: 'server', ip, port: port.port, service: port, endpoints: internalEndpoints(port, features) },
    { kind: 'bound', ip },
  ];
}

function externalIps(port: ServicePort, context: FactContext): readonly Fact[] {
  const { features } = context;
  const isLocal = port.externalPolicyLocal && features.localPolicyForExternalIps;
  const set: SetKey = isLocal ? 'externalIpLocal' : 'externalIp';
  const endpoints = isLocal ? externalEndpoints(port, features) : port.endpoints.cluster;
  return port.externalIPs.flatMap((ip): readonly Fact[] => [
    entry(set, portalParts(portalOf(port, ip))),
    { kind: 'server', ip, port: port.port, service: port, endpoints },
    ...bound(ip, context),
  ]);
}

/** An address of another interface stays there alone, in releases that look. */
const bound = (ip: string, { features, ownIps }: FactContext): readonly Fact[] =>
  features.ipvsBindsNodeAddresses || !ownIps.has(ip) ? [{ kind: 'bound', ip }] : [];

function loadBalancers(port: ServicePort, context: FactContext): readonly Fact[] {
  const endpoints = loadBalancerEndpoints(port, context.features);
  return port.loadBalancerIPs.flatMap((ip): readonly Fact[] => {
    const parts = portalParts(portalOf(port, ip));
    return [
      entry('loadBalancer', parts),
      ...(port.externalPolicyLocal ? [entry('loadBalancerLocal', parts)] : []),
      ...sourceRanges(port, portalOf(port, ip), context),
      { kind: 'server', ip, port: port.port, service: port, endpoints },
      ...bound(ip, context),
    ];
  });
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
    entry('loadBalancerFirewall', parts),
    ...ranges.map((range) => entry('loadBalancerSourceCidr', [...parts, network(range)])),
    isNodeAllowed
      ? entry('loadBalancerSourceIp', [...parts, address(portal.ip)])
      : { kind: 'closed-to-node', portal },
  ];
}

/** ipset refuses a network of all addresses. kube-proxy counts it as if it were there. */
export const isRefusedEntry = ({ parts }: Extract<Fact, { kind: 'entry' }>): boolean =>
  parts.some((part) => part.kind === 'address' && part.prefix === 0);

function nodePort(port: ServicePort, context: FactContext): readonly Fact[] {
  const { features, nodeIps } = context;
  // Without such addresses kube-proxy skips the health check, too.
  if (port.nodePort !== undefined && nodeIps.length === 0) return [];
  const check = features.ipvsHealthChecks ? port.healthCheckNodePort : undefined;
  return [
    ...(port.nodePort === undefined ? [] : nodePortServers(port, port.nodePort, context)),
    ...(check === undefined ? [] : [entry('healthCheckNodePort', [barePort(check)])]),
  ];
}

const NODE_PORT_SETS = {
  tcp: ['nodePortTcp', 'nodePortLocalTcp'],
  udp: ['nodePortUdp', 'nodePortLocalUdp'],
} as const;

function nodePortServers(port: ServicePort, number: number, context: FactContext): readonly Fact[] {
  const { protocol, externalPolicyLocal } = port;
  const entries = protocol === 'sctp' ? sctpEntries : bitmapEntries;
  const endpoints = externalEndpoints(port, context.features);
  return [
    ...entries(protocol, number, externalPolicyLocal, context),
    ...context.nodeIps.map((ip): Fact => ({ kind: 'server', ip, port: number, service: port, endpoints })),
  ];
}

type NodePortEntries = (
  protocol: ServicePort['protocol'],
  port: number,
  isLocal: boolean,
  context: FactContext,
) => readonly Fact[];

const bitmapEntries: NodePortEntries = (protocol, port, isLocal) => {
  const [all, local] = NODE_PORT_SETS[protocol === 'udp' ? 'udp' : 'tcp'];
  return [entry(all, [barePort(port)]), ...(isLocal ? [entry(local, [barePort(port)])] : [])];
};

const sctpEntries: NodePortEntries = (
  protocol,
  port,
  isLocal,
  { features, nodeIps, settings: { nodeIP } },
) => {
  if (features.ipvsSctpNodePorts === 'ports')
    return [
      entry('nodePortSctpPorts', [barePort(port)]),
      ...(isLocal ? [entry('nodePortLocalSctpPorts', [barePort(port)])] : []),
    ];
  const own = nodeIP === undefined ? [] : [nodeIP];
  const ips = features.ipvsSctpNodePorts === 'node-ip' ? own : nodeIps;
  return ips.flatMap((ip) => {
    const parts = portalParts({ ip, protocol, port });
    return [entry('nodePortSctp', parts), ...(isLocal ? [entry('nodePortLocalSctp', parts)] : [])];
  });
};
