import { numberOf } from '../packets/merge-states.ts';
import { mergeOutcomes, type PacketOutcome } from '../packets/outcome.ts';
import { type Box } from '../packets/packet-set.ts';
import { add, divide, multiply, type Rational, ZERO } from '../packets/rational.ts';
import { answeredEffectOf } from './answers.ts';
import { fieldsKey } from './differing.ts';
import { type Ending } from './ending.ts';
import { patternOf, profileOf } from './patterns.ts';
import { heldIn, type Region, regionsOf } from './regions.ts';

/** Packets of a few senders are asked for again and again, and those of one endpoint one after the other. */
const MOST_KNOWN = 16;

/** Where packets end on one side. */
export interface Endings {
  /**
   * Returns where one packet ends and with which shares. Uses only the outcomes that hold for the packet, and lists
   * each end once. Packets for which the same outcomes hold may get the same list.
   */
  readonly of: (packet: Box) => readonly Ending[];
  /** Returns a text that is equal for packets whose ends differ in nothing but their addresses. */
  readonly patternOf: (packet: Box) => string;
}

/** Returns where packets with these outcomes end. */
export function endingsIn(outcomes: readonly PacketOutcome[]): Endings {
  const regionsFor = regionsOf(outcomes);
  const places = new Map(outcomes.map((outcome, at) => [outcome, at]));
  const endings = new Map(
    outcomes.map((outcome) => [
      outcome,
      { effect: answeredEffectOf(outcome), outcome, share: outcome.share },
    ]),
  );
  const known = new Map<string, readonly Ending[]>();
  const endingsOf = (packet: Box): readonly Ending[] => {
    const own = regionsFor(packet.clients);
    const key = [...own.map(({ clients }) => numberOf(clients)), fieldsKey(packet)].join(' ');
    const before = known.get(key);
    known.delete(key);
    const held = before === undefined ? own.flatMap((region) => heldIn(region, packet)) : [];
    if (own.length > 1) held.sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
    const found = before ?? joinEndings(held, endings, packet);
    known.set(key, found);
    for (const oldest of known.keys()) if (known.size > MOST_KNOWN) known.delete(oldest);
    return found;
  };
  const profiles = new Map<Region, ReturnType<typeof profileOf>>();
  const patternIn = (region: Region, packet: Box): string | undefined => {
    const profile =
      profiles.get(region) ??
      profileOf(
        region,
        region.outcomes.flatMap((outcome) => endings.get(outcome) ?? []),
      );
    profiles.set(region, profile);
    return profile(packet);
  };
  return {
    of: endingsOf,
    patternOf: (packet) => {
      const [region, ...more] = regionsFor(packet.clients);
      const short = region === undefined || more.length > 0 ? undefined : patternIn(region, packet);
      return short ?? patternOf(endingsOf(packet));
    },
  };
}

function joinEndings(
  outcomes: readonly PacketOutcome[],
  known: ReadonlyMap<PacketOutcome, Ending>,
  packet: Box,
): readonly Ending[] {
  const own = outcomes.flatMap((outcome) => known.get(outcome) ?? []);
  const isPlain = outcomes.every(({ assumptions }) => assumptions.length === 0);
  if (isPlain && new Set(own.map(({ effect }) => effect)).size === own.length) return own;
  const endings = new Map<string, Ending>();
  // Of one packet more can be joined than of the sets that it is in.
  for (const outcome of mergeOutcomes(outcomes.map((each) => ({ ...each, packets: packet })))) {
    const effect = answeredEffectOf(outcome);
    const before = endings.get(effect);
    const share = before === undefined ? outcome.share : add(before.share, outcome.share);
    endings.set(effect, { effect, outcome: before?.outcome ?? outcome, share });
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
    const goal = answeredEffectOf({
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
