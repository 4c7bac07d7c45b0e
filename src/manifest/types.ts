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
  /** RFC 3339; present once the object is being deleted. */
  readonly deletionTimestamp?: string;
  /** The owner that manages this object (`ownerReferences` with `controller: true`). */
  readonly controller?: { readonly kind: string; readonly name: string };
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
  readonly appProtocol?: string;
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
    readonly loadBalancerClass?: string;
    readonly publishNotReadyAddresses: boolean;
    readonly externalName?: string;
    readonly trafficDistribution?: string;
    /** Node labels in order of preference; gone from the API with 1.22. */
    readonly topologyKeys?: readonly string[];
  };
  readonly status: { readonly loadBalancer: { readonly ingress: readonly LoadBalancerIngress[] } };
}

/** discovery.k8s.io EndpointSlice endpoint; node name and zone of v1beta1's `topology` are already taken out of it. */
export interface Endpoint {
  readonly addresses: readonly string[];
  readonly conditions: {
    readonly ready?: boolean;
    readonly serving?: boolean;
    readonly terminating?: boolean;
  };
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly zone?: string;
  /** Other labels of v1beta1's `topology`. */
  readonly topology?: Readonly<Record<string, string>>;
  readonly hints?: { readonly forZones?: readonly string[]; readonly forNodes?: readonly string[] };
}

export interface EndpointPort {
  /** Absent (null in the API): kube-proxy ignores the port. The API server defaults a missing name to "". */
  readonly name?: string;
  readonly protocol: Protocol;
  /** Absent means all ports: kube-proxy ignores it. */
  readonly port?: number;
  readonly appProtocol?: string;
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
  readonly hostname?: string;
  readonly nodeName?: string;
}

/** v1 Endpoints. */
export interface Endpoints {
  readonly kind: 'Endpoints';
  readonly metadata: ObjectMeta;
  readonly subsets: readonly {
    readonly addresses: readonly EndpointAddress[];
    readonly notReadyAddresses: readonly EndpointAddress[];
    readonly ports: readonly {
      readonly name: string;
      readonly protocol: Protocol;
      readonly port: number;
      readonly appProtocol?: string;
    }[];
  }[];
}

/** v1 Node. */
export interface Node {
  readonly kind: 'Node';
  readonly metadata: ObjectMeta;
  readonly spec: { readonly podCIDRs: readonly string[] };
  readonly status: { readonly addresses: readonly { readonly type: string; readonly address: string }[] };
}

/** networking.k8s.io ServiceCIDR: networks that cluster IPs are taken from. */
export interface ServiceCIDR {
  readonly kind: 'ServiceCIDR';
  readonly metadata: ObjectMeta;
  /** One, or one of each family. */
  readonly spec: { readonly cidrs: readonly string[] };
}

export interface ContainerPort {
  /** Empty for a port without a name. */
  readonly name: string;
  readonly containerPort: number;
  readonly protocol: Protocol;
}

export interface Container {
  readonly name: string;
  readonly ports: readonly ContainerPort[];
  /** `Always` makes an init container a sidecar, whose ports Services may name. */
  readonly restartPolicy?: string;
}

/** What decides a pod's endpoints, in a Pod and in the template of a workload alike. */
export interface PodSpec {
  readonly nodeName?: string;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly hostNetwork: boolean;
  readonly hostname?: string;
  readonly subdomain?: string;
  readonly containers: readonly Container[];
  readonly initContainers: readonly Container[];
}

/** v1 Pod. */
export interface Pod {
  readonly kind: 'Pod';
  readonly metadata: ObjectMeta;
  readonly spec: PodSpec;
  readonly status: {
    /** Absent in a manifest that no cluster has seen. */
    readonly phase?: string;
    readonly podIP?: string;
    /** `podIP` first; filled in from it when only that is given. */
    readonly podIPs: readonly string[];
    readonly conditions: readonly { readonly type: string; readonly status: string }[];
  };
}

export interface LabelSelector {
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly matchExpressions: readonly {
    readonly key: string;
    readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
    readonly values: readonly string[];
  }[];
}

/** The pods that a workload makes. */
export interface PodTemplate {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
}

/** apps/v1 workloads and v1 ReplicationController: whatever makes pods from a template. */
export interface Workload {
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'ReplicaSet' | 'ReplicationController';
  readonly metadata: ObjectMeta;
  readonly spec: {
    /** As set: absent leaves it to an autoscaler or the default of 1; a DaemonSet has one pod per Node instead. */
    readonly replicas?: number;
    /** A ReplicationController's plain selector is given as matchLabels. */
    readonly selector: LabelSelector;
    readonly template: PodTemplate;
  };
}

/** autoscaling HorizontalPodAutoscaler. */
export interface HorizontalPodAutoscaler {
  readonly kind: 'HorizontalPodAutoscaler';
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly scaleTargetRef: { readonly kind: string; readonly name: string };
    readonly minReplicas: number;
    readonly maxReplicas: number;
  };
}

/** Everything that a manifest may hold and svc2ipt reads. */
export type ApiObject =
  Service | EndpointSlice | Endpoints | Node | ServiceCIDR | Pod | Workload | HorizontalPodAutoscaler;
