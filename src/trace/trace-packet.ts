import { addressNumber, addressText } from '../text/ip-number.ts';
import { JUST_SEEN } from '../packets/client-ages.ts';
import { withAges } from '../packets/clients.ts';
import { evaluate } from '../packets/evaluate.ts';
import { interfaceName, interfaceNumber } from '../packets/interface-names.ts';
import { type Intervals, only, sameIntervals, union } from '../packets/intervals.ts';
import { onlyMark } from '../packets/mark-bits.ts';
import { endOf, mergeOutcomes, type PacketOutcome, rulesOf, type Verdict } from '../packets/outcome.ts';
import {
  type Box,
  everyPacket,
  FIELDS,
  type Field,
  originNumber,
  stateNumber,
} from '../packets/packet-set.ts';
import { type Program, type RuleRef } from '../packets/program.ts';
import { type DeferredShare } from '../packets/deferred-share.ts';
import { formatRational, type Rational } from '../packets/rational.ts';
import { type Path } from '../packets/state.ts';
import { groupBy } from '../text/groups.ts';
import { type Visit } from '../packets/walk-chain.ts';
import { formatEndpoint, type Packet } from './packet.ts';
import { PROTOCOL_NUMBER } from './portal.ts';

/** One possible outcome for a packet. */
export interface TracedOutcome {
  readonly verdict: Verdict;
  /** `ip:port` of the endpoint; null unless the verdict is DNAT. */
  readonly to: string | null;
  readonly share: Rational;
  readonly kernelShare: DeferredShare;
  /** What decides instead of chance, such as `by load`; the shares are then averages. */
  readonly chosenBy: string | undefined;
  readonly masquerade: boolean;
  readonly path: readonly Path[];
  /** What the rules do not decide, and how it was decided for this outcome; a sentence each. */
  readonly undecided: readonly string[];
}

/** What becomes of one packet. */
export interface TracedPacket {
  readonly packet: Packet;
  readonly outcomes: readonly TracedOutcome[];
  /** Rules that the packet reached but did not match, completely or in part; empty unless asked for. */
  readonly misses: readonly Visit[];
  /** Why there is no answer. */
  readonly broken: { readonly rule: RuleRef; readonly why: string } | undefined;
}

const NOTHING: ReadonlySet<string> = new Set();

/** Takes one packet through the rules of a node. */
export function tracePacket(program: Program, packet: Packet, explains: boolean): TracedPacket {
  const asked = boxOf(packet);
  const misses: Visit[] = [];
  const { outcomes, broken } = evaluate(program, asked, {
    knownClients: false,
    ...(explains && {
      observe: (visit: Visit): void => {
        if (visit.failed !== undefined) misses.push(visit);
      },
    }),
  });
  // What the rules remember of the client matters to later connections.
  const alike = mergeOutcomes(outcomes.map((outcome) => ({ ...outcome, remembered: NOTHING })));
  const traced = joinInterfaces(alike).map((outcome) => describeOutcome(outcome, asked));
  return { packet, outcomes: traced, misses, broken };
}

/** Any port that clients send from; rules of Services do not ask for it. */
const CLIENT_PORT = 40000n;

function boxOf(packet: Packet): Box {
  const everything = everyPacket(packet.family);
  const { local, inInterface } = packet;
  const fields: Record<Field, Intervals> = {
    ...everything.fields,
    origin: only(originNumber(local ? 'local' : 'forwarded')),
    conntrack: only(stateNumber('NEW')),
    protocol: only(BigInt(PROTOCOL_NUMBER[packet.protocol])),
    source: only(addressNumber(packet.source)),
    destination: only(addressNumber(packet.destination)),
    sourcePort: only(CLIENT_PORT),
    destinationPort: only(BigInt(packet.port)),
  };
  if (local) fields.inInterface = only(0n);
  else if (inInterface !== undefined) fields.inInterface = only(interfaceNumber(inInterface));
  const lists = packet.knownTo?.lists ?? [];
  const clients = lists.reduce((known, list) => withAges(known, list, JUST_SEEN), everything.clients);
  return { ...everything, fields, mark: onlyMark(0), clients };
}

/** Joins outcomes that differ only in the interfaces for which they hold. Each stands where the last of them stood. */
function joinInterfaces(outcomes: readonly PacketOutcome[]): readonly PacketOutcome[] {
  const places = outcomes.map((outcome, at) => ({ outcome, at }));
  const alike = groupBy(places, ({ outcome }) => `${endOf(outcome)} ${formatRational(outcome.share)}`);
  return [...alike.values()]
    .flatMap(joinAlike)
    .sort((a, b) => a.at - b.at)
    .map(({ outcome }) => outcome);
}

/** An outcome, and its place among all. */
interface Placed {
  readonly outcome: PacketOutcome;
  readonly at: number;
}

function joinAlike(outcomes: readonly Placed[]): readonly Placed[] {
  const joined: Placed[] = [];
  for (const { outcome, at } of outcomes) {
    let candidate = outcome;
    for (let other = joined.length - 1; other >= 0; other -= 1) {
      const both = joinTwo(joined[other]?.outcome ?? candidate, candidate);
      if (both === undefined) continue;
      candidate = both;
      joined.splice(other, 1);
    }
    joined.push({ outcome: candidate, at });
  }
  return joined;
}

function joinTwo(a: PacketOutcome, b: PacketOutcome): PacketOutcome | undefined {
  if (a.assumptions.length !== b.assumptions.length) return undefined;
  if (
    a.assumptions.some(
      ({ rule, taken }, at) => b.assumptions[at]?.rule !== rule || b.assumptions[at].taken !== taken,
    )
  )
    return undefined;
  const different = FIELDS.filter(
    (field) => !sameIntervals(a.packets.fields[field], b.packets.fields[field]),
  );
  const [field] = different;
  if (field === undefined || different.length > 1) return undefined;
  const values = union(a.packets.fields[field], b.packets.fields[field]);
  return { ...a, packets: { ...a.packets, fields: { ...a.packets.fields, [field]: values } } };
}

/**
 * Describes an outcome in words. Adds conditions when the outcome does not hold for all packets of the
 * question.
 */
export function describeOutcome(outcome: PacketOutcome, asked: Box): TracedOutcome {
  const { to } = outcome;
  const address = to && addressText(to.address, asked.family);
  return {
    verdict: outcome.verdict,
    to:
      address === undefined
        ? null
        : formatEndpoint(address, to?.port === undefined ? undefined : Number(to.port)),
    share: outcome.share,
    kernelShare: outcome.kernelShare,
    chosenBy: outcome.chosenBy,
    masquerade: outcome.masquerade,
    path: rulesOf(outcome.path),
    undecided: [
      ...interfaceCondition('in', outcome.packets.fields.inInterface, asked.fields.inInterface),
      ...interfaceCondition('out', outcome.packets.fields.outInterface, asked.fields.outInterface),
      ...outcome.assumptions.map(
        ({ rule, what, taken }) =>
          `${rule.chain}:${rule.number}${rule.line === undefined ? '' : ` (line ${rule.line})`}: ${what}: ${taken}`,
      ),
    ],
  };
}

/** Says for which interfaces an outcome holds, when it does not hold for all of the question. */
function interfaceCondition(way: 'in' | 'out', has: Intervals, asked: Intervals): readonly string[] {
  if (sameIntervals(has, asked)) return [];
  const names = has.map(([first, last]) => {
    const from = interfaceName(first);
    return first === last ? from : `${from}...`;
  });
  const isRest = has[0]?.[0] === asked[0]?.[0];
  const where = isRest ? 'another interface' : names.join(', ');
  return [way === 'in' ? `if it comes in by ${where}` : `if it leaves by ${where}`];
}
