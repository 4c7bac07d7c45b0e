import { type Diagnostic } from '../diagnostics/diagnostic.ts';
import { type Assignments } from './assignments.ts';
import { type EndpointSlice, type Service } from '../manifest/types.ts';
import { type Cidr } from '../text/ip.ts';

/** Where the endpoints of a Service were taken from, best first. */
export type EndpointOrigin = 'EndpointSlices' | 'Endpoints' | 'Pods' | 'workloads' | 'nowhere';

/** A Service and everything that says where its traffic goes. */
export interface ClusterService {
  readonly service: Service;
  /** In order of their names; from whatever origin, always as slices. */
  readonly slices: readonly EndpointSlice[];
  readonly origin: EndpointOrigin;
}

/** What the manifests say about a cluster, as far as kube-proxy looks at it. */
export interface ClusterModel {
  /** By namespace, then name. */
  readonly services: readonly ClusterService[];
  /** What ServiceCIDR objects name, both families, each once; empty without such objects. */
  readonly serviceCidrs: readonly Cidr[];
  /** The assignments that were given, completed with every stand-in of this run. */
  readonly assignments: Assignments;
  /** A warning for each value that was drawn in place of a cluster: of interest one by one, or in number. */
  readonly standIns: readonly Diagnostic[];
}
