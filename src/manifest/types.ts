/**
 * The part of the Kubernetes API that svc2ipt reads, as it is after validation and defaulting: a field typed
 * here without `undefined` is always there. Names and meanings are the API's own.
 */
import { type IpFamily } from '../text/ip.ts';

export type Protocol = 'TCP' | 'UDP' | 'SCTP';
export type TrafficPolicy = 'Cluster' | 'Local';
export type ServiceType = 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';

export interface ObjectMeta {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** v1 Service port. */
export interface ServicePortSpec {
  /** Empty for the only port of a Service without a name. */
  readonly name: string;
  readonly protocol: Protocol;
  readonly port: number;
  /** A number, or the name of a container port. */
  readonly targetPort: number | string;
  /** Absent when the cluster has not assigned one (yet). */
  readonly nodePort?: number;
}

export interface LoadBalancerIngress {
  readonly ip?: string;
  readonly hostname?: string;
  readonly ipMode?: 'VIP' | 'Proxy';
}

/** v1 Service with the API server's defaults filled in. */
export interface Service {
  readonly kind: 'Service';
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly type: ServiceType;
    /** `None` for headless; absent when the cluster has not assigned one (yet), and for ExternalName. */
    readonly clusterIP?: string;
    /** One per entry of `ipFamilies`, `['None']` for headless, empty when not assigned (yet). */
    readonly clusterIPs: readonly string[];
    readonly ipFamilies: readonly IpFamily[];
    readonly ipFamilyPolicy?: 'SingleStack' | 'PreferDualStack' | 'RequireDualStack';
    /** Absent and empty mean: endpoints are made by somebody else. */
    readonly selector?: Readonly<Record<string, string>>;
    readonly ports: readonly ServicePortSpec[];
    readonly sessionAffinity: 'None' | 'ClientIP';
    readonly sessionAffinityConfig?: { readonly clientIP: { readonly timeoutSeconds: number } };
    /** Absent for ExternalName. */
    readonly internalTrafficPolicy?: TrafficPolicy;
    /** Present exactly when the Service can be reached from outside. */
    readonly externalTrafficPolicy?: TrafficPolicy;
    readonly healthCheckNodePort?: number;
    readonly externalIPs: readonly string[];
    readonly loadBalancerSourceRanges: readonly string[];
    readonly loadBalancerIP?: string;
    readonly allocateLoadBalancerNodePorts?: boolean;
    readonly publishNotReadyAddresses: boolean;
    readonly externalName?: string;
    readonly trafficDistribution?: string;
  };
  readonly status: { readonly loadBalancer: { readonly ingress: readonly LoadBalancerIngress[] } };
}

/** discovery.k8s.io EndpointSlice endpoint; v1beta1's `topology` is already folded into nodeName and zone. */
export interface Endpoint {
  readonly addresses: readonly string[];
  readonly conditions: {
    readonly ready?: boolean;
    readonly serving?: boolean;
    readonly terminating?: boolean;
  };
  readonly nodeName?: string;
  readonly zone?: string;
  readonly hints?: { readonly forZones?: readonly string[]; readonly forNodes?: readonly string[] };
}

export interface EndpointPort {
  /** Absent (null in the API): kube-proxy ignores the port. The API server defaults a missing name to "". */
  readonly name?: string;
  readonly protocol: Protocol;
  /** Absent means all ports: kube-proxy ignores it. */
  readonly port?: number;
}

/** discovery.k8s.io/v1 EndpointSlice. */
export interface EndpointSlice {
  readonly kind: 'EndpointSlice';
  readonly metadata: ObjectMeta;
  readonly addressType: IpFamily | 'FQDN';
  readonly endpoints: readonly Endpoint[];
  readonly ports: readonly EndpointPort[];
}

export interface EndpointAddress {
  readonly ip: string;
  readonly nodeName?: string;
}

/** v1 Endpoints. */
export interface Endpoints {
  readonly kind: 'Endpoints';
  readonly metadata: ObjectMeta;
  readonly subsets: readonly {
    readonly addresses: readonly EndpointAddress[];
    readonly notReadyAddresses: readonly EndpointAddress[];
    readonly ports: readonly { readonly name: string; readonly protocol: Protocol; readonly port: number }[];
  }[];
}

/** v1 Node. */
export interface Node {
  readonly kind: 'Node';
  readonly metadata: ObjectMeta;
  readonly spec: { readonly podCIDRs: readonly string[] };
  readonly status: { readonly addresses: readonly { readonly type: string; readonly address: string }[] };
}
