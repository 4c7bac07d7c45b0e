/**
 * Chains by traffic policy: KUBE-SVC spreads over the endpoints of policy Cluster, KUBE-SVL over those of policy Local.
 * KUBE-EXT receives traffic from outside, KUBE-FW traffic that must match source ranges first. (syncProxyRules from
 * kubernetes#109060 on)
 */
import { type ChainedPort } from '../chained-port.ts';
import { cidrContains } from '../../../../text/ip.ts';
import { type Rule } from '../../../../netfilter/iptables/model.ts';
import { type ChainPart, filter, nat, own, type RuleContext, type ServicePortSection } from '../part.ts';
import {
  comment,
  DROP,
  fromNetwork,
  fromNode,
  fromOrigin,
  host,
  ifLocal,
  ifNotLocal,
  jump,
  toMarkDrop,
  toMarkMasq,
  toPortal,
} from '../pieces.ts';
import { spreadComments, spreadOver } from './endpoint-chains.ts';

const internalChain = (port: ChainedPort): string =>
  port.service.internalPolicyLocal ? port.chains.local : port.chains.service;

const usesFirewall = (port: ChainedPort): boolean =>
  port.endpoints.usable && port.service.loadBalancerIPs.length > 0 && port.service.sourceRanges.length > 0;

/** Builds the rules of KUBE-SERVICES that lead the cluster IP, external IPs and load-balancer IPs to their chains. */
export const servicePortals: ServicePortSection = (port, { settings }) => {
  const { service, endpoints, chains } = port;
  const portal = (ip: string, what: string, chain: string): Rule => ({
    ...toPortal(service, ip, `${service.name} ${what}`, settings),
    target: jump(chain),
  });
  const rules: Rule[] = [];
  if (port.servesInternal) rules.push(portal(service.clusterIP, 'cluster IP', internalChain(port)));
  if (endpoints.usable) {
    const { external, firewall } = chains;
    const balanced = usesFirewall(port) ? firewall : external;
    for (const ip of service.externalIPs) rules.push(portal(ip, 'external IP', external));
    for (const ip of service.loadBalancerIPs) rules.push(portal(ip, 'loadbalancer IP', balanced));
  }
  return [nat('KUBE-SERVICES', rules)];
};

/** Masquerades traffic to the cluster IP from outside the cluster, because it may leave for another node. */
export const clusterIpMasquerade: ServicePortSection = (port, { settings, features }) => {
  if (!port.servesInternal) return [];
  const fromOutside = settings.masqueradeAll ? {} : ifNotLocal(settings.localTraffic);
  if (fromOutside === undefined) return [];
  const { service } = port;
  const portal = toPortal(service, service.clusterIP, `${service.name} cluster IP`, settings);
  return [own(internalChain(port), [fromOrigin(fromOutside, portal, toMarkMasq(features))])];
};

/**
 * Builds KUBE-EXT. It masquerades all traffic; with policy Local it sends pods and the node itself to all endpoints and
 * other traffic to local ones.
 */
export const externalChain: ServicePortSection = (port, context) => {
  if (!port.endpoints.usable || !port.service.externallyAccessible) return [];
  const { features } = context;
  const { external, local, service } = port.chains;
  const rules = port.service.externalPolicyLocal
    ? shortCuts(port, context)
    : [
        {
          matches: [comment(`masquerade traffic for ${port.service.name} external destinations`)],
          target: toMarkMasq(features),
        },
      ];
  const onward: readonly Rule[] = port.servesExternal
    ? [{ matches: [], target: jump(port.service.externalPolicyLocal ? local : service) }]
    : [];
  return [own(external, [...rules, ...onward])];
};

function shortCuts(port: ChainedPort, { settings, features }: RuleContext): readonly Rule[] {
  const destinations = `${port.service.name} external destinations`;
  const toAll = jump(port.chains.service);
  const fromPods = ifLocal(settings.localTraffic);
  const pods: readonly Rule[] =
    fromPods === undefined
      ? []
      : [{ ...fromPods, matches: [comment(`pod traffic for ${destinations}`)], target: toAll }];
  return [
    ...pods,
    {
      matches: [comment(`masquerade LOCAL traffic for ${destinations}`), fromNode],
      target: toMarkMasq(features),
    },
    { matches: [comment(`route LOCAL traffic for ${destinations}`), fromNode], target: toAll },
  ];
}

/** Builds KUBE-FW. It accepts the source ranges; other packets are dropped, by a mark or in KUBE-PROXY-FIREWALL. */
export const firewallChain: ServicePortSection = (port, context) => {
  if (!usesFirewall(port)) return [];
  return context.features.blockedTraffic === 'mark-drop'
    ? [own(port.chains.firewall, markedFirewall(port, context))]
    : filteredFirewall(port, context);
};

/**
 * Returns the rules for source ranges, once for each load-balancer IP, each time with the mark that kubelet drops.
 * (v1.24)
 */
function markedFirewall(port: ChainedPort, context: RuleContext): readonly Rule[] {
  const remark = comment(`${port.service.name} loadbalancer IP`);
  return port.service.loadBalancerIPs.flatMap((ip) => [
    ...allowedSources(port, port.chains.external, [ip], context),
    { matches: [remark], target: toMarkDrop },
  ]);
}

function filteredFirewall(port: ChainedPort, context: RuleContext): readonly ChainPart[] {
  const { firewall, external } = port.chains;
  const remark: readonly Rule[] = context.features.firewallRemark
    ? [{ matches: [comment(`other traffic to ${port.service.name} will be dropped by KUBE-PROXY-FIREWALL`)] }]
    : [];
  const drops = port.service.loadBalancerIPs.map((ip): Rule => ({
    ...toPortal(
      port.service,
      ip,
      `${port.service.name} traffic not accepted by ${firewall}`,
      context.settings,
    ),
    target: DROP,
  }));
  return [
    filter('KUBE-PROXY-FIREWALL', drops),
    own(firewall, [...allowedSources(port, external, port.service.loadBalancerIPs, context), ...remark]),
  ];
}

/**
 * Returns rules that lead source ranges to `chain`. When the node is in a range, the address of the load balancer is
 * accepted as well: packets to a VIP that the node has itself come back with the VIP as their source.
 */
export function allowedSources(
  port: ChainedPort,
  chain: string,
  loadBalancerIPs: readonly string[],
  { settings }: RuleContext,
): readonly Rule[] {
  const matches = [comment(`${port.service.name} loadbalancer IP`)];
  const target = jump(chain);
  const { nodeIP } = settings;
  const nodeAllowed =
    nodeIP !== undefined && port.service.sourceRanges.some((range) => cidrContains(range, nodeIP));
  return [
    ...port.service.sourceRanges.map((range): Rule => ({ ...fromNetwork(range), matches, target })),
    ...(nodeAllowed ? loadBalancerIPs : []).map((ip): Rule => ({
      source: host(ip, settings.ipFamily),
      matches,
      target,
    })),
  ];
}

/** Builds KUBE-SVC and KUBE-SVL, when a traffic policy uses them. */
export const policyChains: ServicePortSection = (port, context) => {
  const { cluster, local, usable } = port.endpoints;
  const { internalPolicyLocal, externalPolicyLocal, externallyAccessible, affinitySeconds } = port.service;
  const comments = spreadComments(port, context);
  const parts: ChainPart[] = [];
  if (cluster.length > 0)
    parts.push(own(port.chains.service, spreadOver(cluster, affinitySeconds, comments, context)));
  const usesLocal = internalPolicyLocal || (externalPolicyLocal && externallyAccessible);
  if (local.length > 0) {
    parts.push(own(port.chains.local, spreadOver(local, affinitySeconds, comments, context)));
  } else if (usesLocal && usable && context.features.blockedTraffic === 'mark-drop') {
    parts.push(own(port.chains.local, [noLocalEndpoints(port)]));
  }
  return parts;
};

/** Marks traffic so that kubelet's rules drop it. */
export const noLocalEndpoints = (port: ChainedPort): Rule => ({
  matches: [comment(`${port.service.name} has no local endpoints`)],
  target: toMarkDrop,
});
