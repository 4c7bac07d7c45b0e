import { type Intervals, intersect, only, subtract, union, unionOf } from '../packets/intervals.ts';
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

/** What of two rule sets decides which packets are asked for. */
export interface Asked {
  readonly programs: readonly [Program, Program];
  readonly scans: readonly [Scan, Scan];
  /** Addresses from which processes of the host may send; undefined: any, for the host's own are not known. */
  readonly senders: Intervals | undefined;
}

/**
 * Parts all packets along the destinations that either of two programs asks for by name, so that each part meets few
 * rules: of 10,000 Services every address and port is asked for once. The parts are disjoint and leave nothing out but
 * packets that cannot be: those that come in with an address of this very host as their source
 * (fib_validate_source), those of processes with an address that is not the host's, and those that are marked before the
 * first rule sees them. Of connections the first packet is asked for, and packets that are part of none; RELATED ones
 * follow what a helper of the kernel decided.
 */
export function* questionsFor({ programs, scans, senders }: Asked): Generator<Box> {
  const everything = { ...everyPacket(programs[0].family), mark: onlyMark(0) };
  const entries = entriesOf(
    everything,
    union(programs[0].localAddresses, programs[1].localAddresses),
    senders ?? everything.fields.source,
  );
  for (const fields of destinations(programs, scans, everything)) {
    for (const entry of entries) {
      const box = narrow(entry, { ...fields, conntrack: only(stateNumber('NEW')) });
      if (box !== undefined) yield box;
    }
  }
  for (const entry of entries) {
    const box = narrow(entry, { conntrack: unionOf(LATER.flatMap((state) => only(stateNumber(state)))) });
    if (box !== undefined) yield box;
  }
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
  const nodePorts = joinPorts(scans.map(({ ports }) => ports));
  const addresses = [...new Set(scans.flatMap((scan) => [...scan.addresses.keys()]))].sort(ascending);
  for (const address of addresses) {
    const isOwn = intersect(only(address), own).length > 0;
    const asked = scans.flatMap((scan) => scan.addresses.get(address) ?? []);
    yield* partByPorts(
      { destination: only(address) },
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

/** A part for each protocol and port, one for the other ports of each protocol, and one for all other protocols. */
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
