import { type Cidr } from '../text/ip.ts';
import { type ServicePortChains } from './chain-names.ts';

/** One endpoint of one service port, as kube-proxy sees it from its node. */
export interface ProxyEndpoint {
  /** Canonical address. */
  readonly ip: string;
  /** `ip:port`, or `[ip]:port` for IPv6; what the KUBE-SEP hash and DNAT use. */
  readonly address: string;
  readonly chain: string;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly local: boolean;
  /** Undefined when the endpoint carries none. */
  readonly zoneHints: readonly string[] | undefined;
  readonly nodeHints: readonly string[] | undefined;
  /** Where the endpoint is, in labels of its node. */
  readonly topology: ReadonlyMap<string, string>;
}

/** The endpoints of a service port, sorted by what traffic they serve. */
export interface EndpointSets {
  /** For traffic policy Cluster. */
  readonly cluster: readonly ProxyEndpoint[];
  /** For traffic policy Local. */
  readonly local: readonly ProxyEndpoint[];
  /** All that need a KUBE-SEP chain on this node. */
  readonly reachable: readonly ProxyEndpoint[];
  /** True when the service port has any usable endpoint on any node. */
  readonly usable: boolean;
}

/** One port of one Service of the proxier's family: every policy is decided, sections only read. */
export interface ServicePort {
  /** `ns/name:port`; see servicePortName. */
  readonly name: string;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly chains: ServicePortChains;
  readonly clusterIP: string;
  readonly port: number;
  readonly nodePort: number | undefined;
  readonly externalIPs: readonly string[];
  /** Ingress IPs of VIP mode. */
  readonly loadBalancerIPs: readonly string[];
  /** Empty when everybody may come in. */
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
  /** nat leads the addresses of the service port to its chains, even if these lead nowhere. */
  readonly hasNatRules: boolean;
  /** Traffic to the cluster IP is led to a chain; if not, filter stops it. */
  readonly servesInternal: boolean;
  /** Traffic from outside is led to endpoints; if not, filter stops what the short cuts of KUBE-EXT leave. */
  readonly servesExternal: boolean;
}

/** Which addresses of the node serve node ports. */
export type NodePortDestinations =
  | { readonly kind: 'all-local'; readonly except: Cidr | undefined }
  | {
      readonly kind: 'addresses';
      readonly ips: readonly string[];
      /** The node has an address of those asked for, if only one of loopback that cannot serve. */
      readonly isAnyOnNode: boolean;
    };

export interface ProxyState {
  /** By namespace, Service name, and port order in the Service: the order of rules in shared chains. */
  readonly ports: readonly ServicePort[];
  /** More than 1,000 endpoints: rules of service and endpoint chains carry no comments. */
  readonly largeCluster: boolean;
  readonly nodePortDestinations: NodePortDestinations;
}
