import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import { type ProxyState, type ServicePort } from '../../proxy/state.ts';
import { formatCidr, isZeroCidr } from '../../text/ip.ts';

/** Warns of what ipset refuses to take from kube-proxy. */
export const foresee = ({ ports }: ProxyState): readonly Diagnostic[] => ports.flatMap(wholeRange);

/** ipset has no networks of all addresses. kube-proxy goes on as if there were an entry, and all other sources are dropped. */
function wholeRange({
  namespace,
  serviceName,
  sourceRanges,
  loadBalancerIPs,
}: ServicePort): readonly Diagnostic[] {
  const range = sourceRanges.find(isZeroCidr);
  if (range === undefined || loadBalancerIPs.length === 0) return [];
  const message =
    `ipset refuses the source range ${formatCidr(range)}: this release drops all traffic to the load balancer ` +
    'that no other range lets pass';
  return [
    diagnostic('ipset-refuses', message, { subject: { kind: 'Service', namespace, name: serviceName } }),
  ];
}
