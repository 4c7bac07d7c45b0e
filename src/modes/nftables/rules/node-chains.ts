/** Chains that are there whatever the Services are, and their rules. (setupNFTables and syncProxyRules, proxier.go) */
import { type Features } from '../../../dialect/features.ts';
import { intervalSet } from '../../../netfilter/nftables/intervals.ts';
import { type Expression, type Rule, type Statement } from '../../../netfilter/nftables/model.ts';
import { chain, type NodeSection, type Part, type RuleContext, rules } from './part.ts';
import {
  concat,
  destinationOf,
  DROP,
  ifLocal,
  ifMarked,
  inSet,
  jump,
  mark,
  MASQUERADE,
  match,
  notLoopback,
  PORT,
  PROTOCOL,
  REJECT,
  remarked,
  RETURN,
  rule,
  sourceOf,
  TO_NODE,
  unmark,
  vmap,
  word,
} from './pieces.ts';

/** The chains in the order in which kube-proxy makes them. */
export const nodeChains: NodeSection = ({ features }) => [
  ...standingChains(features).map(chain),
  {
    kind: 'chain',
    name: 'reject-chain',
    ...(features.nftObjectComments && {
      comment: 'helper for @no-endpoint-services / @no-endpoint-nodeports',
    }),
  },
  ...(features.nftFirewall === 'sets' ? [chain('firewall-allow-check')] : []),
];

function standingChains(features: Features): readonly string[] {
  const endpointChecks =
    features.nftEndpointsCheck === 'one-chain'
      ? ['endpoints-check']
      : ['nodeport-endpoints-check', 'service-endpoints-check'];
  return [
    ...endpointChecks,
    ...(features.nftDropInvalid ? ['forward'] : []),
    ...['firewall-check', 'services', 'masquerading'],
    ...(features.nftClusterIpsCheck ? ['cluster-ips-check'] : []),
    ...(features.nftMarking === 'chain' ? ['mark-for-masquerade'] : []),
  ];
}

const portal = ({ settings }: RuleContext): Expression =>
  concat([destinationOf(settings.ipFamily), PROTOCOL, PORT]);

const nodePort = concat([PROTOCOL, PORT]);

/** Which packets are for node ports: those to certain addresses, or to any of the node's. */
function toNodePorts({ state, settings }: RuleContext, asksForNode: boolean): readonly Statement[] {
  const { ipFamily } = settings;
  if (state.nodePortAddresses.kind === 'some') {
    return [match(destinationOf(ipFamily), inSet('nodeport-ips'))];
  }
  return asksForNode ? [TO_NODE, notLoopback(ipFamily)] : [notLoopback(ipFamily)];
}

/** What becomes of traffic to Services and node ports without endpoints. */
export const endpointChecks: NodeSection = (context) => {
  const services = rule([vmap(portal(context), inSet('no-endpoint-services'))]);
  const isOneChain = context.features.nftEndpointsCheck === 'one-chain';
  // Hook input sees nothing but packets for the node, so that only the older chain has to ask.
  const nodePorts = rule([
    ...toNodePorts(context, isOneChain),
    vmap(nodePort, inSet('no-endpoint-nodeports')),
  ]);
  const parts: readonly Part[] = isOneChain
    ? [rules('endpoints-check', [services, nodePorts])]
    : [rules('nodeport-endpoints-check', [nodePorts]), rules('service-endpoints-check', [services])];
  return [...parts, rules('reject-chain', [rule([REJECT])])];
};

/** Packets that conntrack calls invalid are dropped, unless it is told to be liberal. */
export const invalidPackets: NodeSection = ({ settings, features }) =>
  features.nftDropInvalid && !settings.tcpBeLiberal
    ? [rules('forward', [rule([match({ kind: 'ct', key: 'state' }, word('invalid')), DROP])])]
    : [];

/** Load-balancer traffic that has to pass source ranges. */
export const firewallChecks: NodeSection = (context) => {
  const key = portal(context);
  if (context.features.nftFirewall === 'chains') {
    return [rules('firewall-check', [rule([vmap(key, inSet('firewall-ips'))])])];
  }
  const withSource = concat([
    destinationOf(context.settings.ipFamily),
    PROTOCOL,
    PORT,
    sourceOf(context.settings.ipFamily),
  ]);
  return [
    rules('firewall-check', [rule([match(key, inSet('firewall')), jump('firewall-allow-check')])]),
    rules('firewall-allow-check', [rule([match(withSource, inSet('firewall-allow')), RETURN]), rule([DROP])]),
  ];
};

/** Where traffic to Services and node ports goes. */
export const services: NodeSection = (context) => [
  rules('services', [
    ...clusterIpMasquerade(context),
    rule([vmap(portal(context), inSet('service-ips'))]),
    rule([...toNodePorts(context, true), vmap(nodePort, inSet('service-nodeports'))]),
  ]),
];

/** One rule for all cluster IPs, where the release has no rule for each. */
function clusterIpMasquerade({ settings, features }: RuleContext): readonly Rule[] {
  if (features.nftClusterIpMasquerade !== 'one-rule') return [];
  const toClusterIp = match(destinationOf(settings.ipFamily), inSet('cluster-ips'));
  if (settings.masqueradeAll) {
    return [remarked('masquerade all clusterIP traffic', [toClusterIp, mark(settings)])];
  }
  const fromOutside = ifLocal(settings.localTraffic, '!=', settings.ipFamily, features);
  if (fromOutside === undefined) return [];
  return [
    remarked('masquerade clusterIP traffic from outside cluster', [toClusterIp, fromOutside, mark(settings)]),
  ];
}

/** Marked packets, and those of endpoints to themselves, leave with an address of the node. */
export const masquerading: NodeSection = ({ settings, features }) => {
  if (features.nftMarking === 'chain') {
    return [
      rules('masquerading', [
        rule([ifMarked(settings, '=='), RETURN]),
        rule([unmark(settings)]),
        rule([MASQUERADE]),
      ]),
      rules('mark-for-masquerade', [rule([mark(settings)])]),
    ];
  }
  const { ipFamily } = settings;
  const connection = concat([sourceOf(ipFamily), destinationOf(ipFamily), PROTOCOL, PORT]);
  const translated = match({ kind: 'ct', key: 'status' }, word('dnat'));
  return [
    rules('masquerading', [
      rule([ifMarked(settings, '!='), unmark(settings), MASQUERADE]),
      rule([translated, match(connection, inSet('hairpin-connections')), MASQUERADE]),
    ]),
  ];
};

/**
 * Rejects or drops traffic to cluster IPs that no Service serves: to an unknown port, or to an unused
 * address.
 */
export const clusterIpsCheck: NodeSection = ({ state, settings, features }) => {
  if (!features.nftClusterIpsCheck) return [];
  const destination = destinationOf(settings.ipFamily);
  const unknownPort = remarked('Reject traffic to invalid ports of ClusterIPs', [
    match(destination, inSet('cluster-ips')),
    REJECT,
  ]);
  const networks = features.nftServiceCidrs ? state.serviceCidrs : [];
  const unallocated =
    networks.length === 0
      ? []
      : [
          remarked('Drop traffic to unallocated ClusterIPs', [
            match(destination, intervalSet(networks)),
            DROP,
          ]),
        ];
  return [rules('cluster-ips-check', [unknownPort, ...unallocated])];
};
