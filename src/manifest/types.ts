/**
 * The part of the Kubernetes API that svc2ipt reads, as it is after validation and defaulting: a field typed
 * here without `undefined` is always there. Names and meanings are the API's own. Names and JSON types follow from the
 * schemas; what is written out narrows them or says more.
 */
import { type Filled } from '../schema/pieces.ts';
import { type IpFamily } from '../text/ip.ts';
import {
  type endpointAddressSchema,
  type endpointPortSchema,
  type endpointSchema,
} from './check/schemas/endpoints.ts';
import { type labelSelectorSchema, type metadataSchema } from './check/schemas/metadata.ts';
import { type nodeSpecSchema } from './check/schemas/node.ts';
import { type serviceCidrSpecSchema } from './check/schemas/service-cidr.ts';
import {
  type ingressSchema,
  type servicePortSchema,
  type serviceSpecSchema,
} from './check/schemas/service.ts';
import {
  type containerPortSchema,
  type containerSchema,
  type podSpecSchema,
} from './check/schemas/pod-spec.ts';
import { type autoscalerSpecSchema, type podStatusSchema } from './check/schemas/workload.ts';

export type Protocol = 'TCP' | 'UDP' | 'SCTP';
export type TrafficPolicy = 'Cluster' | 'Local';
export type ServiceType = 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';

export interface ObjectMeta extends Filled<
  typeof metadataSchema,
  'name' | 'namespace' | 'labels' | 'annotations',
  'deletionTimestamp'
> {
  /** RFC 3339; present once the object is being deleted. */
  readonly deletionTimestamp?: string;
  /** The owner that manages this object (`ownerReferences` with `controller: true`). */
  readonly controller?: { readonly kind: string; readonly name: string };
}

/** v1 Service port. */
export interface ServicePortSpec extends Filled<
  typeof servicePortSchema,
  'name' | 'protocol' | 'port' | 'targetPort',
  'nodePort' | 'appProtocol'
> {
  /** Empty for the only port of a Service without a name. */
  readonly name: string;
  readonly protocol: Protocol;
  /** A number, or the name of a container port. */
  readonly targetPort: number | string;
  /** Absent when the cluster has not assigned one (yet). */
  readonly nodePort?: number;
}

export interface LoadBalancerIngress extends Filled<
  typeof ingressSchema,
  never,
  'ip' | 'hostname' | 'ipMode'
> {
  readonly ipMode?: 'VIP' | 'Proxy';
}

/** The spec of a v1 Service. */
export interface ServiceSpec extends Filled<
  typeof serviceSpecSchema,
  | 'type'
  | 'clusterIPs'
  | 'ipFamilies'
  | 'ports'
  | 'sessionAffinity'
  | 'externalIPs'
  | 'loadBalancerSourceRanges'
  | 'publishNotReadyAddresses',
  | 'clusterIP'
  | 'ipFamilyPolicy'
  | 'selector'
  | 'sessionAffinityConfig'
  | 'internalTrafficPolicy'
  | 'externalTrafficPolicy'
  | 'healthCheckNodePort'
  | 'loadBalancerIP'
  | 'allocateLoadBalancerNodePorts'
  | 'loadBalancerClass'
  | 'externalName'
  | 'trafficDistribution'
  | 'topologyKeys'
> {
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
  /** Node labels in order of preference; gone from the API with 1.22. */
  readonly topologyKeys?: readonly string[];
}

/** v1 Service with the API server's defaults filled in. */
export interface Service {
  readonly kind: 'Service';
  readonly metadata: ObjectMeta;
  readonly spec: ServiceSpec;
  readonly status: { readonly loadBalancer: { readonly ingress: readonly LoadBalancerIngress[] } };
}

/** discovery.k8s.io EndpointSlice endpoint; node name and zone of v1beta1's `topology` are already taken out of it. */
export interface Endpoint extends Filled<
  typeof endpointSchema,
  'addresses' | 'conditions',
  'hostname' | 'nodeName' | 'zone'
> {
  /** Other labels of v1beta1's `topology`. */
  readonly topology?: Readonly<Record<string, string>>;
  readonly hints?: { readonly forZones?: readonly string[]; readonly forNodes?: readonly string[] };
}

export interface EndpointPort extends Filled<
  typeof endpointPortSchema,
  'protocol',
  'name' | 'port' | 'appProtocol'
> {
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

export type EndpointAddress = Filled<typeof endpointAddressSchema, 'ip', 'hostname' | 'nodeName'>;

/** A port of v1 Endpoints. */
export interface EndpointsPort extends Filled<
  typeof endpointPortSchema,
  'name' | 'protocol' | 'port',
  'appProtocol'
> {
  readonly protocol: Protocol;
}

/** v1 Endpoints. */
export interface Endpoints {
  readonly kind: 'Endpoints';
  readonly metadata: ObjectMeta;
  readonly subsets: readonly {
    readonly addresses: readonly EndpointAddress[];
    readonly notReadyAddresses: readonly EndpointAddress[];
    readonly ports: readonly EndpointsPort[];
  }[];
}

/** v1 Node. */
export interface Node {
  readonly kind: 'Node';
  readonly metadata: ObjectMeta;
  readonly spec: Filled<typeof nodeSpecSchema, 'podCIDRs'>;
  readonly status: { readonly addresses: readonly { readonly type: string; readonly address: string }[] };
}

/** networking.k8s.io ServiceCIDR: networks that cluster IPs are taken from. */
export interface ServiceCIDR {
  readonly kind: 'ServiceCIDR';
  readonly metadata: ObjectMeta;
  /** One, or one of each family. */
  readonly spec: Filled<typeof serviceCidrSpecSchema, 'cidrs'>;
}

export interface ContainerPort extends Filled<
  typeof containerPortSchema,
  'name' | 'containerPort' | 'protocol'
> {
  /** Empty for a port without a name. */
  readonly name: string;
  readonly protocol: Protocol;
}

export interface Container extends Filled<typeof containerSchema, 'name' | 'ports', 'restartPolicy'> {
  readonly ports: readonly ContainerPort[];
  /** `Always` makes an init container a sidecar, whose ports Services may name. */
  readonly restartPolicy?: string;
}

/** What decides a pod's endpoints, in a Pod and in the template of a workload alike. */
export interface PodSpec extends Filled<
  typeof podSpecSchema,
  'nodeSelector' | 'hostNetwork' | 'containers' | 'initContainers',
  'nodeName' | 'hostname' | 'subdomain'
> {
  readonly containers: readonly Container[];
  readonly initContainers: readonly Container[];
}

/** The status of a v1 Pod. */
export interface PodStatus extends Filled<typeof podStatusSchema, never, 'phase' | 'podIP'> {
  /** Absent in a manifest that no cluster has seen. */
  readonly phase?: string;
  /** `podIP` first; filled in from it when only that is given. */
  readonly podIPs: readonly string[];
  readonly conditions: readonly { readonly type: string; readonly status: string }[];
}

/** v1 Pod. */
export interface Pod {
  readonly kind: 'Pod';
  readonly metadata: ObjectMeta;
  readonly spec: PodSpec;
  readonly status: PodStatus;
}

export interface LabelSelector extends Filled<
  typeof labelSelectorSchema,
  'matchLabels' | 'matchExpressions'
> {
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
    /** The Service that names each pod of a StatefulSet. */
    readonly serviceName?: string;
    /** A ReplicationController's plain selector is given as matchLabels. */
    readonly selector: LabelSelector;
    readonly template: PodTemplate;
  };
}

/** autoscaling HorizontalPodAutoscaler. */
export interface HorizontalPodAutoscaler {
  readonly kind: 'HorizontalPodAutoscaler';
  readonly metadata: ObjectMeta;
  readonly spec: Filled<typeof autoscalerSpecSchema, 'minReplicas' | 'maxReplicas'> & {
    readonly scaleTargetRef: { readonly kind: string; readonly name: string };
  };
}

/** Everything that a manifest may hold and svc2ipt reads. */
export type ApiObject =
  Service | EndpointSlice | Endpoints | Node | ServiceCIDR | Pod | Workload | HorizontalPodAutoscaler;
