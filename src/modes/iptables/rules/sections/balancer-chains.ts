/**
 * Chains in releases without a chain for each traffic policy. KUBE-SVC spreads over all endpoints; KUBE-XLB
 * spreads external traffic of policy Local over the endpoints of this node. (syncProxyRules up to 1.23)
 */
import { type ChainedPort } from '../chained-port.ts';
import { type Rule } from '../../../../netfilter/iptables/model.ts';
import { own, type RuleContext, type ServicePortSection } from '../part.ts';
import { comment, fromNode, ifLocal, jump, toMarkMasq } from '../pieces.ts';
import { type SpreadComments, spreadComments, spreadOver } from './endpoint-chains.ts';
import { breaksOff } from './node-port.ts';
import { noLocalEndpoints } from './policy-chains.ts';

/** Builds KUBE-SVC, which exists when a rule leads to it. */
export const serviceChain: ServicePortSection = (port, context) => {
  if (!port.hasNatRules) return [];
  const endpoints = breaksOff(port, context) ? [] : port.endpoints.cluster;
  return [
    own(
      port.chains.service,
      spreadOver(endpoints, port.service.affinitySeconds, spreadComments(port, context), context),
    ),
  ];
};

/** Builds KUBE-XLB, which exists (empty) even when no rule leads to it. */
export const balancerChain: ServicePortSection = (port, context) => {
  if (!port.service.externalPolicyLocal) return [];
  if (!port.endpoints.usable || breaksOff(port, context)) return [own(port.chains.balancer, [])];
  const { local } = port.endpoints;
  const affinitySeconds = context.features.balancerAffinity ? port.service.affinitySeconds : undefined;
  return [
    own(port.chains.balancer, [
      ...podsToClusterIp(port, context),
      ...nodeToService(port, context),
      ...(local.length === 0
        ? [noLocalEndpoints(port)]
        : spreadOver(local, affinitySeconds, balancerComments(port, context), context)),
    ]),
  ];
};

function podsToClusterIp(port: ChainedPort, { settings, features }: RuleContext): readonly Rule[] {
  if (!features.balancerServesPods) return [];
  const fromPods = ifLocal(settings.localTraffic);
  if (fromPods === undefined) return [];
  const remark = comment('Redirect pods trying to reach external loadbalancer VIP to clusterIP');
  return [{ ...fromPods, matches: [remark], target: jump(port.chains.service) }];
}

function nodeToService(port: ChainedPort, { features }: RuleContext): readonly Rule[] {
  if (!features.balancerServesNode) return [];
  const masquerade = comment(`masquerade LOCAL traffic for ${port.service.name} LB IP`);
  const route = comment(`route LOCAL traffic for ${port.service.name} LB IP to service chain`);
  return [
    { matches: [masquerade, fromNode], target: toMarkMasq(features) },
    { matches: [route, fromNode], target: jump(port.chains.service) },
  ];
}

function balancerComments(port: ChainedPort, context: RuleContext): SpreadComments {
  if (context.features.balancerComments === 'service-port') return spreadComments(port, context);
  // These two comments stay even in large clusters.
  return {
    affinity: () => [comment(port.service.name)],
    share: (_endpoint, index) => [comment(`Balancing rule ${index} for ${port.service.name}`)],
  };
}
