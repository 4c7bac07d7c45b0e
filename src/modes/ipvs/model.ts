import { type RuleSet } from '../../netfilter/iptables/model.ts';
import { type SetDefinition } from '../../netfilter/ipset/model.ts';
import { type VirtualServer } from '../../netfilter/ipvs/model.ts';
import { type Cidr, type IpFamily } from '../../text/ip.ts';

/** What a node of mode ipvs holds for one family, in four parts. */
export interface IpvsModel {
  readonly family: IpFamily;
  /** The rules of iptables, or of ip6tables. */
  readonly rules: RuleSet;
  /** By name. */
  readonly sets: readonly SetDefinition[];
  /** By address, protocol and port; real servers by address and port. */
  readonly servers: readonly VirtualServer[];
  /** The addresses that are bound to kube-ipvs0, as they are ordered. */
  readonly addresses: readonly string[];
  /** Which service port asks for a part, by its key; empty when nobody knows. */
  readonly owners: Owners;
  /** Every service port, as comparisons name it. */
  readonly servicePorts: readonly string[];
  /** Networks of virtual servers that kube-proxy leaves alone. */
  readonly excluded: readonly Cidr[];
}

/** `ns/name:port/PROTOCOL` of service ports, by key of a part. */
export type Owners = ReadonlyMap<string, string>;

/** Returns the key of an entry: the line that adds it. */
export const entryKey = (set: string, entry: string): string => `add ${set} ${entry}`;

/** Returns the key of an address of kube-ipvs0. */
export const addressKey = (ip: string): string => `address ${ip}`;
