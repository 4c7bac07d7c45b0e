import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import { type Features } from '../../dialect/features.ts';
import { type ProxySettings } from '../../proxy/settings.ts';
import { type ProxyState, type ServicePort } from '../../proxy/state.ts';
import { refusedPort } from './rules/refused-restore.ts';
import { formatCidr, isZeroCidr } from '../../text/ip.ts';

/** Warns of what ipset and iptables-restore refuse to take from kube-proxy. */
export const foresee = (
  state: ProxyState,
  settings: ProxySettings,
  features: Features,
): readonly Diagnostic[] => [
  ...refusedRules(state, settings, features),
  ...(features.ipvsRules === 'by-service' ? [] : state.ports.flatMap(wholeRange)),
];

/** Says why the node has chains and no rules. */
function refusedRules(state: ProxyState, settings: ProxySettings, features: Features): readonly Diagnostic[] {
  const port = refusedPort(state, settings, features);
  if (port === undefined) return [];
  const why =
    features.ipvsRules === 'by-service'
      ? 'for source ranges of a load balancer this release asks for `-m TCP`, which iptables does not know'
      : 'this release makes sets of IPv4, which rules of IPv6 cannot name';
  const message = `iptables-restore refuses what kube-proxy writes, and the node gets no rules: ${why}`;
  const subject = { kind: 'Service', namespace: port.namespace, name: port.serviceName } as const;
  return [diagnostic('iptables-refuses', message, { subject })];
}

/**
 * ipset has no networks of all addresses. kube-proxy goes on as if there were an entry, and all other sources are
 * dropped.
 */
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
