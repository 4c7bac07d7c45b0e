/**
 * What a kernel holds in nf_tables: tables with sets, maps and chains of rules. `*-text.ts` and `*-json.ts` print and
 * read it. A rule is a list of statements that run in order. A match that fails ends the rule.
 */

export type NftFamily = 'ip' | 'ip6' | 'inet' | 'arp' | 'bridge' | 'netdev';

/** A value that a rule names. */
export type Constant =
  /** A name or an address as written: `tcp`, `new`, `local`, `10.0.0.1`. */
  | { readonly kind: 'word'; readonly text: string }
  /** A port, or any other number that is printed in decimal. */
  | { readonly kind: 'number'; readonly value: number }
  /** A packet mark of 32 bits, printed as `0x00004000`. */
  | { readonly kind: 'mark'; readonly value: number }
  /** Printed in quotes: the name of an interface; a trailing `*` stands for any rest of the name. */
  | { readonly kind: 'quoted'; readonly text: string }
  /** `10.0.0.0/8`. */
  | { readonly kind: 'prefix'; readonly address: string; readonly length: number }
  | { readonly kind: 'range'; readonly from: string; readonly to: string };

/** What statements compare, look up and write. */
export type Expression =
  | Constant
  /** A field of a packet header: `ip saddr`, `th dport`. */
  | { readonly kind: 'payload'; readonly protocol: string; readonly field: string }
  | { readonly kind: 'meta'; readonly key: string }
  | { readonly kind: 'ct'; readonly key: string }
  /** `fib saddr type`: what the routing table says of addresses of the packet. */
  | { readonly kind: 'fib'; readonly flags: readonly string[]; readonly result: string }
  /** A number from `offset` on, below `offset + modulus`. */
  | {
      readonly kind: 'numgen';
      readonly mode: 'random' | 'inc';
      readonly modulus: number;
      readonly offset: number;
    }
  /** `ip daddr . meta l4proto . th dport`: fields one after another. */
  | { readonly kind: 'concat'; readonly parts: readonly Expression[] }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  /** Several names of bits: `established,related`. */
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'set-reference'; readonly name: string }
  /** A set or map that stands in the rule itself. */
  | { readonly kind: 'set'; readonly elements: readonly Element[] }
  /** What a map holds for a key. */
  | { readonly kind: 'map'; readonly key: Expression; readonly data: Expression };

export type BinaryOperator = '&' | '|' | '^';

export type Verdict =
  | { readonly kind: 'accept' | 'drop' | 'return' | 'continue' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string };

/** One entry of a set or map. */
export interface Element {
  readonly key: Expression;
  /** What a map holds for the key. */
  readonly data?: Expression | Verdict;
  readonly comment?: string;
  /** In milliseconds, when it is not that of the set. */
  readonly timeout?: number;
  /** In milliseconds, until the kernel forgets the element. */
  readonly expires?: number;
}

export type RelationalOperator = '==' | '!=' | '<' | '>' | '<=' | '>=';

/** One step of a rule. */
export type Statement =
  | Verdict
  | {
      readonly kind: 'match';
      readonly left: Expression;
      readonly operator: RelationalOperator;
      readonly right: Expression;
    }
  /** Does what the map holds for the key. Without an entry the rule continues. */
  | { readonly kind: 'vmap'; readonly key: Expression; readonly data: Expression }
  /** Writes a value: `meta mark set ...`. */
  | { readonly kind: 'mangle'; readonly key: Expression; readonly value: Expression }
  | { readonly kind: 'masquerade'; readonly flags: readonly string[] }
  /** Changes the destination (dnat) or the source (snat); `family` is written where a map gives address and port. */
  | {
      readonly kind: 'dnat' | 'snat';
      readonly family?: 'ip' | 'ip6';
      readonly address: Expression;
      readonly port?: Expression;
    }
  /** Absent `answer`: the default answer of the family of the table. */
  | { readonly kind: 'reject'; readonly answer?: { readonly type: string; readonly code: string } }
  /** Puts a value of the packet into a set. */
  | {
      readonly kind: 'set-update';
      readonly operation: 'add' | 'update' | 'delete';
      readonly set: string;
      readonly key: Expression;
    }
  /** Absent `counted`: the rule set was listed without counters. */
  | { readonly kind: 'counter'; readonly counted?: { readonly packets: number; readonly bytes: number } }
  /** A statement that is not understood, as `nft list` or `nft -j` wrote it. */
  | { readonly kind: 'unknown'; readonly form: 'text' | 'json'; readonly text: string };

export interface Rule {
  readonly statements: readonly Statement[];
  readonly comment?: string;
  readonly handle?: number;
}

/** Where a base chain hooks in. */
export interface Hook {
  readonly type: string;
  readonly hook: string;
  readonly device?: string;
  /** Instead of `device`, when there are several. */
  readonly devices?: readonly string[];
  readonly priority: number;
  readonly policy?: string;
}

/** A chain. Packets reach a chain without a hook through jumps only. */
export interface Chain {
  readonly name: string;
  readonly hook?: Hook;
  readonly comment?: string;
  readonly handle?: number;
  readonly rules: readonly Rule[];
}

/** A named set, or a map when it has `dataType`. */
export interface NamedSet {
  readonly name: string;
  /** Types of the fields of a key; none where they are told by `typeof`, in one of `otherLines`. */
  readonly keyType: readonly string[];
  /** `verdict`, or types of the fields of what the map holds. */
  readonly dataType?: readonly string[];
  readonly flags: readonly string[];
  /** In milliseconds. */
  readonly timeout?: number;
  readonly size?: number;
  readonly comment?: string;
  readonly handle?: number;
  /** Lines of the declaration that are not understood, as written. */
  readonly otherLines: readonly string[];
  readonly elements: readonly Element[];
}

/** An object that is not understood (counter, flowtable, ...), as written. */
export interface OtherObject {
  readonly form: 'text' | 'json';
  readonly text: string;
}

export interface Table {
  readonly family: NftFamily;
  readonly name: string;
  readonly comment?: string;
  /** As `dormant`. */
  readonly flags: readonly string[];
  readonly handle?: number;
  /** Sets and maps in the order in which they were made. */
  readonly sets: readonly NamedSet[];
  readonly others: readonly OtherObject[];
  readonly chains: readonly Chain[];
}

export interface Ruleset {
  readonly tables: readonly Table[];
}
