/** Chains of one service port, and what leads to them. (syncProxyRules, proxier.go) */
import { intervalSet } from '../../../netfilter/nftables/intervals.ts';
import { type Rule } from '../../../netfilter/nftables/model.ts';
import { addressBits, type Cidr, cidrContains } from '../../../text/ip.ts';
import { type NamedPort } from './named-port.ts';
import { elementComment } from './names.ts';
import { chain, elements, type Part, type RuleContext, rules, type ServicePortSection } from './part.ts';
import {
  concat,
  destinationOf,
  DROP,
  FROM_NODE,
  goto,
  ifLocal,
  leading,
  mark,
  markForMasquerade,
  match,
  network,
  number,
  portOf,
  remarked,
  rule,
  sourceOf,
  word,
} from './pieces.ts';

/** Whether source ranges decide who may reach the load balancer. */
const hasFirewall = (port: NamedPort): boolean =>
  port.loadBalancerIPs.length > 0 && port.sourceRanges.length > 0;

/** The addresses of the node's outside, where traffic to the service port comes in. */
const externalAddresses = (port: NamedPort): readonly string[] => [
  ...port.externalIPs,
  ...port.loadBalancerIPs,
];

/** Leads the cluster IP, external IPs, load-balancer IPs and the node port to the chains of the service port. */
export const servicePortals: ServicePortSection = (port, { features }) => {
  const { chains, protocol } = port;
  const portal = (ip: string, to: string) =>
    leading(concat([word(ip), word(protocol), number(port.port)]), goto(to));
  const services = port.internalChain === undefined ? [] : [portal(port.clusterIP, port.internalChain)];
  const external = port.isServed ? externalAddresses(port).map((ip) => portal(ip, chains.external)) : [];
  const nodePorts =
    port.isServed && port.nodePort !== undefined
      ? [leading(concat([word(protocol), number(port.nodePort)]), goto(chains.external))]
      : [];
  return [
    ...(features.nftClusterIpsCheck ? [elements('cluster-ips', [{ key: word(port.clusterIP) }])] : []),
    elements('service-ips', [...services, ...external]),
    elements('service-nodeports', nodePorts),
  ];
};

/** Rejects traffic to a service port without endpoints; drops what only endpoints of other nodes could serve. */
export const unserved: ServicePortSection = (port, { features }) => {
  const { protocol } = port;
  const comment = elementComment(port.name, features);
  const verdict = port.isServed ? DROP : goto('reject-chain');
  const portal = (ip: string) =>
    leading(concat([word(ip), word(protocol), number(port.port)]), verdict, comment);
  const internal = port.internalChain === undefined ? [portal(port.clusterIP)] : [];
  if (port.externalPolicyChain !== undefined) return [elements('no-endpoint-services', internal)];
  const nodePorts =
    port.nodePort === undefined
      ? []
      : [leading(concat([word(protocol), number(port.nodePort)]), verdict, comment)];
  return [
    elements('no-endpoint-services', [...internal, ...externalAddresses(port).map(portal)]),
    elements('no-endpoint-nodeports', nodePorts),
  ];
};

/** Marks what comes from outside and sends it to endpoints; with policy Local pods and the node itself go to any. */
export const externalChain: ServicePortSection = (port, context) => {
  if (!port.isServed || !port.externallyAccessible) return [];
  const { settings, features } = context;
  const masquerade: Rule =
    features.nftMarking === 'inline'
      ? remarked('masquerade', [mark(settings)])
      : rule([markForMasquerade(settings, features)]);
  const before = port.externalPolicyLocal ? shortCuts(port, context) : [masquerade];
  const onward = port.externalPolicyChain === undefined ? [] : [rule([goto(port.externalPolicyChain)])];
  return [chain(port.chains.external), rules(port.chains.external, [...before, ...onward])];
};

function shortCuts(port: NamedPort, { settings, features }: RuleContext): readonly Rule[] {
  const toAny = goto(port.chains.service);
  const fromPods = ifLocal(settings.localTraffic, '==', settings.ipFamily, features);
  return [
    ...(fromPods === undefined ? [] : [remarked('short-circuit pod traffic', [fromPods, toAny])]),
    remarked('masquerade local traffic', [FROM_NODE, markForMasquerade(settings, features)]),
    remarked('short-circuit local traffic', [FROM_NODE, toAny]),
  ];
}

/** Drops load-balancer traffic from anywhere but the source ranges. */
export const firewall: ServicePortSection = (port, context) => {
  if (!hasFirewall(port)) return [];
  return context.features.nftFirewall === 'sets' ? firewallSets(port, context) : firewallChain(port, context);
};

/**
 * Returns true when the node's address is in the source ranges. Its packets may then also have the load
 * balancer's address as source, because that address is bound on the node.
 */
function isNodeAllowed({ sourceRanges }: NamedPort, { settings: { nodeIP } }: RuleContext): boolean {
  return nodeIP !== undefined && sourceRanges.some((range) => cidrContains(range, nodeIP));
}

function firewallChain(port: NamedPort, context: RuleContext): readonly Part[] {
  const { settings, features } = context;
  const { ipFamily } = settings;
  const ownAddresses = isNodeAllowed(port, context) ? port.loadBalancerIPs : [];
  const hosts = ownAddresses.map((address): Cidr => ({
    family: ipFamily,
    address,
    prefix: addressBits(ipFamily),
  }));
  const allowed = intervalSet([...port.sourceRanges, ...hosts]);
  const comment = features.nftFirewallComments ? port.name : undefined;
  const portals = port.loadBalancerIPs.map((ip) =>
    leading(concat([word(ip), word(port.protocol), number(port.port)]), goto(port.chains.firewall), comment),
  );
  return [
    elements('firewall-ips', portals),
    chain(port.chains.firewall),
    rules(port.chains.firewall, [rule([match(sourceOf(ipFamily), allowed, '!='), DROP])]),
  ];
}

function firewallSets(port: NamedPort, context: RuleContext): readonly Part[] {
  const { name: comment, loadBalancerIPs, sourceRanges } = port;
  const fields = (ip: string) => [word(ip), word(port.protocol), number(port.port)];
  const allowed = loadBalancerIPs.flatMap((ip) => [
    ...sourceRanges.map((range) => ({ key: concat([...fields(ip), network(range)]), comment })),
    ...(isNodeAllowed(port, context) ? [{ key: concat([...fields(ip), word(ip)]) }] : []),
  ]);
  return [
    elements(
      'firewall',
      loadBalancerIPs.map((ip) => ({ key: concat(fields(ip)), comment })),
    ),
    elements('firewall-allow', allowed),
  ];
}

/** Masquerades traffic to the cluster IP from outside, where each service port has a rule for that. */
export const clusterIpMasquerade: ServicePortSection = (port, { settings, features }) => {
  if (port.internalChain === undefined || features.nftClusterIpMasquerade === 'one-rule') return [];
  const { ipFamily, masqueradeAll, localTraffic } = settings;
  const fromOutside = masqueradeAll ? undefined : ifLocal(localTraffic, '!=', ipFamily, features);
  if (!masqueradeAll && fromOutside === undefined) return [];
  const masquerade = rule([
    match(destinationOf(ipFamily), word(port.clusterIP)),
    ...(features.nftClusterIpMasquerade === 'each-port'
      ? [match(portOf(port.protocol), number(port.port))]
      : []),
    ...(fromOutside === undefined ? [] : [fromOutside]),
    markForMasquerade(settings, features),
  ]);
  return [rules(port.internalChain, [masquerade])];
};
