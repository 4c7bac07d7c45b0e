import { appendAll } from '../text/append-all.ts';
import { complementMark, splitMark } from './split-mark.ts';
import { includes, intersect, type Intervals, only, overlap, subtract, unionOf } from './intervals.ts';
import { alternativesFor } from './alternatives.ts';
import { seenWithin } from './client-ages.ts';
import { agesOn } from './clients.ts';
import { type Field, stateNumber, withClient, withField } from './packet-set.ts';
import { type RuleRef, type Test } from './program.ts';
import { multiplyLater } from './deferred-share.ts';
import { complement, multiply, type Rational, ZERO } from './rational.ts';
import { fieldNow, mayHave, type Split, type WalkState } from './state.ts';

/** What the answers depend on besides the packet and the rules. */
export interface Knowledge {
  /** The ages of clients on a list that the packet set does not mention: see {@link ANY_AGE}. */
  readonly unlistedClients: Intervals;
  /** Returns true when one more question that the rules do not decide may split the packets. */
  readonly mayAssume: () => boolean;
}

/** Splits the packets of a state by a test. */
export function applyTest(test: Test, state: WalkState, rule: RuleRef, knowledge: Knowledge): Split {
  switch (test.kind) {
    case 'field':
      return splitField(state, test.field, test.values);
    case 'mark':
      return test.negated ? complementMark(state, test) : splitMark(state, test);
    case 'conntrack':
      return negate(splitConntrack(state, test, rule, knowledge), test.negated);
    case 'client':
      return negate(splitClient(state, test, knowledge), test.negated);
    case 'random':
      return splitRandom(
        test.by === undefined ? state : { ...state, chosenBy: test.by },
        test.share.intended,
        test.share.kernel,
      );
    case 'balanced':
      return negate(splitBalanced(state, test, rule, knowledge), test.negated);
    case 'any':
      return negate(splitAny(state, test.of, rule, knowledge), test.negated);
    case 'unknown':
      return splitUnknown(state, test.what, rule, knowledge);
  }
}

const all = (state: WalkState): Split => ({ yes: [state], no: [] });
const none = (state: WalkState): Split => ({ yes: [], no: [state] });
const negate = ({ yes, no }: Split, negated: boolean): Split =>
  negated ? { yes: no, no: yes } : { yes, no };

function splitField(state: WalkState, field: Field, values: Intervals): Split {
  const now = fieldNow(state, field);
  const inside = intersect(now, values);
  if (inside === now) return all(state);
  if (inside.length === 0) return none(state);
  // A changed field is one value, so it was inside or outside as a whole.
  return {
    yes: [{ ...state, packets: withField(state.packets, field, inside) }],
    no: [{ ...state, packets: withField(state.packets, field, subtract(now, values)) }],
  };
}

function splitConntrack(
  state: WalkState,
  test: Extract<Test, { kind: 'conntrack' }>,
  rule: RuleRef,
  knowledge: Knowledge,
): Split {
  const { states, destinationTranslated, sourceTranslated } = test;
  if (destinationTranslated && state.destinationTranslated) return all(state);
  if (sourceTranslated && state.sourceTranslated) return all(state);
  if (state.untracked) return includes(states, stateNumber('UNTRACKED')) ? all(state) : none(state);
  const byState = splitField(state, 'conntrack', states);
  if (!destinationTranslated && !sourceTranslated) return byState;
  // Rules do not tell whether connections that began earlier were translated.
  const older = unionOf([stateNumber('ESTABLISHED'), stateNumber('RELATED')].flatMap(only));
  const parted = byState.no.map((rest) => splitField(rest, 'conntrack', older));
  const open = parted.flatMap(({ yes }) => yes).map((rest) => splitUnknown(rest, 'ctstate', rule, knowledge));
  return {
    yes: [...byState.yes, ...open.flatMap(({ yes }) => yes)],
    no: [...parted.flatMap(({ no }) => no), ...open.flatMap(({ no }) => no)],
  };
}

function splitClient(
  state: WalkState,
  { list, seconds }: Extract<Test, { kind: 'client' }>,
  { unlistedClients }: Knowledge,
): Split {
  if (state.remembered.has(list)) return all(state);
  const now = agesOn(state.packets.clients, list) ?? unlistedClients;
  const recent = intersect(now, seenWithin(seconds));
  if (recent === now) return all(state);
  if (recent.length === 0) return none(state);
  const aged = (ages: Intervals): readonly WalkState[] => {
    const packets = withClient(state.packets, list, ages);
    return packets === undefined ? [] : [{ ...state, packets }];
  };
  return { yes: aged(recent), no: aged(subtract(now, recent)) };
}

function splitRandom(state: WalkState, intended: Rational, kernel: Rational): Split {
  const weighted = (share: Rational, kernelShare: Rational): readonly WalkState[] =>
    share.numerator === ZERO.numerator
      ? []
      : [
          {
            ...state,
            share: multiply(state.share, share),
            kernelShare: multiplyLater(state.kernelShare, kernelShare),
          },
        ];
  return { yes: weighted(intended, kernel), no: weighted(complement(intended), complement(kernel)) };
}

function splitBalanced(
  state: WalkState,
  { protocol, address, port }: Extract<Test, { kind: 'balanced' }>,
  rule: RuleRef,
  knowledge: Knowledge,
): Split {
  const { virtual } = state;
  if (virtual === undefined) return none(state);
  const asked = [
    [virtual.protocol, protocol ?? virtual.protocol],
    [virtual.address, address ?? virtual.address],
    [virtual.port, port ?? virtual.port],
  ] as const;
  if (asked.every(([now, wanted]) => intersect(now, wanted) === now)) return all(state);
  if (asked.some(([now, wanted]) => !overlap(now, wanted))) return none(state);
  return splitUnknown(state, 'ipvs', rule, knowledge);
}

function splitAny(
  state: WalkState,
  alternatives: readonly (readonly Test[])[],
  rule: RuleRef,
  knowledge: Knowledge,
): Split {
  const yes: WalkState[] = [];
  let open: readonly WalkState[] = [state];
  for (const tests of alternativesFor(alternatives, fieldNow(state, 'destination'))) {
    if (open.length === 0) break;
    const parted = open.map((rest) => splitAll(rest, tests, rule, knowledge));
    for (const part of parted) appendAll(yes, part.yes);
    open = parted.flatMap(({ no }) => no);
  }
  return { yes, no: open };
}

function splitAll(state: WalkState, tests: readonly Test[], rule: RuleRef, knowledge: Knowledge): Split {
  // Test cheaply first: most alternatives of a large set do not match these packets.
  const apart = tests.some((test) => test.kind === 'field' && !mayHave(state, test.field, test.values));
  if (apart) return none(state);
  const no: WalkState[] = [];
  let open: readonly WalkState[] = [state];
  for (const test of tests) {
    const parted = open.map((rest) => applyTest(test, rest, rule, knowledge));
    for (const part of parted) appendAll(no, part.no);
    open = parted.flatMap(({ yes }) => yes);
  }
  return { yes: open, no };
}

function splitUnknown(state: WalkState, what: string, rule: RuleRef, knowledge: Knowledge): Split {
  const { assumptions } = state;
  const assume = (taken: 'matches' | 'does not match'): WalkState => ({
    ...state,
    assumptions: [...assumptions, { rule, what, taken }],
  });
  if (knowledge.mayAssume()) return { yes: [assume('matches')], no: [assume('does not match')] };
  // One assumption is enough for all packets that are not followed further.
  if (assumptions.at(-1)?.what === TOO_MANY) return none(state);
  return none({ ...state, assumptions: [...assumptions, { rule, what: TOO_MANY, taken: 'ignored' }] });
}

const TOO_MANY = 'more matches that nobody can decide than can be followed, from here on';
