/** What clients of node ports lose in mode nftables. (KEP-3866; virtual-ips of kubernetes.io, migrating to nftables) */
import { type ServicePortSpec } from '../../manifest/types.ts';
import { type JsonPath } from '../../text/json-path.ts';
import { type Finding, finding } from '../finding.ts';
import { type LintedService, type LintInput } from '../input.ts';

/** Finds node ports that answer on 127.0.0.1 in mode iptables only. That mode serves no IPv6 there. */
export function nodePortLocalhostEnds({ services, modeSwitch }: LintInput): readonly Finding[] {
  const ends = modeSwitch?.endsOnLocalhost ?? new Set();
  if (ends.size === 0) return [];
  return services.flatMap((linted) => {
    const { ipFamilies } = linted.service.spec;
    if (ipFamilies.length > 0 && !ipFamilies.includes('IPv4')) return [];
    const message = 'answers on 127.0.0.1 in mode iptables, not in mode nftables';
    return aboutNodePorts('node-port-localhost-ends', linted, message, ({ protocol }) => ends.has(protocol));
  });
}

/** Finds node ports that answer on fewer addresses of the node in mode nftables. */
export const nodePortPrimaryOnly = ({ services, modeSwitch }: LintInput): readonly Finding[] =>
  modeSwitch?.endsOnOtherAddresses !== true
    ? []
    : services.flatMap((linted) =>
        aboutNodePorts(
          'node-port-primary-only',
          linted,
          `answers on every address of a node in mode ${modeSwitch.from}, on the node's primary address alone in mode nftables`,
          () => true,
        ),
      );

/** Finds Services whose health checks a firewall of the node may stop: the other modes let them pass by a rule. */
export function healthCheckNodePortClosed({ services, modeSwitch }: LintInput): readonly Finding[] {
  if (modeSwitch === undefined) return [];
  return services.flatMap((linted) => {
    const { type, externalTrafficPolicy, healthCheckNodePort } = linted.service.spec;
    if (type !== 'LoadBalancer' || externalTrafficPolicy !== 'Local') return [];
    const isGiven = healthCheckNodePort !== undefined && healthCheckNodePort !== 0;
    const path = ['spec', isGiven ? 'healthCheckNodePort' : 'externalTrafficPolicy'];
    const port = isGiven ? ` ${healthCheckNodePort}` : '';
    const message = `kube-proxy accepts traffic to the health check node port${port} in mode ${modeSwitch.from}; in mode nftables a firewall of the node has to`;
    return [finding('health-check-node-port-closed', linted, path, message)];
  });
}

/** One finding for all node ports of a Service that are meant. */
function aboutNodePorts(
  code: 'node-port-localhost-ends' | 'node-port-primary-only',
  linted: LintedService,
  message: string,
  isMeant: (port: ServicePortSpec) => boolean,
): readonly Finding[] {
  const { type, ports, allocateLoadBalancerNodePorts } = linted.service.spec;
  if (type !== 'NodePort' && type !== 'LoadBalancer') return [];
  const isAssigned = type === 'NodePort' || allocateLoadBalancerNodePorts !== false;
  const meant = ports.flatMap((port, index) =>
    (isAssigned || port.nodePort !== undefined) && isMeant(port) ? [{ port, index }] : [],
  );
  const [first] = meant;
  if (first === undefined) return [];
  const numbers = meant.flatMap(({ port: { nodePort } }) => nodePort ?? []);
  const path: JsonPath =
    first.port.nodePort === undefined ? ['spec', 'type'] : ['spec', 'ports', first.index, 'nodePort'];
  return [finding(code, linted, path, `${nameOf(numbers, meant.length)} ${message}`)];
}

/** `node port 30080`; several are counted as one subject. */
function nameOf(numbers: readonly number[], count: number): string {
  if (numbers.length < count) return count === 1 ? 'its node port' : 'each of its node ports';
  if (numbers.length === 1) return `node port ${numbers.join('')}`;
  return `each of node ports ${numbers.join(', ')}`;
}
