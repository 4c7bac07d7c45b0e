import { type ChainedPort } from '../chained-port.ts';
import { filter, nat, type RuleContext, type ServicePortSection } from '../part.ts';
import { ACCEPT, comment, jump, toNodePort } from '../pieces.ts';

/**
 * Returns true when the node has an address for node ports. A loopback address counts even when it cannot
 * serve them.
 */
const hasNodePortAddress = ({ state: { nodePortAddresses } }: RuleContext): boolean =>
  nodePortAddresses.kind === 'all' || nodePortAddresses.ips.length > 0;

/** Returns true when kube-proxy writes rules for node ports on this node. */
export const servesNodePort = (context: RuleContext): boolean =>
  context.features.unmatchedNodePorts === 'unreachable' || hasNodePortAddress(context);

/**
 * Returns true when kube-proxy skips the rest of a service port after its node port, so that its chains stay empty.
 * (syncProxyRules, v1.22)
 */
export const breaksOff = ({ service: { nodePort } }: ChainedPort, context: RuleContext): boolean =>
  nodePort !== undefined &&
  context.features.unmatchedNodePorts === 'break-off' &&
  !hasNodePortAddress(context);

/** Builds the rules of KUBE-NODEPORTS, which lead to KUBE-EXT and count packets of localhost. */
export const nodePortPortal: ServicePortSection = (port, context) => {
  const { nodePort } = port.service;
  if (nodePort === undefined || !port.endpoints.usable || !servesNodePort(context)) return [];
  const { settings, features } = context;
  const target = jump(port.chains.external);
  const rule = { ...toNodePort(port.service, nodePort, port.service.name), target };
  const countsLocalhost =
    features.nfacctCounters && settings.nfacct && settings.localhostNodePorts && settings.ipFamily === 'IPv4';
  if (!countsLocalhost) return [nat('KUBE-NODEPORTS', [rule])];
  const counted = {
    ...rule,
    destination: { value: '127.0.0.0/8' },
    matches: [...rule.matches, { kind: 'nfacct', counter: 'localhost_nps_accepted_pkts' } as const],
  };
  return [nat('KUBE-NODEPORTS', [counted, rule])];
};

/** Accepts packets to the port where load balancers check whether the node has endpoints. */
export const healthCheckNodePort: ServicePortSection = (port, context) => {
  if (port.service.healthCheckNodePort === undefined || !context.features.healthCheckAccept) return [];
  if (breaksOff(port, context)) return [];
  return [
    filter('KUBE-NODEPORTS', [
      {
        protocol: { value: 'tcp' },
        matches: [
          comment(`${port.service.name} health check node port`),
          { kind: 'port', protocol: 'tcp', destination: port.service.healthCheckNodePort },
        ],
        target: ACCEPT,
      },
    ]),
  ];
};
