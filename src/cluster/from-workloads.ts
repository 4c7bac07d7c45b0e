import { createHash } from 'node:crypto';
import { type Node, type Pod } from '../manifest/types.ts';
import { type IpFamily } from '../text/ip.ts';
import { hostAddress } from './known-nodes.ts';
import { type PodMaker } from './pod-makers.ts';

/** A pod as its maker would make it, before it has an address. */
export interface StandInPod {
  readonly maker: PodMaker;
  /** `Deployment namespace/name 0`; pods of a DaemonSet go by their Nodes, a Pod by itself. */
  readonly identity: string;
  readonly name: string;
  /** Where it runs, when that is a Node of the input. */
  readonly node?: Node;
}

/**
 * Returns the pods of a maker. A DaemonSet has one on each Node. Other pods are spread over the Nodes by
 * hash, so that a new Node moves only the pods that it gets, and a removed Node only the pods that it had.
 */
export function standInPods(maker: PodMaker): readonly StandInPod[] {
  const { identity, nodes, count } = maker;
  const { kind, metadata } = maker.resource.object;
  if (kind === 'DaemonSet' && nodes.length > 0) {
    return nodes.map((node) => ({
      maker,
      identity: `${identity} ${node.metadata.name}`,
      name: `${metadata.name}-${node.metadata.name}`,
      node,
    }));
  }
  const pick = nodePicker(nodes);
  return Array.from({ length: count }, (_, ordinal) => {
    const own = kind === 'Pod' ? identity : `${identity} ${ordinal}`;
    const node = pick(own);
    const name = kind === 'Pod' ? metadata.name : `${metadata.name}-${ordinal}`;
    return { maker, identity: own, name, ...(node !== undefined && { node }) };
  });
}

/**
 * Chooses the Node with the highest score for the pod. If a Node goes away, only its own pods move, each to
 * its second choice.
 */
function nodePicker(nodes: readonly Node[]): (identity: string) => Node | undefined {
  if (nodes.length < 2) return () => nodes[0];
  const hashed = nodes.map((node) => ({ node, hash: hash32(node.metadata.name) }));
  return (identity) => {
    const own = hash32(identity);
    let best: Node | undefined;
    let bestScore = -1;
    for (const { node, hash } of hashed) {
      const score = mix(own ^ hash);
      if (score > bestScore) [best, bestScore] = [node, score];
    }
    return best;
  };
}

const hash32 = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE(0);

/** Mixes the bits of a 32-bit number. Different numbers give different results. (MurmurHash3's finalizer) */
function mix(bits: number): number {
  let mixed = bits ^ (bits >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Returns the address of the Node for a pod on the host network. Such a pod needs no stand-in address. */
export const sharedAddress = ({ maker, node }: StandInPod, family: IpFamily): string | undefined =>
  maker.spec.hostNetwork ? hostAddress(node, family) : undefined;

/**
 * Returns what a StatefulSet adds to the spec of each pod: the hostname by which a headless Service names it.
 * (initIdentity, pkg/controller/statefulset/stateful_set_utils.go, 1.36)
 */
function identityOf({ resource: { object } }: PodMaker, name: string): Partial<Pod['spec']> {
  if (object.kind !== 'StatefulSet') return {};
  const { serviceName } = object.spec;
  return { hostname: name, ...(serviceName !== undefined && { subdomain: serviceName }) };
}

/** The stand-in as a Pod, running and ready. */
export function readyPod({ maker, name, node }: StandInPod, podIPs: readonly string[]): Pod {
  const { namespace } = maker;
  const nodeName = node?.metadata.name ?? maker.otherwiseOn;
  return {
    kind: 'Pod',
    metadata: { name, namespace, labels: maker.labels, annotations: {} },
    spec: { ...maker.spec, ...identityOf(maker, name), ...(nodeName !== undefined && { nodeName }) },
    status: {
      phase: 'Running',
      podIPs,
      ...(podIPs[0] !== undefined && { podIP: podIPs[0] }),
      conditions: [{ type: 'Ready', status: 'True' }],
    },
  };
}
