import { includes, type Intervals, only, overlap } from './intervals.ts';
import { type Box, type Field } from './packet-set.ts';
import { type RuleRef } from './program.ts';
import { type DeferredShare } from './deferred-share.ts';
import { ONE, type Rational } from './rational.ts';

/** A mark that rules may have changed: (mark of the entering packet & `own`) ^ `value`. */
export interface MarkState {
  readonly own: number;
  readonly value: number;
}

/** The rules that did something with a packet or sent it to another chain, the last one first. */
export interface Path {
  readonly rule: RuleRef;
  /** How many jumps lead from the base chain to the rule's chain. */
  readonly depth: number;
  /** The choice of an address, or of a verdict, that the rule made at random; undefined when it made none. */
  readonly share: Rational | undefined;
  readonly before: Path | undefined;
}

/** A question that the rules cannot answer, and the answer with which the walk continued. */
export interface Assumption {
  readonly rule: RuleRef;
  /** The words of the rule that ask the question. */
  readonly what: string;
  /** `matches` and `does not match` for tests; `ignored` for what a rule does. */
  readonly taken: 'matches' | 'does not match' | 'ignored';
}

/** Where a packet went to when a balancer took it. */
export interface VirtualAddress {
  readonly protocol: Intervals;
  readonly address: Intervals;
  readonly port: Intervals;
}

/** A set of packets on its way, with all changes so far. */
export interface WalkState {
  /** The packets as they entered. */
  readonly packets: Box;
  /** Undefined: the packet's own. */
  readonly destination: bigint | undefined;
  readonly destinationPort: bigint | undefined;
  /** nat has chosen a destination. */
  readonly destinationTranslated: boolean;
  readonly sourceTranslated: boolean;
  /** By rules; undefined: as the packet came. */
  readonly untracked: boolean;
  readonly inInterface: bigint | undefined;
  readonly outInterface: bigint | undefined;
  readonly mark: MarkState;
  readonly connectionMark: MarkState;
  /** Lists that rules put the client on. */
  readonly remembered: ReadonlySet<string>;
  /** Undefined: no balancer has taken the packets. */
  readonly virtual: VirtualAddress | undefined;
  /** What chose the destination, such as `by load`; undefined: chance, or nothing had to be chosen. */
  readonly chosenBy: string | undefined;
  /** The share of these packets, given the assumptions: as it is meant, and as the kernel does it. */
  readonly share: Rational;
  readonly kernelShare: DeferredShare;
  readonly assumptions: readonly Assumption[];
  readonly path: Path | undefined;
}

/** Returns the state of packets that just entered. The mark of their connection is 0, as for every new connection. */
export const entering = (packets: Box): WalkState => ({
  packets,
  destination: undefined,
  destinationPort: undefined,
  destinationTranslated: false,
  sourceTranslated: false,
  untracked: false,
  inInterface: undefined,
  outInterface: undefined,
  mark: { own: 0xffffffff, value: 0 },
  connectionMark: { own: 0, value: 0 },
  remembered: new Set(),
  virtual: undefined,
  chosenBy: undefined,
  share: ONE,
  kernelShare: ONE,
  assumptions: [],
  path: undefined,
});

/** The fields that rules and routing change. */
const CHANGEABLE: ReadonlySet<Field> = new Set<Field>([
  'destination',
  'destinationPort',
  'inInterface',
  'outInterface',
]);

const isChangeable = (
  field: Field,
): field is 'destination' | 'destinationPort' | 'inInterface' | 'outInterface' => CHANGEABLE.has(field);

/** Returns the values that a field may have now. */
export function fieldNow(state: WalkState, field: Field): Intervals {
  const changed = isChangeable(field) ? state[field] : undefined;
  return changed === undefined ? state.packets.fields[field] : only(changed);
}

/** Returns true when the field of some of the packets has one of the values now. */
export function mayHave(state: WalkState, field: Field, values: Intervals): boolean {
  const changed = isChangeable(field) ? state[field] : undefined;
  return changed === undefined ? overlap(state.packets.fields[field], values) : includes(values, changed);
}

/** A set of packets split by a question. No packet is in two of the states. */
export interface Split {
  readonly yes: readonly WalkState[];
  readonly no: readonly WalkState[];
}
