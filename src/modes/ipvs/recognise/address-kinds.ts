import { type SetDefinition } from '../../../netfilter/ipset/model.ts';
import { type Transport } from '../../../netfilter/ipvs/model.ts';
import { type AddressKind } from '../../port-facts.ts';

/** Where a virtual server is. */
export interface ServedAddress {
  readonly ip: string;
  readonly protocol: Transport;
  readonly port: number;
}

/** What an address with a virtual server is. */
export type ServedKind = AddressKind | 'node port';

/** Returns a text for an address; an empty `ip` stands for every address of the node. */
export const servedKey = ({ ip, protocol, port }: ServedAddress): string => `${ip} ${protocol} ${port}`;

const KINDS: readonly (readonly [RegExp, ServedKind])[] = [
  [/^KUBE-(?:6-)?CLUSTER-IP$/, 'cluster IP'],
  [/^KUBE-(?:6-)?LOAD-BALANCER$/, 'load balancer IP'],
  [/^KUBE-(?:6-)?EXTERNAL-IP(?:-LOCAL)?$/, 'external IP'],
  [/^KUBE-(?:6-)?NODE-PORT-(?:TCP|UDP|SCTP)/, 'node port'],
];
const SET_PROTOCOL = /NODE-PORT-(TCP|UDP|SCTP)/;

/** Returns what the addresses in a set are; undefined for a set that says something else of them. */
export const kindOfSet = ({ name }: SetDefinition): ServedKind | undefined =>
  KINDS.find(([form]) => form.test(name))?.[1];

/** Returns the protocol of the ports in a set of node ports, such as `tcp`. */
export const protocolOfSet = ({ name }: SetDefinition): string | undefined =>
  SET_PROTOCOL.exec(name)?.[1]?.toLowerCase();

/** Finds what addresses are by the sets of kube-proxy that hold them; `unknown` for one that is in none. */
export function servedKinds(sets: readonly SetDefinition[]): (at: ServedAddress) => ServedKind {
  const kinds = new Map<string, ServedKind>();
  for (const set of sets) {
    const kind = kindOfSet(set);
    if (kind === undefined) continue;
    for (const { parts } of set.entries) {
      const ip = parts.find((part) => part.kind === 'address')?.address ?? '';
      const port = parts.find((part) => part.kind === 'port');
      const protocol = port?.protocol ?? protocolOfSet(set);
      kinds.set(`${ip} ${protocol} ${port?.port}`, kind);
    }
  }
  return (at) => kinds.get(servedKey(at)) ?? kinds.get(servedKey({ ...at, ip: '' })) ?? 'unknown';
}
