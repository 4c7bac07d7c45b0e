import { type RuleSet } from '../../netfilter/iptables/model.ts';
import { type SetDefinition } from '../../netfilter/ipset/model.ts';
import { type VirtualServer } from '../../netfilter/ipvs/model.ts';
import { type IpFamily } from '../../text/ip.ts';

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
}
