import { type Diagnostic } from '../diagnostics/diagnostic.ts';
import { type Assignments } from './assignments.ts';
import { type EndpointSlice, type Service, type ServicePortSpec } from '../manifest/types.ts';
import { type Cidr } from '../text/ip.ts';

/** Where the endpoints of a Service come from; the best source comes first. */
export type EndpointOrigin = 'EndpointSlices' | 'Endpoints' | 'Pods' | 'workloads' | 'nowhere';

/** A Service and everything that decides where its traffic goes. */
export interface ClusterService {
  readonly service: Service;
  /** In order of their names; from whatever origin, always as slices. */
  readonly slices: readonly EndpointSlice[];
  readonly origin: EndpointOrigin;
}

/** The part of a cluster that kube-proxy uses, as the manifests describe it. */
export interface ClusterModel {
  /** By namespace, then name. */
  readonly services: readonly ClusterService[];
  /** What ServiceCIDR objects name, both families, each once; empty without such objects. */
  readonly serviceCidrs: readonly Cidr[];
  /** The ports on which kube-proxy listens in mode userspace, by `namespace/name 80/TCP`; empty in other modes. */
  readonly proxyPorts: ReadonlyMap<string, number>;
  /** The assignments that were given, completed with every stand-in of this run. */
  readonly assignments: Assignments;
  /** One warning for each stand-in value. The user sees each of them, or only their number. */
  readonly standIns: readonly Diagnostic[];
}

/** The key of the port on which kube-proxy listens for a port of a Service: `namespace/name 80/TCP`. */
export const proxyPortKey = (
  { metadata: { namespace, name } }: Service,
  { port, protocol }: ServicePortSpec,
): string => `${namespace}/${name} ${port}/${protocol}`;
