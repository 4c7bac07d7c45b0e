import { mergeOutcomes, type PacketOutcome } from '../packets/outcome.ts';
import { type Box } from '../packets/packet-set.ts';
import { add, divide, multiply, type Rational, ZERO } from '../packets/rational.ts';
import { effectOf } from './differing.ts';
import { holds } from './packets.ts';

/** Where a share of one packet's connections ends. */
export interface Ending {
  readonly effect: string;
  /** One of the outcomes that end so. */
  readonly outcome: PacketOutcome;
  readonly share: Rational;
}

/**
 * Returns where one packet ends and with which share. Uses only the outcomes that hold for the packet, and
 * lists each end once.
 */
export function endingsOf(outcomes: readonly PacketOutcome[], packet: Box): readonly Ending[] {
  const own = outcomes.filter(({ packets }) => holds(packets, packet));
  const endings = new Map<string, Ending>();
  // Of one packet more can be joined than of the sets that it is in.
  for (const outcome of mergeOutcomes(own.map((each) => ({ ...each, packets: packet })))) {
    const effect = effectOf(outcome);
    const known = endings.get(effect);
    const share = known === undefined ? outcome.share : add(known.share, outcome.share);
    endings.set(effect, { effect, outcome: known?.outcome ?? outcome, share });
  }
  return [...endings.values()];
}

/** Where a packet ends, whatever its source address is by then. */
export interface Goal {
  /** `REJECT`, `DROP`, `ACCEPT`, or `DNAT` with address and port, and the conditions that nobody can decide. */
  readonly goal: string;
  readonly outcome: PacketOutcome;
  readonly share: Rational;
  /** The share of these whose source is rewritten, from 0 to 1. */
  readonly masqueraded: Rational;
  /** The lists that hold the client from now on, sorted. */
  readonly remembered: readonly string[];
  /** What chooses it among others, as `by load`; empty: chance. */
  readonly chosenBy: string;
}

const NOTHING: ReadonlySet<string> = new Set();

/** Joins endings that differ only in the source address and in what is remembered. Returns the goals by their text. */
export function goalsOf(endings: readonly Ending[]): ReadonlyMap<string, Goal> {
  const goals = new Map<string, Goal>();
  for (const { outcome, share } of endings) {
    const goal = effectOf({
      ...outcome,
      masquerade: false,
      remembered: NOTHING,
      chosenBy: undefined,
    });
    const known = goals.get(goal);
    const total = known === undefined ? share : add(known.share, share);
    const before = known === undefined ? ZERO : multiply(known.masqueraded, known.share);
    const rewritten = outcome.masquerade ? add(before, share) : before;
    goals.set(goal, {
      goal,
      outcome: known?.outcome ?? outcome,
      share: total,
      masqueraded: divide(rewritten, total),
      chosenBy: outcome.chosenBy ?? '',
      remembered: [...new Set([...(known?.remembered ?? []), ...outcome.remembered])].sort(),
    });
  }
  return goals;
}
