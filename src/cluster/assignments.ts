import { naturalOrder } from '../text/natural-order.ts';

/**
 * The values that svc2ipt assigned in place of a cluster. Users keep them in a reviewed file
 * (`--assignments`). Each key names the object that has the value.
 */
export interface Assignments {
  /** `namespace/name IPv4` to address. */
  readonly clusterIPs: ReadonlyMap<string, string>;
  /** `namespace/name port` to node port, `port` being the Service's own: its protocols share a node port. */
  readonly nodePorts: ReadonlyMap<string, number>;
  /** `namespace/name` to port. */
  readonly healthCheckNodePorts: ReadonlyMap<string, number>;
  /** `namespace/name 80/TCP` to the port on which kube-proxy of mode userspace listens. */
  readonly proxyPorts: ReadonlyMap<string, number>;
  /**
   * `Deployment namespace/name 0 IPv4` to address. For pods of a DaemonSet the Node takes the place of the
   * number.
   */
  readonly podIPs: ReadonlyMap<string, string>;
}

/** Nothing is pinned. */
export const NO_ASSIGNMENTS: Assignments = {
  clusterIPs: new Map(),
  nodePorts: new Map(),
  healthCheckNodePorts: new Map(),
  proxyPorts: new Map(),
  podIPs: new Map(),
};

/** The first fields of the file, by which readers of manifests recognise it. */
export const ASSIGNMENTS_API_VERSION = 'svc2ipt/v1';
export const ASSIGNMENTS_KIND = 'Assignments';

const SECTIONS: readonly (keyof Assignments)[] = [
  'clusterIPs',
  'nodePorts',
  'healthCheckNodePorts',
  'proxyPorts',
  'podIPs',
];

/**
 * Formats assignments as YAML. The order of sections and keys is fixed, so that a review shows only changes.
 */
export function formatAssignments(assignments: Assignments): string {
  const lines = [`apiVersion: ${ASSIGNMENTS_API_VERSION}`, `kind: ${ASSIGNMENTS_KIND}`];
  for (const section of SECTIONS) {
    const entries = [...assignments[section]].sort(([a], [b]) => naturalOrder(a, b));
    if (entries.length === 0) continue;
    lines.push(`${section}:`);
    for (const [key, value] of entries) lines.push(`  ${formatKey(key)}: ${JSON.stringify(value)}`);
  }
  return `${lines.join('\n')}\n`;
}

const formatKey = (key: string): string =>
  /^[A-Za-z0-9][A-Za-z0-9./ -]*$/.test(key) ? key : JSON.stringify(key);
