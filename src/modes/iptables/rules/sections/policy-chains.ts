/**
 * Chains by traffic policy: KUBE-SVC spreads over the endpoints of policy Cluster, KUBE-SVL over those of policy Local.
 * KUBE-EXT receives traffic from outside, KUBE-FW traffic that must match source ranges first. (syncProxyRules from
 * kubernetes#109060 on)
 */
import { type ChainedPort } from '../chained-port.ts';
import { cidrContains } from '../../../../text/ip.ts';
import { type Rule } from '../../../../netfilter/iptables/model.ts';
import { filter, nat, type RuleContext, type ServicePortSection } from '../part.ts';
import { type ChainPart } from '../../../../netfilter/iptables/streamed-rules.ts';
import {
  comment,
  DROP,
  fromNetwork,
  fromNode,
  host,
  ifLocal,
  ifNotLocal,
  jump,
  toMarkDrop,
  toMarkMasq,
  toPortal,
} from '../pieces.ts';
import { spreadOver } from './endpoint-chains.ts';

const internalChain = (port: ChainedPort): string =>
  port.internalPolicyLocal ? port.chains.local : port.chains.service;

const usesFirewall = (port: ChainedPort): boolean =>
  port.endpoints.usable && port.loadBalancerIPs.length > 0 && port.sourceRanges.length > 0;

/** Builds the rules of KUBE-SERVICES that lead the cluster IP, external IPs and load-balancer IPs to their chains. */
export const servicePortals: ServicePortSection = (port, { settings }) => {
  const portal = (ip: string, what: string, chain: string): Rule => ({
    ...toPortal(port, ip, `${port.name} ${what}`, settings),
    target: jump(chain),
  });
  const rules: Rule[] = [];
  if (port.servesInternal) rules.push(portal(port.clusterIP, 'cluster IP', internalChain(port)));
  if (port.endpoints.usable) {
    const { external, firewall } = port.chains;
    const balanced = usesFirewall(port) ? firewall : external;
    for (const ip of port.externalIPs) rules.push(portal(ip, 'external IP', external));
    for (const ip of port.loadBalancerIPs) rules.push(portal(ip, 'loadbalancer IP', balanced));
  }
  return [nat('KUBE-SERVICES', rules)];
};

/** Masquerades traffic to the cluster IP from outside the cluster, because it may leave for another node. */
export const clusterIpMasquerade: ServicePortSection = (port, { settings, features }) => {
  if (!port.servesInternal) return [];
  const fromOutside = settings.masqueradeAll ? {} : ifNotLocal(settings.localTraffic);
  if (fromOutside === undefined) return [];
  const portal = toPortal(port, port.clusterIP, `${port.name} cluster IP`, settings);
  return [nat(internalChain(port), [{ ...fromOutside, ...portal, target: toMarkMasq(features) }])];
};

/**
 * Builds KUBE-EXT. It masquerades all traffic; with policy Local it sends pods and the node itself to all endpoints and
 * other traffic to local ones.
 */
export const externalChain: ServicePortSection = (port, context) => {
  if (!port.endpoints.usable || !port.externallyAccessible) return [];
  const { features } = context;
  const { external, local, service } = port.chains;
  const rules = port.externalPolicyLocal
    ? shortCuts(port, context)
    : [
        {
          matches: [comment(`masquerade traffic for ${port.name} external destinations`)],
          target: toMarkMasq(features),
        },
      ];
  const onward: readonly Rule[] = port.servesExternal
    ? [{ matches: [], target: jump(port.externalPolicyLocal ? local : service) }]
    : [];
  return [nat(external, [...rules, ...onward])];
};

function shortCuts(port: ChainedPort, { settings, features }: RuleContext): readonly Rule[] {
  const destinations = `${port.name} external destinations`;
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
    ? [nat(port.chains.firewall, markedFirewall(port, context))]
    : filteredFirewall(port, context);
};

/**
 * Returns the rules for source ranges, once for each load-balancer IP, each time with the mark that kubelet drops.
 * (v1.24)
 */
function markedFirewall(port: ChainedPort, context: RuleContext): readonly Rule[] {
  const remark = comment(`${port.name} loadbalancer IP`);
  return port.loadBalancerIPs.flatMap((ip) => [
    ...allowedSources(port, port.chains.external, [ip], context),
    { matches: [remark], target: toMarkDrop },
  ]);
}

function filteredFirewall(port: ChainedPort, context: RuleContext): readonly ChainPart[] {
  const { firewall, external } = port.chains;
  const remark: readonly Rule[] = context.features.firewallRemark
    ? [{ matches: [comment(`other traffic to ${port.name} will be dropped by KUBE-PROXY-FIREWALL`)] }]
    : [];
  const drops = port.loadBalancerIPs.map((ip): Rule => ({
    ...toPortal(port, ip, `${port.name} traffic not accepted by ${firewall}`, context.settings),
    target: DROP,
  }));
  return [
    filter('KUBE-PROXY-FIREWALL', drops),
    nat(firewall, [...allowedSources(port, external, port.loadBalancerIPs, context), ...remark]),
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
  const matches = [comment(`${port.name} loadbalancer IP`)];
  const target = jump(chain);
  const { nodeIP } = settings;
  const nodeAllowed = nodeIP !== undefined && port.sourceRanges.some((range) => cidrContains(range, nodeIP));
  return [
    ...port.sourceRanges.map((range): Rule => ({ ...fromNetwork(range), matches, target })),
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
  const parts: ChainPart[] = [];
  if (cluster.length > 0) parts.push(nat(port.chains.service, spreadOver(cluster, port, context)));
  const usesLocal = port.internalPolicyLocal || (port.externalPolicyLocal && port.externallyAccessible);
  if (local.length > 0) {
    parts.push(nat(port.chains.local, spreadOver(local, port, context)));
  } else if (usesLocal && usable && context.features.blockedTraffic === 'mark-drop') {
    parts.push(nat(port.chains.local, [noLocalEndpoints(port)]));
  }
  return parts;
};

/** Marks traffic so that kubelet's rules drop it. */
export const noLocalEndpoints = (port: ChainedPort): Rule => ({
  matches: [comment(`${port.name} has no local endpoints`)],
  target: toMarkDrop,
});
