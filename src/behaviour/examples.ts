import { type Clients } from '../packets/clients.ts';
import { type PacketOutcome } from '../packets/outcome.ts';
import { type Intervals, smallest, unionOf } from '../packets/intervals.ts';
import { type Box, withField } from '../packets/packet-set.ts';
import { add, formatRational, type Rational, sameRational, subtract, ZERO } from '../packets/rational.ts';
import { groupBy } from '../text/groups.ts';
import { effectsByAnswers } from './answers.ts';
import { changesBetween } from './changes.ts';
import { type ClientSums, type SharesByClient } from './client-sums.ts';
import { type Differing, differing, intervalsKey } from './differing.ts';
import { type Ending } from './ending.ts';
import { type Endings, endingsIn, goalsOf } from './endings.ts';
import {
  hasUsualSender,
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
  /** Whether it comes from an address to which either side sends such packets. */
  readonly isFromEndpoint: boolean;
  /** See {@link kindOf}. */
  readonly kind: string;
  /** Packets for which one end differs in the same way as for this packet. */
  readonly among: Box;
  /** The addresses to which this packet, otherwise the same, differs in this way. */
  readonly addresses: Intervals;
  readonly expected: readonly Ending[];
  readonly actual: readonly Ending[];
  /** What is different: one text for each goal that differs. Equal differences have equal texts. */
  readonly changes: readonly string[];
}

/** A packet that may become an example of a difference. */
interface Candidate {
  readonly packet: OnePacket;
  readonly part: Differing;
  readonly isFromEndpoint: boolean;
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
  const endpoints = new Set([...one, ...other].flatMap(({ to }) => to?.address ?? []));
  const candidate = (packet: OnePacket, part: Differing): Candidate => ({
    packet,
    part,
    isFromEndpoint:
      packet.unusual.includes('source') && endpoints.has(smallest(packet.box.fields.source) ?? 0n),
  });
  const chosen = newChoice({ parts, sides: [endingsIn(one), endingsIn(other)], effectsOf });
  for (const usual of usualOnes) {
    const packet = packetLike(box, usual);
    const part = parts.find(({ packets }) => holds(packets, packet.box));
    if (part !== undefined && hasUsualSender(packet)) chosen.add(candidate(packet, part));
  }
  const left = parts
    .filter((part) => !chosen.shows(part))
    .map((part) => candidate(packetNear(part.packets, usualOnes), part));
  // Few packets come from an endpoint to its own Service: they are told of where nobody else shows a difference.
  for (const isFromEndpoint of [false, true]) {
    for (const each of left) {
      if (each.isFromEndpoint === isFromEndpoint && !chosen.shows(each.part)) chosen.add(each);
    }
  }
  return chosen.examples;
}

/** Examples that were chosen so far. */
interface Choice {
  readonly examples: readonly Example[];
  /** Takes a packet, unless one that differs in name only was taken before. */
  readonly add: (candidate: Candidate) => void;
  /** Returns true when an example shows the difference. */
  readonly shows: (part: Differing) => boolean;
}

/** What examples are chosen for. */
interface Wanted {
  readonly parts: readonly Differing[];
  readonly sides: readonly [Endings, Endings];
  readonly effectsOf: (outcome: PacketOutcome) => readonly string[];
}

function newChoice({ parts, sides: [expectedFor, actualFor], effectsOf }: Wanted): Choice {
  const byEffect = groupBy(parts, ({ effect }) => effect);
  const shown = new Set<string>();
  const kinds = new Set<string>();
  const examples: Example[] = [];
  const add = ({ packet, part, isFromEndpoint }: Candidate): void => {
    const addresses = addressesFor(packet, part, byEffect.get(part.effect) ?? []);
    const patterns = (): readonly string[] =>
      [expectedFor, actualFor].map((side) => side.patternOf(packet.box));
    const kind = kindOf(packet.box, isFromEndpoint, patterns);
    const key = [kind, intervalsKey(addresses), intervalsKey(part.packets.fields.destination)].join('|');
    // One of many endpoints, and of clients known to one of them, stands for all: see {@link kindOf}.
    if (kind !== '' && kinds.has(key)) return;
    kinds.add(key);
    const [expected, actual] = [expectedFor.of(packet.box), actualFor.of(packet.box)];
    for (const excess of excesses(expected, actual, effectsOf)) shown.add(excess);
    const changes = changesBetween(goalsOf(expected), goalsOf(actual));
    const among = part.packets;
    examples.push({ packet, isFromEndpoint, kind, among, addresses, expected, actual, changes });
  };
  return { examples, add, shows: (part) => shown.has(keyOf(part)) };
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
