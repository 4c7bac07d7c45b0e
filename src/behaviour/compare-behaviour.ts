/** Compares two rule sets by what they do to packets, and finds packets that they treat differently. */
import { evaluate } from '../packets/evaluate.ts';
import { intersect, type Intervals, smallest, soleValue, subtract, unionOf } from '../packets/intervals.ts';
import { networkAddresses } from '../packets/networks.ts';
import { type PacketOutcome } from '../packets/outcome.ts';
import { type Box } from '../packets/packet-set.ts';
import { type Program } from '../packets/program.ts';
import { formatCidr } from '../text/ip.ts';
import { addressText } from '../text/ip-number.ts';
import { brokenText } from '../trace/broken-rules.ts';
import { type TracedNode } from '../trace/node.ts';
import { formatEndpoint } from '../trace/packet.ts';
import { type TracedPacket } from '../trace/trace-packet.ts';
import { agreementOf } from './agreement.ts';
import { examiner } from './chain-classes.ts';
import { type PacketClass, summarize } from './classes.ts';
import { clientSums, type SumLimits } from './client-sums.ts';
import { type Example, examplesOf } from './examples.ts';
import { usualPackets, type UsualPackets } from './packets.ts';
import { questionsFor } from './questions.ts';
import { type SharedNames, sharedNames } from './shared-names.ts';

/** What differs between two nodes of one family. */
export interface BehaviourDifference {
  /** Sorted by Service; empty exactly when both sides treat every packet alike. */
  readonly classes: readonly PacketClass[];
  /** Why there is no result; classes are empty then. */
  readonly broken: string | undefined;
}

/** Compares where all packets go on two nodes, or on one node with two rule sets. */
export function compareBehaviour(
  expected: TracedNode,
  actual: TracedNode,
  limits: Partial<SumLimits> = {},
): BehaviourDifference {
  const { examples, broken } = examplesBetween(expected, actual, limits);
  return { classes: summarize(examples, expected, actual), broken };
}

/** Returns packets that together show every difference; none where `broken` tells why there is no result. */
export function examplesBetween(
  expected: TracedNode,
  actual: TracedNode,
  limits: Partial<SumLimits> = {},
): { readonly examples: readonly Example[]; readonly broken: string | undefined } {
  const programs = [expected.program, actual.program] as const;
  const examine = examiner();
  const examined = [examine(expected.program), examine(actual.program)] as const;
  const scans = [examined[0].scan, examined[1].scan] as const;
  const usualOnes: UsualPackets = usualPackets(
    expected.here.nodeAddresses.length > 0 ? expected.here : actual.here,
  );
  const [names, otherNames] = sharedNames(scans);
  const treatedAlike = agreementOf({ programs, examined });
  const examples: Example[] = [];
  for (const box of questionsFor({ programs, scans, senders: sendersOf([expected, actual]) })) {
    if (treatedAlike(box)) continue;
    const one = outcomesFor(programs[0], box, names);
    const other = outcomesFor(programs[1], box, otherNames);
    const broken = one.broken ?? other.broken;
    if (broken !== undefined) return { examples: [], broken: brokenText(broken) };
    const sums = clientSums(limits);
    const found = examplesOf(box, one.outcomes, other.outcomes, usualOnes, sums);
    if (sums.gaveUp()) return { examples: [], broken: unfinished(box) };
    for (const example of found) examples.push(example);
  }
  return { examples, broken: undefined };
}

/**
 * Returns the addresses of a node and of its pod network, because a bridge has its address there. Leaves out addresses
 * that only one of the sides has for a balancer: the other one cannot send from them. Returns
 * undefined when the node's own addresses are not known.
 */
function sendersOf(nodes: readonly [TracedNode, TracedNode]): Intervals | undefined {
  if (nodes.every(({ here }) => here.nodeAddresses.length === 0)) return undefined;
  const [one, other] = nodes.map(({ program }) => program.virtualAddresses ?? []);
  const inBoth = intersect(one ?? [], other ?? []);
  const own = nodes.flatMap(({ program: { localAddresses, virtualAddresses = [] } }) => [
    ...subtract(localAddresses, virtualAddresses),
    ...inBoth,
  ]);
  const pods = nodes.flatMap(({ here }) => networkAddresses(formatCidr(here.podNetwork)) ?? []);
  return unionOf([...own, ...pods]);
}

/** Says that the comparison of some packets was given up. */
function unfinished({ family, fields }: Box): string {
  const address = addressText(smallest(fields.destination) ?? 0n, family);
  const port = soleValue(fields.destinationPort);
  const to = formatEndpoint(address, port === undefined ? undefined : Number(port));
  return `packets to ${to} were not compared to the end: lists of clients part them in too many ways`;
}

/** Evaluates packets. Lists of clients get names that are the same on both sides. */
function outcomesFor(
  program: Program,
  box: Box,
  names: SharedNames,
): { readonly outcomes: readonly PacketOutcome[]; readonly broken: TracedPacket['broken'] } {
  const { outcomes, broken } = evaluate(program, box, { knownClients: undefined });
  const renamed = new Map<Box, Box>();
  const rename = (packets: Box): Box => {
    if (packets.clients.before === undefined) return packets;
    const known = renamed.get(packets) ?? names.ofPackets(packets);
    renamed.set(packets, known);
    return known;
  };
  return {
    outcomes: outcomes.map((outcome) => ({
      ...outcome,
      packets: rename(outcome.packets),
      remembered: names.ofRemembered(outcome.remembered),
    })),
    broken,
  };
}
