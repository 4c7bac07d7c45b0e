/**
 * What a kernel holds: tables of chains of rules. No text here: `iptables/` spells and reads it.
 * A rule is the IP header part (fields of the rule itself), matches of extensions in the order in which they
 * were loaded, and at most one target.
 */

import { type IpFamily } from '../../text/ip.ts';

/** A value that a rule compares with, or compares against when `negated`. */
export interface Negatable<T> {
  readonly value: T;
  readonly negated?: boolean;
}

export type TableName = 'raw' | 'mangle' | 'nat' | 'filter' | 'security';
export type AddressKind = 'LOCAL';
export type ConntrackState = 'INVALID' | 'NEW' | 'RELATED' | 'ESTABLISHED' | 'UNTRACKED' | 'SNAT' | 'DNAT';

/** One extension's match. The fields of each are what its `--options` say. */
export type Match =
  | { readonly kind: 'comment'; readonly text: string }
  /** `-m tcp|udp|sctp`: a bare match, or with one destination port (kube-proxy never uses ranges). */
  | { readonly kind: 'port'; readonly protocol: 'tcp' | 'udp' | 'sctp'; readonly destination?: number }
  | { readonly kind: 'conntrack'; readonly state: Negatable<readonly ConntrackState[]> }
  | { readonly kind: 'mark'; readonly mark: Negatable<number>; readonly mask: number }
  | {
      readonly kind: 'addrtype';
      readonly source?: Negatable<AddressKind>;
      readonly destination?: Negatable<AddressKind>;
    }
  /** `--probability`, exactly as the kernel holds it: in units of 2^-31. */
  | { readonly kind: 'statistic'; readonly threshold: number }
  | {
      readonly kind: 'recent';
      readonly list: string;
      readonly action: { readonly set: true } | { readonly seconds: number; readonly reap: true };
    }
  | { readonly kind: 'nfacct'; readonly counter: string }
  /**
   * Any other match, or one of the above with options that kube-proxy never writes: the words as they stand,
   * quotes and all, with each `!` ahead of its option.
   */
  | { readonly kind: 'other'; readonly module: string; readonly words: readonly string[] };

export type Target =
  | { readonly kind: 'jump'; readonly chain: string }
  | { readonly kind: 'goto'; readonly chain: string }
  | { readonly kind: 'accept' | 'drop' | 'return' }
  | { readonly kind: 'reject'; readonly with: string }
  /** New mark = (mark & ~mask) ^ value. */
  | { readonly kind: 'mark'; readonly value: number; readonly mask: number }
  | { readonly kind: 'masquerade'; readonly randomFully: boolean }
  /** `10.0.0.1:80` or `[fd00::1]:80`. */
  | { readonly kind: 'dnat'; readonly destination: string }
  | { readonly kind: 'other'; readonly name: string; readonly words: readonly string[] };

export interface Rule {
  /** CIDR in canonical form, always with its prefix length. */
  readonly source?: Negatable<string>;
  readonly destination?: Negatable<string>;
  /** Interface name; a trailing `+` matches any name that begins so. */
  readonly inInterface?: Negatable<string>;
  readonly outInterface?: Negatable<string>;
  /** Lower-case name. */
  readonly protocol?: Negatable<string>;
  /** `-f` matches second and further fragments, `! -f` all else. kube-proxy never asks; other software may. */
  readonly fragment?: Negatable<true>;
  readonly matches: readonly Match[];
  /** Absent: the rule only counts. */
  readonly target?: Target;
}

export interface Chain {
  readonly name: string;
  /** Built-in chains have a policy, user chains none. */
  readonly policy?: string;
  readonly rules: readonly Rule[];
}

/** Built-in chains come first, in hook order; then user chains in any order (printing sorts them). */
export interface Table {
  readonly name: TableName;
  readonly chains: readonly Chain[];
}

export interface RuleSet {
  /** Whose kernel tables these are: it decides how `recent` masks are spelled. */
  readonly family: IpFamily;
  readonly tables: readonly Table[];
}
