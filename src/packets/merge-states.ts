import { addLater } from './deferred-share.ts';
import { type Clients } from './clients.ts';
import { type Box } from './packet-set.ts';
import { add } from './rational.ts';
import { type Assumption, type WalkState } from './state.ts';
import { groupBy } from '../text/groups.ts';

/**
 * Joins states that no rule can tell apart any more: the same packets, changed in the same way. Shares of random
 * choices add up. An assumption without effect is removed and passed to `forget`. The path is that of the last state.
 */
export function mergeStates(states: readonly WalkState[], forget: () => void): readonly WalkState[] {
  if (states.length < 2) return states;
  return [...groupBy(states, changesOf).values()].flatMap((group) => mergeAlike(group, forget));
}

const numbers = new WeakMap<object, number>();
let used = 0;

/**
 * Returns a number for each object: boxes that were never split, and conditions on clients that are the same, are one.
 */
export function numberOf(object: Box | Clients): number {
  const number = numbers.get(object) ?? (used += 1);
  numbers.set(object, number);
  return number;
}

function changesOf(state: WalkState): string {
  const { mark, connectionMark: connection, virtual } = state;
  return [
    numberOf(state.packets),
    state.destination,
    state.destinationPort,
    state.destinationTranslated,
    state.sourceTranslated,
    state.untracked,
    state.inInterface,
    state.outInterface,
    mark.own,
    mark.value,
    connection.own,
    connection.value,
    [...state.remembered].join(' '),
    state.chosenBy,
    virtual && [virtual.protocol, virtual.address, virtual.port].join(' '),
  ].join('|');
}

function mergeAlike(states: readonly WalkState[], forget: () => void): readonly WalkState[] {
  let merged: WalkState[] = [];
  for (const state of states) {
    let candidate = state;
    // Each join can make another one possible.
    for (let at = merged.length - 1; at >= 0; at -= 1) {
      const joined = join(merged[at] ?? candidate, candidate);
      if (joined === undefined) continue;
      if (joined.assumptions.length < candidate.assumptions.length) forget();
      candidate = joined;
      merged = merged.filter((_, index) => index !== at);
    }
    merged.push(candidate);
  }
  return merged;
}

/** Returns one state in place of two; undefined when they still differ. */
function join(a: WalkState, b: WalkState): WalkState | undefined {
  if (sameAssumptions(a.assumptions, b.assumptions)) {
    return { ...b, share: add(a.share, b.share), kernelShare: addLater(a.kernelShare, b.kernelShare) };
  }
  const isSameShare = a.share.numerator === b.share.numerator && a.share.denominator === b.share.denominator;
  const common = isSameShare ? withoutOpposite(a.assumptions, b.assumptions) : undefined;
  return common && { ...b, assumptions: common };
}

const sameAssumption = (a: Assumption, b: Assumption): boolean =>
  a.rule === b.rule && a.what === b.what && a.taken === b.taken;

/** Returns true when two lists hold the same assumptions in the same order. */
export const sameAssumptions = (a: readonly Assumption[], b: readonly Assumption[]): boolean =>
  a === b ||
  (a.length === b.length &&
    a.every((assumption, at) => sameAssumption(assumption, b[at] ?? assumption) && b[at] !== undefined));

/** Returns the common assumptions of two lists that differ in the answer to one question only; otherwise undefined. */
export function withoutOpposite(
  a: readonly Assumption[],
  b: readonly Assumption[],
): readonly Assumption[] | undefined {
  if (a.length !== b.length) return undefined;
  const at = a.findIndex((assumption, index) => assumption.taken !== b[index]?.taken);
  const [left, right] = [a[at], b[at]];
  if (left === undefined || right === undefined) return undefined;
  if (left.rule !== right.rule || left.what !== right.what) return undefined;
  const rest = a.filter((_, index) => index !== at);
  return sameAssumptions(
    rest,
    b.filter((_, index) => index !== at),
  )
    ? rest
    : undefined;
}
