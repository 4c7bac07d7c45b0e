import { type Node, type Pod } from '../manifest/types.ts';
import { canonicalIp, familyOf, type IpFamily } from '../text/ip.ts';

/** The Nodes of the input. */
export interface KnownNodes {
  readonly nodes: readonly Node[];
  readonly find: (name: string | undefined) => Node | undefined;
  /** False for a Node that the cluster does not have, as far as the input tells the whole cluster. */
  readonly mayRun: (name: string | undefined) => boolean;
}

/** Several Nodes are taken as all Nodes of the cluster. A single Node may be only the node compiled for. */
export function knownNodes(nodes: readonly Node[]): KnownNodes {
  const byName = new Map(nodes.map((node) => [node.metadata.name, node]));
  const find = (name: string | undefined): Node | undefined =>
    name === undefined ? undefined : byName.get(name);
  const mayRun = (name: string | undefined): boolean => nodes.length < 2 || find(name) !== undefined;
  return { nodes, find, mayRun };
}

const ZONE = 'topology.kubernetes.io/zone';

/**
 * Returns the zone of the Pod's Node. Without the Node it takes the Pod's own label, which the API server
 * sets when the Pod is bound (1.35).
 */
export function zoneOf(pod: Pod, nodes: KnownNodes): string | undefined {
  const { labels } = nodes.find(pod.spec.nodeName)?.metadata ?? pod.metadata;
  const zone = Object.hasOwn(labels, ZONE) ? labels[ZONE] : undefined;
  return zone === '' ? undefined : zone;
}

/** The address by which the Node's own processes are reached, which pods on the host network share. */
export function hostAddress(node: Node | undefined, family: IpFamily): string | undefined {
  const internal = node?.status.addresses.find(
    ({ type, address }) => type === 'InternalIP' && familyOf(address) === family,
  );
  return internal === undefined ? undefined : canonicalIp(internal.address);
}
