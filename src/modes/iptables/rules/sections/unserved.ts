import { type ChainedPort } from '../chained-port.ts';
import { type Rule } from '../../../../netfilter/iptables/model.ts';
import { type ChainPart, filter, type RuleContext, type ServicePortSection } from '../part.ts';
import { DROP, reject, toNode, toNodePort, toPortal } from '../pieces.ts';
import { servesNodePort } from './node-port.ts';

/**
 * Builds filter rules for traffic without an endpoint. Traffic is rejected when the service port has no endpoint
 * anywhere. It is dropped when policy Local has none on this node, because the load balancer should not have sent it
 * here.
 */
export const unserved: ServicePortSection = (port, context) => {
  const { usable } = port.endpoints;
  const { settings, features } = context;
  const remark = `${port.service.name} has no ${usable ? 'local ' : ''}endpoints`;
  const target = usable ? DROP : reject(settings.ipFamily);
  const toIp = (ip: string): Rule => ({ ...toPortal(port.service, ip, remark, settings), target });

  const internal =
    port.servesInternal || !features.clusterIpRejects
      ? []
      : [filter('KUBE-SERVICES', [toIp(port.service.clusterIP)])];
  const external = port.servesExternal
    ? []
    : [
        ...externalIpParts(port, toIp, context),
        ...loadBalancerParts(port, toIp, context),
        ...nodePortParts(port, remark, target, context),
      ];
  // In releases with nat rules for such service ports, the rule for the cluster IP comes last.
  return features.natWithoutEndpoints ? [...external, ...internal] : [...internal, ...external];
};

const externalChain = ({ features }: RuleContext): string =>
  features.externalServicesChain ? 'KUBE-EXTERNAL-SERVICES' : 'KUBE-SERVICES';

function externalIpParts(
  port: ChainedPort,
  toIp: (ip: string) => Rule,
  context: RuleContext,
): readonly ChainPart[] {
  if (!context.features.externalIpRejects) return [];
  return [filter(externalChain(context), port.service.externalIPs.map(toIp))];
}

function loadBalancerParts(
  port: ChainedPort,
  toIp: (ip: string) => Rule,
  { features }: RuleContext,
): readonly ChainPart[] {
  const rules = port.service.loadBalancerIPs.map(toIp);
  switch (features.loadBalancerRejects) {
    case 'none':
      return [];
    case 'in-services':
      return [filter('KUBE-SERVICES', rules)];
    case 'in-external-services':
      return [filter('KUBE-EXTERNAL-SERVICES', rules)];
  }
}

function nodePortParts(
  port: ChainedPort,
  remark: string,
  target: Rule['target'] & object,
  context: RuleContext,
): readonly ChainPart[] {
  const { nodePort } = port.service;
  if (nodePort === undefined || !context.features.nodePortRejects || !servesNodePort(context)) return [];
  return [
    filter(externalChain(context), [{ ...toNodePort(port.service, nodePort, remark, toNode), target }]),
  ];
}
