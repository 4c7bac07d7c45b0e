import { type Chain, type Rule } from '../../../netfilter/nftables/model.ts';
import { type IpFamily } from '../../../text/ip.ts';
import { type DifferenceKind } from '../../comparison.ts';
import { type Owners } from './owners.ts';
import { type NftPart } from './part.ts';
import { type Side } from './side.ts';

/** Both sides, with all that the comparison of single chains and sets looks up. */
export interface CompareContext {
  readonly family: IpFamily;
  readonly expected: Side;
  readonly actual: Side;
  readonly owners: Owners;
  /** The form of the dump does not tell which sets are filled by rules. */
  readonly withoutDynamic: boolean;
}

/** A difference before those with one cause are brought together. */
export interface RawDifference {
  readonly kind: DifferenceKind;
  readonly owner: string | undefined;
  /** The chain, set or map that the difference is in. */
  readonly chain: string;
  readonly message: string;
  readonly expected: readonly NftPart[];
  readonly actual: readonly NftPart[];
  /** `ip:port` of the endpoint that the difference is about. */
  readonly endpoint?: string;
  /** The chain or set that is itself missing or not expected. */
  readonly object?: string;
  /** Chains and sets to which the parts of the difference lead. */
  readonly leadsTo?: readonly string[];
  /** What was changed, in words that are the same for every object with the same change. */
  readonly change?: string;
  /** The difference would come with the other choice about session affinity. */
  readonly isAffinity?: true;
}

/** One chain that is on both sides. */
export interface ChainPair {
  readonly name: string;
  readonly owner: string | undefined;
  readonly expected: Chain;
  readonly actual: Chain;
}

/** Rules of one chain as parts of a difference. */
export const rulesIn = (chain: string, rules: readonly Rule[]): readonly NftPart[] =>
  rules.map((rule) => ({ kind: 'rule', chain, rule }));

/** `ip:port` of an endpoint, with brackets around an IPv6 address. */
export const endpointText = ({ ip, port }: { readonly ip: string; readonly port: number | string }): string =>
  `${ip.includes(':') ? `[${ip}]` : ip}:${port}`;
