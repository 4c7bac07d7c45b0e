/**
 * Chains as they were before traffic policies had their own: KUBE-SVC spreads over all endpoints, KUBE-XLB over those of
 * this node for external traffic of policy Local, KUBE-FW takes all load-balancer traffic. (syncProxyRules up to 1.23)
 */
import { isOn } from '../../dialect/dialect.ts';
import { type ServicePort } from '../../proxy/state.ts';
import { type Match, type Rule } from '../model.ts';
import { type ChainPart, nat, type RuleContext, type ServicePortSection } from '../part.ts';
import {
  comment,
  fromNode,
  ifLocal,
  ifNotLocal,
  jump,
  toMarkDrop,
  toMarkMasq,
  toNode,
  toNodePort,
  toPortal,
} from '../words.ts';
import { type SpreadComments, spreadComments, spreadOver } from './endpoint-chains.ts';
import { servesNodePort } from './node-port.ts';
import { allowedSources, noLocalEndpoints } from './policy-chains.ts';

/** The chain that holds a portal's jump to KUBE-MARK-MASQ. */
const masqueradeChain = (portalChain: string, port: ServicePort, { dialect }: RuleContext): string =>
  dialect.masqueradeRulesIn === 'portal-chains' ? portalChain : port.chains.service;

/** KUBE-SERVICES leads the cluster IP to KUBE-SVC, masquerading what comes from outside the cluster. */
export const clusterIpPortal: ServicePortSection = (port, context) => {
  if (!port.endpoints.usable) return [];
  const { settings } = context;
  const portal = toPortal(port, port.clusterIP, `${port.name} cluster IP`, settings);
  const fromOutside = settings.masqueradeAll ? {} : ifNotLocal(settings.localTraffic);
  const masquerade: readonly Rule[] =
    fromOutside === undefined ? [] : [{ ...fromOutside, ...portal, target: toMarkMasq }];
  return [
    nat(masqueradeChain('KUBE-SERVICES', port, context), ...masquerade),
    nat('KUBE-SERVICES', { ...portal, target: jump(port.chains.service) }),
  ];
};

/** KUBE-SERVICES leads external IPs to KUBE-SVC, or to KUBE-XLB where policy Local counts for them. */
export const externalIpPortals: ServicePortSection = (port, context) => {
  if (!port.endpoints.usable) return [];
  return port.externalIPs.flatMap((ip) => externalIpParts(port, ip, context));
};

function externalIpParts(port: ServicePort, ip: string, context: RuleContext): readonly ChainPart[] {
  const { settings, dialect } = context;
  const portal = toPortal(port, ip, `${port.name} external IP`, settings);
  const staysLocal = port.externalPolicyLocal && isOn(dialect.localPolicyForExternalIps, settings.gates);
  const target = jump(staysLocal ? port.chains.balancer : port.chains.service);
  const servesAny = dialect.externalIpTraffic === 'any';
  const fromOutside = servesAny ? (ifNotLocal(settings.localTraffic) ?? {}) : {};
  const masquerade: readonly Rule[] = staysLocal ? [] : [{ ...fromOutside, ...portal, target: toMarkMasq }];
  const ways: readonly (readonly Match[])[] = servesAny ? [[]] : [FROM_OUTSIDE, [toNode]];
  return [
    nat(masqueradeChain('KUBE-SERVICES', port, context), ...masquerade),
    nat(
      'KUBE-SERVICES',
      ...ways.map((way): Rule => ({ ...portal, matches: [...portal.matches, ...way], target })),
    ),
  ];
}

/** Not from a local bridge and not from the node itself. */
const FROM_OUTSIDE: readonly Match[] = [
  { kind: 'other', module: 'physdev', words: ['!', '--physdev-is-in'] },
  { kind: 'addrtype', source: { value: 'LOCAL', negated: true } },
];

/** KUBE-SERVICES leads load-balancer IPs to KUBE-FW, which masquerades, asks for the source and marks the rest. */
export const loadBalancerPortals: ServicePortSection = (port, context) => {
  if (!port.endpoints.usable) return [];
  const { firewall, balancer, service } = port.chains;
  const remark = comment(`${port.name} loadbalancer IP`);
  const chain = port.externalPolicyLocal ? balancer : service;
  const masquerade: readonly Rule[] = port.externalPolicyLocal
    ? []
    : [{ matches: [remark], target: toMarkMasq }];
  return port.loadBalancerIPs.flatMap((ip) => [
    nat('KUBE-SERVICES', {
      ...toPortal(port, ip, `${port.name} loadbalancer IP`, context.settings),
      target: jump(firewall),
    }),
    nat(
      firewall,
      ...masquerade,
      ...(port.sourceRanges.length === 0
        ? [{ matches: [remark], target: jump(chain) }]
        : allowedSources(port, chain, [ip], context)),
      { matches: [remark], target: toMarkDrop },
    ),
  ]);
};

/** KUBE-NODEPORTS leads node ports to KUBE-SVC masqueraded, or to KUBE-XLB, masquerading only what localhost sends. */
export const nodePortPortals: ServicePortSection = (port, context) => {
  const { nodePort } = port;
  if (nodePort === undefined || !port.endpoints.usable || !servesNodePort(context)) return [];
  const portal = toNodePort(port, nodePort, port.name);
  if (port.externalPolicyLocal) {
    const loopback = context.settings.ipFamily === 'IPv4' ? '127.0.0.0/8' : '::1/128';
    return [
      nat(
        'KUBE-NODEPORTS',
        { source: { value: loopback }, ...portal, target: toMarkMasq },
        { ...portal, target: jump(port.chains.balancer) },
      ),
    ];
  }
  return [
    nat(masqueradeChain('KUBE-NODEPORTS', port, context), { ...portal, target: toMarkMasq }),
    nat('KUBE-NODEPORTS', { ...portal, target: jump(port.chains.service) }),
  ];
};

/** KUBE-SVC, there as soon as any endpoint is usable. */
export const serviceChain: ServicePortSection = (port, context) =>
  port.endpoints.usable
    ? [nat(port.chains.service, ...spreadOver(port.endpoints.cluster, port, context))]
    : [];

/** KUBE-XLB, there (and empty) even when nothing leads to it. */
export const balancerChain: ServicePortSection = (port, context) => {
  if (!port.externalPolicyLocal) return [];
  if (!port.endpoints.usable) return [nat(port.chains.balancer)];
  const { local } = port.endpoints;
  return [
    nat(
      port.chains.balancer,
      ...podsToClusterIp(port, context),
      ...nodeToService(port, context),
      ...(local.length === 0
        ? [noLocalEndpoints(port)]
        : spreadOver(local, port, context, balancerComments(port, context))),
    ),
  ];
};

function podsToClusterIp(port: ServicePort, { settings }: RuleContext): readonly Rule[] {
  const fromPods = ifLocal(settings.localTraffic);
  if (fromPods === undefined) return [];
  const remark = comment('Redirect pods trying to reach external loadbalancer VIP to clusterIP');
  return [{ ...fromPods, matches: [remark], target: jump(port.chains.service) }];
}

function nodeToService(port: ServicePort, { dialect }: RuleContext): readonly Rule[] {
  if (!dialect.balancerServesNode) return [];
  const masquerade = comment(`masquerade LOCAL traffic for ${port.name} LB IP`);
  const route = comment(`route LOCAL traffic for ${port.name} LB IP to service chain`);
  return [
    { matches: [masquerade, fromNode], target: toMarkMasq },
    { matches: [route, fromNode], target: jump(port.chains.service) },
  ];
}

function balancerComments(port: ServicePort, context: RuleContext): SpreadComments {
  if (context.dialect.balancerComments === 'service-port') return spreadComments(port, context);
  // These two comments stay even in large clusters.
  return {
    affinity: () => [comment(port.name)],
    share: (_endpoint, index) => [comment(`Balancing rule ${index} for ${port.name}`)],
  };
}
