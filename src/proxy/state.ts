import { type Cidr } from '../text/ip.ts';

/** One endpoint of one service port, as kube-proxy sees it from its node. */
export interface ProxyEndpoint {
  /** Canonical address. */
  readonly ip: string;
  readonly port: number;
  /** `ip:port`, or `[ip]:port` for IPv6: how kube-proxy names the endpoint. */
  readonly address: string;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly local: boolean;
  /** Undefined when the endpoint has none. */
  readonly zoneHints: readonly string[] | undefined;
  readonly nodeHints: readonly string[] | undefined;
  /** Where the endpoint is, in labels of its node. */
  readonly topology: ReadonlyMap<string, string>;
}

/** The endpoints of a service port, grouped by the traffic that they serve. */
export interface EndpointSets {
  /** For traffic policy Cluster. */
  readonly cluster: readonly ProxyEndpoint[];
  /** For traffic policy Local. */
  readonly local: readonly ProxyEndpoint[];
  /** All endpoints that get traffic from this node: those of `cluster` and `local`, each once. */
  readonly reachable: readonly ProxyEndpoint[];
  /** True when the service port has any usable endpoint on any node. */
  readonly usable: boolean;
  /** All on this node, whatever their state. */
  readonly here: readonly ProxyEndpoint[];
}

/**
 * One port of one Service of the proxier's family. All policies are already decided; a proxy mode only reads
 * them.
 */
export interface ServicePort {
  readonly namespace: string;
  readonly serviceName: string;
  /** Empty for a port without a name. */
  readonly portName: string;
  /** The three together; see servicePortName. */
  readonly name: string;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly clusterIP: string;
  readonly port: number;
  readonly nodePort: number | undefined;
  /** The port on which kube-proxy listens for it in mode userspace; absent in other modes. */
  readonly proxyPort?: number;
  readonly externalIPs: readonly string[];
  /** Ingress IPs of VIP mode. */
  readonly loadBalancerIPs: readonly string[];
  /** Empty when all sources are allowed. */
  readonly sourceRanges: readonly Cidr[];
  /** Only for load balancers of external policy Local. */
  readonly healthCheckNodePort: number | undefined;
  /** Seconds for which a client sticks to its endpoint; undefined without session affinity. */
  readonly affinitySeconds: number | undefined;
  readonly externalPolicyLocal: boolean;
  readonly internalPolicyLocal: boolean;
  /** Reachable by anything other than its cluster IP. */
  readonly externallyAccessible: boolean;
  readonly endpoints: EndpointSets;
}

/**
 * The addresses of the node that serve node ports, as configured. The proxy mode decides about loopback
 * addresses.
 */
export type NodePortAddresses =
  | { readonly kind: 'all' }
  /** Those on the node's interfaces, loopback included; canonical and each once. */
  | { readonly kind: 'some'; readonly ips: readonly string[] };

/** What kube-proxy knows about the cluster before a proxy mode makes rules from it. */
export interface ProxyState {
  /** By namespace, Service name, and port order in the Service: the order in which they are served. */
  readonly ports: readonly ServicePort[];
  /** The number of endpoints of all service ports, usable or not. */
  readonly endpointCount: number;
  readonly nodePortAddresses: NodePortAddresses;
  /** The networks of cluster IPs in the proxier's family, taken from ServiceCIDRs. */
  readonly serviceCidrs: readonly Cidr[];
}
