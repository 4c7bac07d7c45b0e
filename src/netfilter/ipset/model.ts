/** Sets that rules of iptables look up with `-m set`: what `ipset save` prints. */
import { type IpFamily } from '../../text/ip.ts';

/** What a part of an entry is: `hash:ip,port,net` has three parts. */
export const PART_KINDS = ['ip', 'net', 'port', 'mac', 'mark', 'iface', 'set'] as const;
export type PartKind = (typeof PART_KINDS)[number];

/** How a set stores its entries, and what each entry consists of. */
export interface SetType {
  readonly storage: 'hash' | 'bitmap' | 'list';
  /** Never empty. */
  readonly parts: readonly PartKind[];
}

/** A part of an entry. */
export type EntryPart =
  /** `10.0.0.1` without a prefix, `10.0.0.0/8` with one. The address is canonical. */
  | { readonly kind: 'address'; readonly address: string; readonly prefix: number | undefined }
  /** `tcp:80`; `80` without a protocol, as in `bitmap:port`. The protocol is in lower case. */
  | { readonly kind: 'port'; readonly protocol: string | undefined; readonly port: number }
  /** `icmp:echo-request`. */
  | { readonly kind: 'icmp'; readonly protocol: 'icmp' | 'icmpv6'; readonly type: string }
  | { readonly kind: 'mac' | 'mark' | 'iface' | 'set'; readonly text: string };

/** One entry of a set. */
export interface SetEntry {
  /** One for each part of the set's type. */
  readonly parts: readonly EntryPart[];
  /** Words behind the entry: `nomatch`, `timeout 300`, `comment "..."`. */
  readonly options: readonly string[];
}

/** A set with its entries. */
export interface SetDefinition {
  readonly name: string;
  readonly type: SetType;
  /** Undefined for types without addresses, and for bitmaps, which are IPv4 or have no addresses. */
  readonly family: IpFamily | undefined;
  /** Further words of the line that creates it: `hashsize 1024 maxelem 65536`. */
  readonly options: readonly string[];
  /** In any order: `ipset` prints them by their place in a hash table. */
  readonly entries: readonly SetEntry[];
}
