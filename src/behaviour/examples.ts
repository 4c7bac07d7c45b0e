import { type PacketOutcome } from '../packets/outcome.ts';
import { type Box } from '../packets/packet-set.ts';
import { add, formatRational, type Rational, sameRational, subtract, ZERO } from '../packets/rational.ts';
import { type Differing, differing, effectsByAnswers } from './differing.ts';
import { type Ending, endingsOf, type Goal, goalsOf } from './endings.ts';
import { holds, type OnePacket, packetLike, packetNear, type UsualPackets } from './packets.ts';

/** A packet of which the two sides make something else. */
export interface Example {
  readonly packet: OnePacket;
  /** Packets of which one end is as different as it is here. */
  readonly among: Box;
  readonly expected: readonly Ending[];
  readonly actual: readonly Ending[];
  /** What is different: a text for each goal of which something is; the same text is the same difference. */
  readonly changes: readonly string[];
}

/**
 * A few packets of a box that show every way in which two evaluations of it part: first the usual ones, then one more
 * for each end that comes to more or less than in any of these. Empty exactly when the evaluations say the same.
 */
export function examplesOf(
  box: Box,
  one: readonly PacketOutcome[],
  other: readonly PacketOutcome[],
  usualOnes: UsualPackets,
): readonly Example[] {
  const effectsOf = effectsByAnswers([...one, ...other]);
  const parts = differing(one, other, effectsOf);
  const shown = new Set<string>();
  const examples: Example[] = [];
  const show = (packet: OnePacket, among: Box): void => {
    const [expected, actual] = [endingsOf(one, packet.box), endingsOf(other, packet.box)];
    for (const excess of excesses(expected, actual, effectsOf)) shown.add(excess);
    const changes = changesBetween(goalsOf(expected), goalsOf(actual));
    examples.push({ packet, among, expected, actual, changes });
  };
  if (parts.length === 0) return [];
  for (const usual of usualOnes) {
    const packet = packetLike(box, usual);
    const part = parts.find(({ packets }) => holds(packets, packet.box));
    if (part !== undefined && isOfKind(packet)) show(packet, part.packets);
  }
  for (const part of parts) {
    if (!shown.has(keyOf(part))) show(packetNear(part.packets, usualOnes), part.packets);
  }
  return examples;
}

const keyOf = ({ effect, excess }: Pick<Differing, 'effect' | 'excess'>): string =>
  `${effect} ${formatRational(excess)}`;

/** By how much each end is more or less likely on the first side, as {@link keyOf} tells it. */
function excesses(
  expected: readonly Ending[],
  actual: readonly Ending[],
  effectsOf: (outcome: PacketOutcome) => readonly string[],
): readonly string[] {
  const sums = new Map<string, Rational>();
  const note = (endings: readonly Ending[], sign: typeof add): void => {
    for (const { outcome, share } of endings) {
      for (const effect of effectsOf(outcome)) sums.set(effect, sign(sums.get(effect) ?? ZERO, share));
    }
  };
  note(expected, add);
  note(actual, subtract);
  return [...sums].map(([effect, excess]) => keyOf({ effect, excess }));
}

/** Whether a packet comes from whom it was to come from; what localhost sends goes to localhost. */
const isOfKind = ({ usual, unusual }: OnePacket): boolean =>
  !unusual.some(
    (field) =>
      field === 'origin' ||
      field === 'source' ||
      field === 'inInterface' ||
      (field === 'destination' && usual.kind === 'localhost'),
  );

/** Goals that get another share, and goals of which another share is masqueraded. */
function changesBetween(
  expected: ReadonlyMap<string, Goal>,
  actual: ReadonlyMap<string, Goal>,
): readonly string[] {
  const goals = new Set([...expected.keys(), ...actual.keys()]);
  return [...goals].sort().flatMap((goal): readonly string[] => {
    const [before, now] = [expected.get(goal), actual.get(goal)];
    const [share, shareNow] = [before?.share ?? ZERO, now?.share ?? ZERO];
    const changes: string[] = [];
    if (!sameRational(share, shareNow))
      changes.push(`${goal}: ${formatRational(share)} ${formatRational(shareNow)}`);
    // What goes nowhere on one side has no source there that could be compared.
    if (before !== undefined && now !== undefined && !sameRational(before.masqueraded, now.masqueraded)) {
      changes.push(
        `${goal} masqueraded: ${formatRational(before.masqueraded)} ${formatRational(now.masqueraded)}`,
      );
    }
    return changes;
  });
}
