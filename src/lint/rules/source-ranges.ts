import { type Finding, finding } from '../finding.ts';
import { type LintInput } from '../input.ts';

/** Source ranges on a Service that has no load balancer IP for kube-proxy to guard. */
export function sourceRangesWithoutLoadBalancerIp({ services }: LintInput): readonly Finding[] {
  return services.flatMap((linted) => {
    const { spec, status } = linted.service;
    if (spec.loadBalancerSourceRanges.length === 0 || spec.type !== 'LoadBalancer') return [];
    const { ingress } = status.loadBalancer;
    if (ingress.some(({ ip, ipMode }) => ip !== undefined && ipMode !== 'Proxy')) return [];
    if (ingress.length === 0 && spec.loadBalancerIP !== undefined) return [];
    const path = ['spec', 'loadBalancerSourceRanges'];
    return [finding('source-ranges-without-load-balancer-ip', linted, path, whyNone(ingress))];
  });
}

function whyNone(ingress: readonly { readonly ip?: string; readonly hostname?: string }[]): string {
  const rest = 'kube-proxy restricts no source; node ports are open to all';
  if (ingress.some(({ ip }) => ip !== undefined)) return `the load balancer IP is of ipMode Proxy: ${rest}`;
  if (ingress.length > 0) return `the load balancer has a host name but no IP: ${rest}`;
  return `there is no load balancer IP (yet): ${rest}`;
}
