import { type Dump } from '../../netfilter/iptables/dump.ts';
import { type SetDefinition } from '../../netfilter/ipset/model.ts';
import { type VirtualServer } from '../../netfilter/ipvs/model.ts';
import { type IpFamily } from '../../text/ip.ts';

/** What was read from a node of mode ipvs, for one family. A part that nobody printed is undefined. */
export interface IpvsDump {
  readonly family: IpFamily;
  readonly rules: Dump | undefined;
  /** Sets of the family that are kube-proxy's by name. */
  readonly sets: readonly SetDefinition[] | undefined;
  /** Sets of other software, of both families. */
  readonly foreignSets: readonly SetDefinition[];
  readonly servers: readonly VirtualServer[] | undefined;
  /** The addresses of kube-ipvs0. */
  readonly addresses: readonly string[] | undefined;
}
