/**
 * The rules that lead from a Service's addresses to its chains, in releases without a chain for each traffic
 * policy. Cluster IP, external IPs and node ports lead to KUBE-SVC or KUBE-XLB, load-balancer IPs to KUBE-FW.
 * (syncProxyRules up to 1.23)
 */
import { type ChainedPort } from '../chained-port.ts';
import { type Match, type Rule } from '../../../../netfilter/iptables/model.ts';
import { type ChainPart, nat, type RuleContext, type ServicePortSection } from '../part.ts';
import { comment, ifNotLocal, jump, toMarkDrop, toMarkMasq, toNode, toNodePort, toPortal } from '../words.ts';
import { servesNodePort } from './node-port.ts';
import { allowedSources } from './policy-chains.ts';

/** The chain that holds a portal's jump to KUBE-MARK-MASQ. */
const masqueradeChain = (portalChain: string, port: ChainedPort, { features }: RuleContext): string =>
  features.masqueradeRulesIn === 'portal-chains' ? portalChain : port.chains.service;

/** KUBE-SERVICES leads the cluster IP to KUBE-SVC, masquerading what comes from outside the cluster. */
export const clusterIpPortal: ServicePortSection = (port, context) => {
  if (!port.hasNatRules) return [];
  const portal = toPortal(port, port.clusterIP, `${port.name} cluster IP`, context.settings);
  const target = toMarkMasq(context.features);
  return [
    nat(
      masqueradeChain('KUBE-SERVICES', port, context),
      masqueradedSources(context).map((source): Rule => ({ ...source, ...portal, target })),
    ),
    nat('KUBE-SERVICES', [{ ...portal, target: jump(port.chains.service) }]),
  ];
};

/** Whose traffic to cluster IPs is masqueraded, one entry a rule. */
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

/** KUBE-SERVICES leads external IPs to KUBE-SVC, or to KUBE-XLB where policy Local counts for them. */
export const externalIpPortals: ServicePortSection = (port, context) =>
  port.hasNatRules ? port.externalIPs.flatMap((ip) => externalIpParts(port, ip, context)) : [];

function externalIpParts(port: ChainedPort, ip: string, context: RuleContext): readonly ChainPart[] {
  const { settings, features } = context;
  const portal = toPortal(port, ip, `${port.name} external IP`, settings);
  const staysLocal = port.externalPolicyLocal && features.localPolicyForExternalIps;
  const target = jump(staysLocal ? port.chains.balancer : port.chains.service);
  const servesAny = features.externalIpTraffic === 'any';
  const fromOutside = servesAny ? (ifNotLocal(settings.localTraffic) ?? {}) : {};
  const masquerade: readonly Rule[] = staysLocal
    ? []
    : [{ ...fromOutside, ...portal, target: toMarkMasq(features) }];
  const ways: readonly (readonly Match[])[] = servesAny ? [[]] : [FROM_OUTSIDE, [toNode]];
  return [
    nat(masqueradeChain('KUBE-SERVICES', port, context), masquerade),
    nat(
      'KUBE-SERVICES',
      ways.map((way): Rule => ({ ...portal, matches: [...portal.matches, ...way], target })),
    ),
  ];
}

/** Not from a local bridge and not from the node itself. */
const FROM_OUTSIDE: readonly Match[] = [
  { kind: 'other', module: 'physdev', words: ['!', '--physdev-is-in'] },
  { kind: 'addrtype', source: { value: 'LOCAL', negated: true } },
];

/** KUBE-SERVICES leads load-balancer IPs to KUBE-FW; in the oldest releases, to KUBE-SVC like external IPs. */
export const loadBalancerPortals: ServicePortSection = (port, context) => {
  if (!port.hasNatRules) return [];
  return port.loadBalancerIPs.flatMap((ip) => {
    const portal = toPortal(port, ip, `${port.name} loadbalancer IP`, context.settings);
    const lead = (target: Rule['target'] & object): Rule => ({ ...portal, target });
    return context.features.loadBalancerFirewall
      ? [nat('KUBE-SERVICES', [lead(jump(port.chains.firewall))]), firewallOf(port, ip, context)]
      : [nat('KUBE-SERVICES', [lead(toMarkMasq(context.features)), lead(jump(port.chains.service))])];
  });
};

/** KUBE-FW masquerades, asks for the source and marks the rest to be dropped; once for each load-balancer IP. */
function firewallOf(port: ChainedPort, ip: string, context: RuleContext): ChainPart {
  const remark = comment(`${port.name} loadbalancer IP`);
  const chain = port.externalPolicyLocal ? port.chains.balancer : port.chains.service;
  const masquerade: readonly Rule[] = port.externalPolicyLocal
    ? []
    : [{ matches: [remark], target: toMarkMasq(context.features) }];
  return nat(port.chains.firewall, [
    ...masquerade,
    ...(port.sourceRanges.length === 0
      ? [{ matches: [remark], target: jump(chain) }]
      : allowedSources(port, chain, [ip], context)),
    { matches: [remark], target: toMarkDrop },
  ]);
}

/** KUBE-NODEPORTS leads node ports to KUBE-SVC masqueraded, or to KUBE-XLB, masquerading only what localhost sends. */
export const nodePortPortals: ServicePortSection = (port, context) => {
  const { nodePort } = port;
  const { features, settings } = context;
  if (nodePort === undefined || !port.hasNatRules || !servesNodePort(context)) return [];
  const portal = toNodePort(port, nodePort, port.name);
  const masquerade: Rule = { ...portal, target: toMarkMasq(features) };
  if (!port.externalPolicyLocal || features.localPolicyNodePorts === 'to-all') {
    return [
      nat(masqueradeChain('KUBE-NODEPORTS', port, context), [masquerade]),
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
