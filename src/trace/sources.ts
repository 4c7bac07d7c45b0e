import { type Cidr, canonicalIp, familyOf, type IpFamily } from '../text/ip.ts';
import { addressNumber, addressText } from '../text/ip-number.ts';
import { networkAddresses } from '../packets/networks.ts';
import { type ClientKind } from './packet.ts';

/** Where a packet comes from. */
export interface PacketSource {
  readonly address: string;
  /** What the user called it, when that was no address. */
  readonly client: string | undefined;
  readonly local: boolean;
  readonly inInterface: string | undefined;
}

/** What is known of a node of one family, to find clients of each kind. */
export interface Surroundings {
  readonly family: IpFamily;
  /** Addresses on the node's interfaces, loopback left out. */
  readonly nodeAddresses: readonly string[];
  /** Pods of this node, or of the cluster. */
  readonly podNetwork: Cidr;
  /** The interface by which packets of this node's pods come in, when rules match it; may end in `+`. */
  readonly podInterface: string | undefined;
  /** Addresses that are in use, mostly by endpoints. */
  readonly taken: ReadonlySet<string>;
  /** Addresses of Pods by `namespace/name`, and by `name` alone where that is unique. */
  readonly pods: ReadonlyMap<string, readonly string[]>;
  /** Returns true for an address that the node has for virtual servers alone. */
  readonly isBound: (address: string) => boolean;
}

/** An address outside any cluster, from the networks reserved for examples. (RFC 5737, RFC 3849) */
const OUTSIDE: Readonly<Record<IpFamily, string>> = { IPv4: '203.0.113.10', IPv6: '2001:db8::10' };

/** Returns the source that `--from` names, or a text that says why there is none. */
export function sourceFor(from: string, here: Surroundings): PacketSource | string {
  if (from === 'pod' || from === 'node' || from === 'outside') return clientOf(from, here);
  const family = familyOf(from);
  if (family !== undefined) {
    if (family !== here.family) return `${from} is no ${here.family} address, as the destination is`;
    return { address: canonicalIp(from), client: undefined, local: false, inInterface: undefined };
  }
  const addresses = here.pods.get(from);
  if (addresses === undefined)
    return `${from} is no address, no Pod of the manifests, and none of pod, node and outside`;
  const address = addresses.find((ip) => familyOf(ip) === here.family);
  if (address === undefined) return `Pod ${from} has no ${here.family} address`;
  return { address, client: from, local: false, inInterface: podInterfaceOf(here) };
}

/**
 * Returns a client of the kind: a process of the node, a pod that is no endpoint, or a host outside the
 * cluster.
 */
export function clientOf(kind: ClientKind, here: Surroundings): PacketSource | string {
  switch (kind) {
    case 'node': {
      const [address] = here.nodeAddresses;
      if (address === undefined)
        return `the node has no ${here.family} address: name one with --node-address`;
      return { address, client: kind, local: true, inInterface: undefined };
    }
    case 'pod':
      return { address: freePodAddress(here), client: kind, local: false, inInterface: podInterfaceOf(here) };
    case 'outside':
      return { address: OUTSIDE[here.family], client: kind, local: false, inInterface: undefined };
  }
}

/** `veth+` stands for names like veth0. */
const podInterfaceOf = ({ podInterface }: Surroundings): string | undefined =>
  podInterface?.replace(/\+$/, '0');

/** Finds an unused address of the pod network, starting at its end. */
function freePodAddress({ podNetwork, taken, nodeAddresses, family }: Surroundings): string {
  const [[first, last] = [0n, 0n]] = networkAddresses(`${podNetwork.address}/${podNetwork.prefix}`) ?? [];
  const used = new Set(
    [...taken, ...nodeAddresses].filter((ip) => familyOf(ip) === family).map(addressNumber),
  );
  for (let number = last - 1n; number > first; number -= 1n) {
    if (!used.has(number)) return addressText(number, family);
  }
  return addressText(last, family);
}
