import { type Clients } from '../packets/clients.ts';
import { type PacketOutcome } from '../packets/outcome.ts';
import { type Intervals, smallest, unionOf } from '../packets/intervals.ts';
import { type Box, withField } from '../packets/packet-set.ts';
import { add, formatRational, type Rational, sameRational, subtract, ZERO } from '../packets/rational.ts';
import { groupBy } from '../text/groups.ts';
import { type ClientSums, type SharesByClient } from './client-sums.ts';
import { type Differing, differing, effectsByAnswers, intervalsKey } from './differing.ts';
import { type Ending, endingsIn, type Goal, goalsOf } from './endings.ts';
import {
  holds,
  holdsClient,
  holdsFields,
  type OnePacket,
  packetLike,
  packetNear,
  type UsualPackets,
} from './packets.ts';
import { kindOf } from './sender-kind.ts';

/** A packet that the two sides treat differently. */
export interface Example {
  readonly packet: OnePacket;
  /** Packets for which one end differs in the same way as for this packet. */
  readonly among: Box;
  /** The addresses to which this packet, otherwise the same, differs in this way. */
  readonly addresses: Intervals;
  readonly expected: readonly Ending[];
  readonly actual: readonly Ending[];
  /** What is different: one text for each goal that differs. Equal differences have equal texts. */
  readonly changes: readonly string[];
}

/**
 * Chooses a few packets of a box that together show every difference between two evaluations: first the usual
 * packets, then one for each difference that no usual packet shows. The result is empty exactly when the
 * evaluations agree.
 */
export function examplesOf(
  box: Box,
  one: readonly PacketOutcome[],
  other: readonly PacketOutcome[],
  usualOnes: UsualPackets,
  sums: ClientSums,
): readonly Example[] {
  const effectsOf = effectsByAnswers([...one, ...other]);
  const parts = differing(one, other, effectsOf, sums);
  if (parts.length === 0) return [];
  const [expectedFor, actualFor] = [endingsIn(one), endingsIn(other)];
  const byEffect = groupBy(parts, ({ effect }) => effect);
  const shown = new Set<string>();
  const kinds = new Set<string>();
  const examples: Example[] = [];
  const show = (packet: OnePacket, part: Differing): void => {
    const [expected, actual] = [expectedFor(packet.box), actualFor(packet.box)];
    const addresses = addressesFor(packet, part, byEffect.get(part.effect) ?? []);
    const kind = kindOf({ packet, expected, actual });
    const key = [kind, intervalsKey(addresses), intervalsKey(part.packets.fields.destination)].join('|');
    // One of many endpoints, and of clients known to one of them, stands for all: see {@link kindOf}.
    if (kind !== '' && kinds.has(key)) return;
    kinds.add(key);
    for (const excess of excesses(expected, actual, effectsOf)) shown.add(excess);
    const changes = changesBetween(goalsOf(expected), goalsOf(actual));
    examples.push({ packet, among: part.packets, addresses, expected, actual, changes });
  };
  for (const each of usualOnes) {
    const packet = packetLike(box, each);
    const part = parts.find(({ packets }) => holds(packets, packet.box));
    if (part !== undefined && isOfKind(packet)) show(packet, part);
  }
  const near = parts.map((part) => ({ part, packet: packetNear(part.packets, usualOnes) }));
  const endpoints = new Set([...one, ...other].flatMap(({ to }) => to?.address ?? []));
  const isEndpoint = ({ packet: { unusual, box: packet } }: (typeof near)[number]): boolean =>
    unusual.includes('source') && endpoints.has(smallest(packet.fields.source) ?? 0n);
  // Few packets come from an endpoint to its own Service: they are told of where nobody else shows a difference.
  for (const { part, packet } of [...near.filter((each) => !isEndpoint(each)), ...near.filter(isEndpoint)]) {
    if (!shown.has(keyOf(part))) show(packet, part);
  }
  return examples;
}

/** Joins the destinations of all parts that differ like the given one and hold the packet but for its destination. */
function addressesFor({ box }: OnePacket, part: Differing, parts: readonly Differing[]): Intervals {
  const alike = parts.filter(
    ({ excess, packets, shares }) =>
      sameRational(excess, part.excess) &&
      holdsFields(withField(packets, 'destination', box.fields.destination), box) &&
      (shares === part.shares || sameRational(shareOf(shares, box.clients), excess)),
  );
  return unionOf(alike.flatMap(({ packets }) => packets.fields.destination));
}

/** Returns the sum of the shares that are of a client. */
const shareOf = (shares: SharesByClient, client: Clients): Rational =>
  [...shares].reduce((sum, [clients, share]) => (holdsClient(clients, client) ? add(sum, share) : sum), ZERO);

const keyOf = ({ effect, excess }: Pick<Differing, 'effect' | 'excess'>): string =>
  `${effect} ${formatRational(excess)}`;

/** Returns by how much the share of each end differs between the sides, in the form of {@link keyOf}. */
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

/**
 * Returns true when a packet has the sender that was wanted. Packets from localhost must also go to
 * localhost.
 */
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
  const isChoice = expected.size > 1 && actual.size > 1;
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
    if (isChoice && before !== undefined && now !== undefined && before.chosenBy !== now.chosenBy)
      changes.push(`${goal} chosen: ${before.chosenBy} | ${now.chosenBy}`);
    if (before !== undefined && now !== undefined && before.remembered.join() !== now.remembered.join())
      changes.push(`${goal} remembered: ${before.remembered.join()} | ${now.remembered.join()}`);
    return changes;
  });
}
