import { anyClient } from '../packets/clients.ts';
import { includes, type Intervals, intersect, only, subtract, union, unionOf } from '../packets/intervals.ts';
import { ANY_INTERFACE, NO_INTERFACE } from '../packets/interface-names.ts';
import { onlyMark } from '../packets/mark-bits.ts';
import {
  type Box,
  type ConntrackState,
  everyPacket,
  type Field,
  narrow,
  originNumber,
  stateNumber,
} from '../packets/packet-set.ts';
import { type Program } from '../packets/program.ts';
import { type PortsByProtocol, type Scan } from './scan.ts';

/** The facts about two rule sets that decide which packets to examine. */
export interface Asked {
  readonly programs: readonly [Program, Program];
  readonly scans: readonly [Scan, Scan];
  /**
   * Addresses from which processes of the host may send; undefined when the host's addresses are not known:
   * then any.
   */
  readonly senders: Intervals | undefined;
}

/**
 * Splits all packets by the destinations that the rules of either program name, so that each part meets few
 * rules. With 10,000 Services, every address and port is examined once. The parts are disjoint. They leave
 * out packets that cannot exist: packets that come in with an address of this host as their source
 * (fib_validate_source), packets of local processes with an address that is not the host's, packets of others to
 * themselves, which they keep, and packets that
 * have a mark before the first rule. They also leave out RELATED packets, because a helper of the kernel
 * decides about them.
 */
export function* questionsFor({ programs, scans, senders }: Asked): Generator<Box> {
  const everything = { ...everyPacket(programs[0].family), mark: onlyMark(0) };
  const entries = entriesOf(
    everything,
    union(programs[0].localAddresses, programs[1].localAddresses),
    senders ?? everything.fields.source,
  );
  function* partsWith(fields: Fields): Generator<Box> {
    for (const entry of entries) {
      const box = narrow(entry, fields);
      // What is known of clients in one part is forgotten with it.
      if (box !== undefined) yield { ...box, clients: anyClient() };
    }
  }
  for (const fields of destinations(programs, scans, everything)) {
    yield* partsWith({ ...fields, conntrack: only(stateNumber('NEW')) });
  }
  yield* partsWith({ conntrack: unionOf(LATER.flatMap((state) => only(stateNumber(state)))) });
}

const LATER: readonly ConntrackState[] = ['ESTABLISHED', 'INVALID', 'UNTRACKED'];

/** Packets that come in by an interface, and those of this host's own processes. */
function entriesOf(everything: Box, own: Intervals, senders: Intervals): readonly Box[] {
  const entries = [
    narrow(everything, {
      origin: only(originNumber('forwarded')),
      source: subtract(everything.fields.source, own),
      inInterface: subtract(ANY_INTERFACE, only(NO_INTERFACE)),
    }),
    narrow(everything, {
      origin: only(originNumber('local')),
      source: senders,
      inInterface: only(NO_INTERFACE),
    }),
  ];
  return entries.filter((entry) => entry !== undefined);
}

type Fields = Partial<Record<Field, Intervals>>;

function* destinations(
  [one, other]: readonly [Program, Program],
  scans: readonly [Scan, Scan],
  { fields }: Box,
): Generator<Fields> {
  const own = union(one.localAddresses, other.localAddresses);
  // No node port is at an address that a host has for a balancer.
  const serving = union(servingAddresses(one), servingAddresses(other));
  const nodePorts = joinPorts(scans.map(({ ports }) => ports));
  const addresses = [...new Set(scans.flatMap((scan) => [...scan.addresses.keys()]))].sort(ascending);
  for (const address of addresses) {
    const isOwn = includes(serving, address);
    const asked = scans.flatMap((scan) => scan.addresses.get(address) ?? []);
    const destination = only(address);
    yield* partByPorts(
      includes(own, address)
        ? { destination }
        : { destination, source: subtract(fields.source, destination) },
      joinPorts(isOwn ? [...asked, nodePorts] : asked),
      fields,
    );
  }
  const named = addresses.flatMap(only);
  const [ofOne, ofOther] = [one.localAddresses, other.localAddresses];
  for (const part of [intersect(ofOne, ofOther), subtract(ofOne, ofOther), subtract(ofOther, ofOne)]) {
    const destination = subtract(part, named);
    if (destination.length > 0) yield* partByPorts({ destination }, nodePorts, fields);
  }
  yield { destination: subtract(subtract(fields.destination, own), unionOf(named)) };
}

const servingAddresses = ({ localAddresses, virtualAddresses = [] }: Program): Intervals =>
  subtract(localAddresses, virtualAddresses);

/**
 * Yields a part for each protocol and port, one for the other ports of each protocol, and one for all other
 * protocols.
 */
function* partByPorts(at: Fields, byProtocol: PortsByProtocol, all: Box['fields']): Generator<Fields> {
  for (const [protocol, ports] of byProtocol) {
    const ofProtocol = { ...at, protocol: only(protocol) };
    const sorted = [...ports].sort(ascending);
    for (const port of sorted) yield { ...ofProtocol, destinationPort: only(port) };
    const rest = subtract(all.destinationPort, unionOf(sorted.flatMap(only)));
    if (rest.length > 0) yield { ...ofProtocol, destinationPort: rest };
  }
  const protocol = subtract(all.protocol, unionOf([...byProtocol.keys()].flatMap(only)));
  if (protocol.length > 0) yield { ...at, protocol };
}

function joinPorts(all: readonly PortsByProtocol[]): PortsByProtocol {
  const joined = new Map<bigint, Set<bigint>>();
  for (const byProtocol of all) {
    for (const [protocol, ports] of byProtocol) {
      const known = joined.get(protocol) ?? new Set<bigint>();
      joined.set(protocol, known);
      for (const port of ports) known.add(port);
    }
  }
  return joined;
}

const ascending = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
