import { type ServicePort } from '../../proxy/state.ts';
import { type Rule } from '../model.ts';
import { type ChainPart, filter, type RuleContext, type ServicePortSection } from '../part.ts';
import { DROP, reject, toNode, toNodePort, toPortal } from '../words.ts';
import { servesNodePort } from './node-port.ts';

/**
 * Filter rules for traffic that no endpoint takes: refused when the service port has none anywhere, dropped when policy
 * Local has none here (somebody else's load balancer should not have sent it).
 */
export const unserved: ServicePortSection = (port, context) => {
  const { usable } = port.endpoints;
  const { settings, dialect } = context;
  const remark = `${port.name} has no ${usable ? 'local ' : ''}endpoints`;
  const target = usable ? DROP : reject(settings.ipFamily);
  const toIp = (ip: string): Rule => ({ ...toPortal(port, ip, remark, settings), target });

  const parts: ChainPart[] = [];
  if (!port.servesInternal) parts.push(filter('KUBE-SERVICES', toIp(port.clusterIP)));
  if (!port.servesExternal) {
    parts.push(
      filter('KUBE-EXTERNAL-SERVICES', ...port.externalIPs.map(toIp)),
      filter(dialect.loadBalancerRejectChain, ...port.loadBalancerIPs.map(toIp)),
      filter('KUBE-EXTERNAL-SERVICES', ...nodePortRules(port, context, remark, target)),
    );
  }
  return parts;
};

function nodePortRules(
  port: ServicePort,
  context: RuleContext,
  remark: string,
  target: Rule['target'] & object,
): readonly Rule[] {
  const { nodePort } = port;
  if (nodePort === undefined || !servesNodePort(context)) return [];
  return [{ ...toNodePort(port, nodePort, remark, toNode), target }];
}
