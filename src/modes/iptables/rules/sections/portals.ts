/**
 * The rules that lead from a Service's addresses to its chains, in releases without a chain for each traffic
 * policy. Cluster IP, external IPs and node ports lead to KUBE-SVC or KUBE-XLB, load-balancer IPs to KUBE-FW.
 * (syncProxyRules up to 1.23)
 */
import { type ChainedPort } from '../chained-port.ts';
import { type Match, type Rule } from '../../../../netfilter/iptables/model.ts';
import { type ChainPart, nat, own, type RuleContext, type ServicePortSection } from '../part.ts';
import {
  comment,
  FROM_OUTSIDE,
  fromOrigin,
  ifNotLocal,
  jump,
  toMarkDrop,
  toMarkMasq,
  toNode,
  toNodePort,
  toPortal,
} from '../pieces.ts';
import { servesNodePort } from './node-port.ts';
import { allowedSources } from './policy-chains.ts';

/** Puts the jumps to KUBE-MARK-MASQ for a portal into the chain that has them. */
const masquerading = (
  portalChain: string,
  port: ChainedPort,
  { features }: RuleContext,
  rules: readonly Rule[],
): ChainPart =>
  features.masqueradeRulesIn === 'portal-chains' ? nat(portalChain, rules) : own(port.chains.service, rules);

/**
 * Builds the rules of KUBE-SERVICES that lead the cluster IP to KUBE-SVC, and masquerade traffic from outside the
 * cluster.
 */
export const clusterIpPortal: ServicePortSection = (port, context) => {
  if (!port.hasNatRules) return [];
  const portal = toPortal(
    port.service,
    port.service.clusterIP,
    `${port.service.name} cluster IP`,
    context.settings,
  );
  const target = toMarkMasq(context.features);
  return [
    masquerading(
      'KUBE-SERVICES',
      port,
      context,
      masqueradedSources(context).map((source) => fromOrigin(source, portal, target)),
    ),
    nat('KUBE-SERVICES', [{ ...portal, target: jump(port.chains.service) }]),
  ];
};

/** Returns the sources whose traffic to cluster IPs is masqueraded, one for each rule. */
function masqueradedSources({ settings, features }: RuleContext): readonly Partial<Rule>[] {
  const all = settings.masqueradeAll ? [{}] : [];
  const fromOutside = ifNotLocal(settings.localTraffic);
  const outside = fromOutside === undefined ? [] : [fromOutside];
  switch (features.clusterIpMasquerade) {
    case 'all':
      return all;
    case 'all-and-outside':
      return [...all, ...outside];
    case 'all-or-outside':
      return settings.masqueradeAll ? all : outside;
  }
}

/**
 * Builds the rules of KUBE-SERVICES that lead external IPs to KUBE-SVC, or to KUBE-XLB when policy Local applies to
 * them.
 */
export const externalIpPortals: ServicePortSection = (port, context) =>
  port.hasNatRules ? port.service.externalIPs.flatMap((ip) => externalIpParts(port, ip, context)) : [];

function externalIpParts(port: ChainedPort, ip: string, context: RuleContext): readonly ChainPart[] {
  const { settings, features } = context;
  const portal = toPortal(port.service, ip, `${port.service.name} external IP`, settings);
  const staysLocal = port.service.externalPolicyLocal && features.localPolicyForExternalIps;
  const target = jump(staysLocal ? port.chains.balancer : port.chains.service);
  const servesAny = features.externalIpTraffic === 'any';
  const fromOutside = servesAny ? (ifNotLocal(settings.localTraffic) ?? {}) : {};
  const masquerade: readonly Rule[] = staysLocal
    ? []
    : [fromOrigin(fromOutside, portal, toMarkMasq(features))];
  const ways: readonly (readonly Match[])[] = servesAny ? [[]] : [FROM_OUTSIDE, [toNode]];
  return [
    masquerading('KUBE-SERVICES', port, context, masquerade),
    nat(
      'KUBE-SERVICES',
      ways.map((way): Rule => ({ ...portal, matches: [...portal.matches, ...way], target })),
    ),
  ];
}

/**
 * Builds the rules of KUBE-SERVICES that lead load-balancer IPs to KUBE-FW, in the oldest releases to KUBE-SVC like
 * external IPs.
 */
export const loadBalancerPortals: ServicePortSection = (port, context) => {
  if (!port.hasNatRules) return [];
  return port.service.loadBalancerIPs.flatMap((ip) => {
    const portal = toPortal(port.service, ip, `${port.service.name} loadbalancer IP`, context.settings);
    const lead = (target: Rule['target'] & object): Rule => ({ ...portal, target });
    return context.features.loadBalancerFirewall
      ? [nat('KUBE-SERVICES', [lead(jump(port.chains.firewall))]), firewallOf(port, ip, context)]
      : [nat('KUBE-SERVICES', [lead(toMarkMasq(context.features)), lead(jump(port.chains.service))])];
  });
};

/** Builds KUBE-FW for one load-balancer IP: it masquerades, checks the source and marks other packets for dropping. */
function firewallOf(port: ChainedPort, ip: string, context: RuleContext): ChainPart {
  const remark = comment(`${port.service.name} loadbalancer IP`);
  const chain = port.service.externalPolicyLocal ? port.chains.balancer : port.chains.service;
  const masquerade: readonly Rule[] = port.service.externalPolicyLocal
    ? []
    : [{ matches: [remark], target: toMarkMasq(context.features) }];
  return own(port.chains.firewall, [
    ...masquerade,
    ...(port.service.sourceRanges.length === 0
      ? [{ matches: [remark], target: jump(chain) }]
      : allowedSources(port, chain, [ip], context)),
    { matches: [remark], target: toMarkDrop },
  ]);
}

/**
 * Builds the rules of KUBE-NODEPORTS: they lead node ports to KUBE-SVC and masquerade, or to KUBE-XLB and masquerade
 * only packets of localhost.
 */
export const nodePortPortals: ServicePortSection = (port, context) => {
  const { nodePort } = port.service;
  const { features, settings } = context;
  if (nodePort === undefined || !port.hasNatRules || !servesNodePort(context)) return [];
  const portal = toNodePort(port.service, nodePort, port.service.name);
  const masquerade: Rule = { ...portal, target: toMarkMasq(features) };
  if (!port.service.externalPolicyLocal || features.localPolicyNodePorts === 'to-all') {
    return [
      masquerading('KUBE-NODEPORTS', port, context, [masquerade]),
      nat('KUBE-NODEPORTS', [{ ...portal, target: jump(port.chains.service) }]),
    ];
  }
  const loopback = { value: settings.ipFamily === 'IPv4' ? '127.0.0.0/8' : '::1/128' };
  const first =
    features.localPolicyNodePorts === 'to-local-masquerading-loopback'
      ? [{ source: loopback, ...masquerade }]
      : [];
  return [nat('KUBE-NODEPORTS', [...first, { ...portal, target: jump(port.chains.balancer) }])];
};
