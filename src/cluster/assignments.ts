/**
 * What svc2ipt assigned in place of a cluster, as kept in a reviewed file (`--assignments`). Keys are the identities
 * of what the values belong to; every map is sorted by key.
 */
export interface Assignments {
  /** `Service namespace/name IPv4` to address. */
  readonly clusterIPs: ReadonlyMap<string, string>;
  /** `Service namespace/name port-name/PROTOCOL` to port. */
  readonly nodePorts: ReadonlyMap<string, number>;
  /** `Service namespace/name` to port. */
  readonly healthCheckNodePorts: ReadonlyMap<string, number>;
  /** `Deployment namespace/name 0 IPv4` to address. */
  readonly podIPs: ReadonlyMap<string, string>;
}

/** Nothing is pinned. */
export const NO_ASSIGNMENTS: Assignments = {
  clusterIPs: new Map(),
  nodePorts: new Map(),
  healthCheckNodePorts: new Map(),
  podIPs: new Map(),
};
