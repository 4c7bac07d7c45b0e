import { clientListsIn } from '../packets/client-lists.ts';
import { soleValue } from '../packets/intervals.ts';
import { type Field } from '../packets/packet-set.ts';
import { type Program, type ProgramChain, type Step } from '../packets/program.ts';

/** Ports by protocol. */
export type PortsByProtocol = ReadonlyMap<bigint, ReadonlySet<bigint>>;

/** The values that the rules of a program name. Only these can make the rules treat packets differently. */
export interface Scan {
  /** Single addresses that rules name, each with the ports that rules name for it. */
  readonly addresses: ReadonlyMap<bigint, PortsByProtocol>;
  /** Ports that rules name without an address, or with many addresses: mostly node ports. */
  readonly ports: PortsByProtocol;
  /** Lists of clients by their name in the program: where clients on it are sent. */
  readonly clients: ReadonlyMap<string, string>;
  /** Lists of clients that rules look at. */
  readonly tested: ReadonlySet<string>;
  readonly targets: Targets;
}

/** Where rules send packets. */
export interface Targets {
  readonly addresses: ReadonlySet<bigint>;
  readonly ports: ReadonlySet<bigint>;
  /** Whether rules change only one of address and port, so that the other may be any. */
  readonly keepsAddress: boolean;
  readonly keepsPort: boolean;
  /** Whether rules send packets to an address of the host. */
  readonly toHost: boolean;
}

type Ports = Map<bigint, Set<bigint>>;

interface Found {
  readonly addresses: Map<bigint, Ports>;
  readonly ports: Ports;
  readonly clients: Map<string, string>;
  readonly tested: Set<string>;
  readonly targets: {
    readonly addresses: Set<bigint>;
    readonly ports: Set<bigint>;
    keepsAddress: boolean;
    keepsPort: boolean;
    toHost: boolean;
  };
}

const newFound = (): Found => ({
  addresses: new Map(),
  ports: new Map(),
  clients: new Map(),
  tested: new Set(),
  targets: {
    addresses: new Set(),
    ports: new Set(),
    keepsAddress: false,
    keepsPort: false,
    toHost: false,
  },
});

/** The protocols that a rule with a port but without a protocol may mean: TCP, UDP, SCTP. */
const WITH_PORTS: readonly bigint[] = [6n, 17n, 132n];

/** A scan that is not complete before every chain was visited. */
export interface Scanner {
  readonly scan: Scan;
  readonly visit: (chain: ProgramChain) => void;
}

/** Returns a scan of no chains, and a function that adds what the rules of a chain name. */
export function scannerOf(program: Program): Scanner {
  const found = newFound();
  return {
    scan: found,
    visit: (chain) => {
      for (const { steps } of chain.rules) {
        noteDestinations(steps, found);
        for (const step of steps) noteTargets(step, found.targets);
      }
      noteClients(chain, program, found);
    },
  };
}

/** Fields that a list of steps asks to be one value, and the alternatives of its sets. */
function noteDestinations(steps: readonly Step[], found: Found): void {
  const asked = new Map<Field, bigint>();
  for (const step of steps) {
    if (step.kind === 'any') {
      const fields = steps.filter(isField);
      for (const tests of step.of) noteDestinations([...fields, ...tests], found);
    } else if (step.kind === 'field') {
      const value = soleValue(step.values);
      if (value !== undefined) asked.set(step.field, value);
    }
  }
  const [address, port] = [asked.get('destination'), asked.get('destinationPort')];
  const protocol = asked.get('protocol');
  if (address === undefined && port === undefined) return;
  const ports = address === undefined ? found.ports : portsAt(found.addresses, address);
  if (port === undefined) return;
  for (const each of protocol === undefined ? WITH_PORTS : [protocol]) {
    const known = ports.get(each);
    if (known === undefined) ports.set(each, new Set([port]));
    else known.add(port);
  }
}

function noteTargets(step: Step, targets: Found['targets']): void {
  if (step.kind === 'translate-destination') {
    for (const { address, port } of step.choices) {
      if (address === undefined) targets.keepsAddress = true;
      else targets.addresses.add(address);
      notePort(port, targets);
    }
  } else if (step.kind === 'redirect') {
    targets.toHost = true;
    notePort(step.port, targets);
  } else if (step.kind === 'choose') {
    for (const { action } of step.choices) noteTargets(action, targets);
  }
}

function notePort(port: bigint | undefined, targets: Found['targets']): void {
  if (port === undefined) targets.keepsPort = true;
  else targets.ports.add(port);
}

const isField = (step: Step): boolean => step.kind === 'field';

function portsAt(addresses: Map<bigint, Ports>, address: bigint): Ports {
  const known = addresses.get(address) ?? new Map<bigint, Set<bigint>>();
  addresses.set(address, known);
  return known;
}

/**
 * Names each list of clients by the endpoint to which it sends them, because the names in the rules hold
 * hashes that change between releases. Numbers the lists of one chain that lead to the same endpoint.
 */
function noteClients(
  chain: ProgramChain,
  program: Program,
  { clients, tested }: Pick<Found, 'clients' | 'tested'>,
): void {
  const used = new Map<string, number>();
  for (const { list, target: findTarget } of clientListsIn(chain, program)) {
    tested.add(list);
    if (clients.has(list)) continue;
    const target = findTarget();
    if (target === undefined) continue;
    const name = `${target.address ?? ''} ${target.port ?? ''}`;
    const count = (used.get(name) ?? 0) + 1;
    used.set(name, count);
    clients.set(list, count === 1 ? name : `${name} ${count}`);
  }
}
