import { type Version } from '../../src/dialect/version.ts';

/** A change between releases, and the differences for packets that it makes. */
export interface Cause {
  readonly since: Version;
  readonly cause: string;
  /** Kind of address, and what becomes of packets before and now. */
  readonly differences: readonly string[];
}

/**
 * The changes of releases that packets notice. The causes are those of the tables in src/dialect; here stands what
 * packets have of them.
 */
export const CAUSES: readonly Cause[] = [
  {
    since: '1.15',
    cause: 'KUBE-XLB routes packets of the node itself as policy Cluster does, and masquerades them',
    differences: [
      'load balancer IP: dropped -> sent masqueraded',
      'load balancer IP: sent -> sent masqueraded',
      'node port: dropped -> sent masqueraded',
      'node port: other shares',
      'node port: sent -> sent masqueraded',
    ],
  },
  {
    since: '1.18',
    cause:
      'kubelet drops packets to 127.0.0.0/8 that come from elsewhere, and node ports are reached there, too',
    differences: [
      'loopback: let through -> dropped',
      'node port: let through -> dropped',
      'node port: rejected -> dropped',
    ],
  },
  {
    since: '1.18',
    cause: 'other hooks reject packets to external IPs and load balancer IPs without endpoints',
    differences: ['cluster IP: let through -> rejected', 'cluster IP: rejected -> let through'],
  },
  {
    since: '1.18',
    cause: 'detectLocalMode tells local packets by the node CIDR, a bridge or the name of an interface',
    differences: [
      'cluster IP: sent -> sent masqueraded',
      'cluster IP: sent masqueraded -> sent',
      'node port: other shares',
    ],
  },
  {
    since: '1.19',
    cause: 'endpoints come from EndpointSlices, each address once',
    differences: ['cluster IP: other shares'],
  },
  {
    since: '1.20',
    cause: 'externalTrafficPolicy Local governs external IPs',
    differences: [
      'external IP: let through masqueraded -> let through',
      'external IP: let through masqueraded if or sent masqueraded if -> let through',
      'external IP: let through masqueraded if or sent masqueraded if -> let through if or sent if',
    ],
  },
  {
    since: '1.21',
    cause: 'the rules of both families are written, whatever the Services need',
    differences: ['elsewhere: let through -> dropped'],
  },
  {
    since: '1.21',
    cause: 'external IPs do not ask where packets come from',
    differences: [
      'external IP: let through -> sent masqueraded',
      'external IP: let through if or sent if -> sent',
      'external IP: let through masqueraded -> sent masqueraded',
      'external IP: let through masqueraded if or sent masqueraded if -> sent',
      'external IP: let through masqueraded if or sent masqueraded if -> sent masqueraded',
    ],
  },
  {
    since: '1.21',
    cause: 'healthCheckNodePorts are accepted ahead of the rule of kubelet about 127.0.0.0/8',
    differences: ['loopback: dropped -> let through'],
  },
  {
    since: '1.22',
    cause: 'internalTrafficPolicy Local keeps packets on the node, and those from outside with them',
    differences: [
      'cluster IP: other shares',
      'cluster IP: sent -> rejected',
      'cluster IP: sent masqueraded -> rejected',
      'cluster IP: sent masqueraded -> sent',
      'load balancer IP: sent masqueraded -> let through',
      'load balancer IP: sent masqueraded -> rejected',
      'node port: other shares',
      'node port: sent masqueraded -> dropped',
      'node port: sent masqueraded -> rejected',
    ],
  },
  {
    since: '1.24',
    cause: 'internalTrafficPolicy and externalTrafficPolicy each choose endpoints of their own; hints count',
    differences: [
      'cluster IP: let through -> sent masqueraded',
      'cluster IP: other shares',
      'cluster IP: rejected -> dropped',
      'cluster IP: rejected -> let through',
      'cluster IP: rejected -> let through masqueraded',
      'cluster IP: rejected -> sent masqueraded',
      'cluster IP: sent -> dropped',
      'cluster IP: sent -> let through',
      'cluster IP: sent masqueraded -> let through',
      'load balancer IP: other shares',
      'node port: dropped -> sent masqueraded',
      'node port: other shares',
      'node port: rejected -> sent masqueraded',
    ],
  },
  {
    since: '1.24',
    cause:
      'KUBE-EXT masquerades packets of pods and the node to external IPs, and KUBE-FW no more than it lets in',
    differences: [
      'cluster IP: sent -> sent masqueraded',
      'cluster IP: sent masqueraded -> sent',
      'external IP: sent -> sent masqueraded',
      'load balancer IP: let through masqueraded -> let through',
    ],
  },
  {
    since: '1.25',
    cause: 'kube-proxy drops packets in filter, without the chains of kubelet',
    differences: [
      'cluster IP: let through -> dropped',
      'cluster IP: let through masqueraded -> dropped',
      'external IP: let through -> dropped',
      'load balancer IP: let through -> dropped',
      'node port: let through -> dropped',
    ],
  },
  {
    since: '1.25',
    cause: 'the captures hold no rule of kubelet about 127.0.0.0/8 any more',
    differences: [
      'loopback: dropped -> let through',
      'node port: dropped -> let through',
      'node port: dropped -> rejected',
    ],
  },
  {
    since: '1.26',
    cause:
      'serving terminating endpoints are used where none is ready, and internalTrafficPolicy always counts',
    differences: [
      'cluster IP: dropped -> sent',
      'cluster IP: let through -> dropped',
      'cluster IP: let through -> sent masqueraded',
      'cluster IP: rejected -> dropped',
      'cluster IP: rejected -> sent masqueraded',
      'node port: dropped -> let through',
      'node port: dropped -> sent',
      'node port: rejected -> sent masqueraded',
      'node port: sent -> dropped',
      'node port: sent masqueraded -> dropped',
    ],
  },
  {
    since: '1.26',
    cause: 'node ports leave out ::1, and 127.0.0.0/8 with localhostNodePorts: false',
    differences: [
      'node port: sent -> let through',
      'node port: sent masqueraded -> let through',
      'node port: sent or sent masqueraded -> let through',
    ],
  },
  {
    since: '1.27',
    cause: 'kube-proxy itself drops packets to 127.0.0.0/8 that come from elsewhere',
    differences: [
      'loopback: let through -> dropped',
      'node port: let through -> dropped',
      'node port: rejected -> dropped',
    ],
  },
  {
    since: '1.27',
    cause: 'any value of the topology-mode annotation but Disabled asks for hints',
    differences: ['cluster IP: other shares', 'node port: other shares'],
  },
  {
    since: '1.29',
    cause: 'externalTrafficPolicy Local governs external IPs of Services of type ClusterIP, too',
    differences: [
      'external IP: sent masqueraded -> dropped',
      'external IP: sent masqueraded -> let through',
      'external IP: sent masqueraded -> sent',
    ],
  },
  {
    since: '1.30',
    cause: 'load balancer IPs of ipMode Proxy have no rules',
    differences: [
      'cluster IP: dropped -> let through',
      'cluster IP: rejected -> let through',
      'cluster IP: sent -> let through',
      'cluster IP: sent masqueraded -> let through',
      'load balancer IP: sent -> let through',
      'load balancer IP: sent masqueraded -> let through',
    ],
  },
  {
    since: '1.31',
    cause: 'hints choose endpoints by trafficDistribution',
    differences: ['cluster IP: other shares', 'node port: other shares'],
  },
];
