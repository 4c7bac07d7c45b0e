/**
 * What the evaluator runs: a rule set as a small program, the same for iptables and nftables. Hooks call base chains in
 * the order of their priorities; a chain is a list of rules; a rule is a list of steps, each of which tests the packet
 * or does something. Nothing here depends on the software that wrote the rules.
 */
import { type IpFamily } from '../text/ip.ts';
import { type Intervals } from './intervals.ts';
import { type Field } from './packet-set.ts';
import { type Rational } from './rational.ts';

/** Where the kernel calls rules. */
export const HOOKS = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'] as const;
export type Hook = (typeof HOOKS)[number];

/** A question about the packet. The rule continues only when the answer is yes. */
export type Test =
  /** The field, as rules before this one left it, is in the set. Negation is compiled into the set. */
  | { readonly kind: 'field'; readonly field: Field; readonly values: Intervals }
  /** The mark of the packet or of its connection has these bits under the mask. */
  | {
      readonly kind: 'mark';
      readonly of: 'packet' | 'connection';
      readonly value: number;
      readonly mask: number;
      readonly negated: boolean;
    }
  /** Whether the connection has one of the states, or one of its addresses was translated. */
  | {
      readonly kind: 'conntrack';
      readonly states: Intervals;
      readonly destinationTranslated: boolean;
      readonly sourceTranslated: boolean;
      readonly negated: boolean;
    }
  /** Whether the source is on a list of clients. */
  | {
      readonly kind: 'client';
      readonly list: string;
      /** How long the list keeps clients; undefined: for ever. */
      readonly seconds: number | undefined;
      readonly negated: boolean;
    }
  /** Yes for this share of all connections, each decided by itself. */
  | {
      readonly kind: 'random';
      readonly share: Share;
      /** What decides instead of chance, such as `by load`; the share is then only what it would be on average. */
      readonly by?: string;
    }
  /** Whether a balancer took the packet to such a virtual address; an absent field may be anything. (libxt_ipvs) */
  | {
      readonly kind: 'balanced';
      readonly protocol?: Intervals;
      readonly address?: Intervals;
      readonly port?: Intervals;
      readonly negated: boolean;
    }
  /** Yes when all tests of one of the alternatives say yes: a set of concatenated fields. */
  | { readonly kind: 'any'; readonly of: readonly (readonly Test[])[]; readonly negated: boolean }
  /** A test that the rules cannot answer. `what` is the match as written in the rule. */
  | { readonly kind: 'unknown'; readonly what: string };

/** A share as it is meant (1/3) and as the kernel stores it (715827883/2147483648). */
export interface Share {
  readonly intended: Rational;
  readonly kernel: Rational;
}

/** Addresses and ports from which a translation takes one, each as likely as the others; absent: as it was. */
export interface Translation {
  readonly address?: bigint;
  readonly port?: bigint;
}

/** Something that a rule does. */
export type Action =
  /** Ends this base chain; the packet goes on to the next one. */
  | { readonly kind: 'accept' }
  | { readonly kind: 'drop' | 'reject' }
  | { readonly kind: 'return' }
  /** `chain` is the id of a chain of the program. */
  | { readonly kind: 'jump' | 'goto'; readonly chain: string }
  /** New mark = (mark & ~mask) ^ value. */
  | {
      readonly kind: 'set-mark';
      readonly of: 'packet' | 'connection';
      readonly value: number;
      readonly mask: number;
    }
  /**
   * Copies bits from the other mark: (to & ~toMask) ^ (from & fromMask). `to: 'packet'` restores the mark of the
   * connection, `to: 'connection'` saves that of the packet.
   */
  | {
      readonly kind: 'copy-mark';
      readonly to: 'packet' | 'connection';
      readonly fromMask: number;
      readonly toMask: number;
    }
  /** Never empty. A balancer sends packets to other hosts on at once, from where they are. */
  | {
      readonly kind: 'translate-destination';
      readonly choices: readonly Translation[];
      readonly balances?: true;
    }
  /** To this host itself; without a port, to the port that was asked for. */
  | { readonly kind: 'redirect'; readonly port?: bigint }
  | { readonly kind: 'translate-source' }
  /** Puts the source on a list of clients. */
  | { readonly kind: 'remember'; readonly list: string }
  /** The connection is not tracked: nat does not see it. */
  | { readonly kind: 'untrack' }
  /** One of the actions; shares add up to 1. */
  | {
      readonly kind: 'choose';
      readonly choices: readonly { readonly share: Share; readonly action: Action }[];
    }
  /** An action with an unknown effect. The evaluator continues as if it did nothing, and reports that. */
  | { readonly kind: 'unclear'; readonly what: string };

export type Step = Test | Action;

const TESTS: ReadonlySet<Step['kind']> = new Set<Test['kind']>([
  'field',
  'mark',
  'conntrack',
  'client',
  'random',
  'balanced',
  'any',
  'unknown',
]);

/** Returns true when a step is a test. */
export const isTest = (step: Step): step is Test => TESTS.has(step.kind);

/** The place of a rule, by which paths and reports name it. */
export interface RuleRef {
  /** Id of the chain: `nat/PREROUTING`. */
  readonly chain: string;
  /** Position in the chain, from 1. Rules of other software count. */
  readonly number: number;
  /** Line in the dump; undefined for compiled rules. */
  readonly line: number | undefined;
  /** The rule in the words of the tool that lists it. */
  readonly text: () => string;
}

/** Steps run in order. A test with the answer no ends the rule. A rule without a verdict goes on to the next rule. */
export interface ProgramRule {
  readonly ref: RuleRef;
  readonly steps: readonly Step[];
}

/** A list of rules. */
export interface ProgramChain {
  /** `table/chain`, unique in the program. */
  readonly id: string;
  readonly rules: readonly ProgramRule[];
}

/** A chain that a hook calls. */
export interface BaseChain {
  readonly hook: Hook;
  /** Chains with lower numbers are called first. */
  readonly priority: number;
  /** Only the first packet of a connection passes chains of nat. */
  readonly isNat: boolean;
  /** The virtual servers of a balancer (IPVS). It looks at no packet twice. */
  readonly balances?: true;
  readonly chain: string;
  /** What happens at the end of the chain. */
  readonly policy: 'accept' | 'drop';
}

/** A rule set of one family on one host. */
export interface Program {
  readonly family: IpFamily;
  /** In any order. */
  readonly baseChains: readonly BaseChain[];
  /**
   * Returns the chain, or undefined when the program has none of that id. May compile the chain on the first
   * call.
   */
  readonly chain: (id: string) => ProgramChain | undefined;
  /** Addresses of the host itself: they decide between INPUT and FORWARD. */
  readonly localAddresses: Intervals;
  /** Those of them that the host has for a balancer alone. */
  readonly virtualAddresses?: Intervals;
}
