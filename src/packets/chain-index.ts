import { type Intervals, intersect, only, overlap, soleValue, subtract } from './intervals.ts';
import { everyAddress, EVERY_PORT } from './compile-context.ts';
import { type Field, withField } from './packet-set.ts';
import { type ProgramChain, type ProgramRule } from './program.ts';
import { fieldNow, type WalkState } from './state.ts';
import { addToGroup } from '../text/groups.ts';

/** Shorter chains have no index. */
const WORTH_AN_INDEX = 16;

/** Positions of rules by a value that each of them matches. */
interface Positions {
  readonly byValue: ReadonlyMap<bigint, readonly number[]>;
  /** The values, ascending, each an interval of its own. */
  readonly values: Intervals;
}

/** Rules that match one port each, for packets to the same set of addresses. */
interface PortGroup {
  readonly destinations: Intervals | undefined;
  readonly ports: Positions;
}

/**
 * Finds the rules of a chain that a packet may match, by its destination. Of 30,000 rules for one address and
 * port each, only the rules for the packet's destination are tested. All lists of positions are ascending.
 */
interface ChainIndex {
  readonly destinations: Positions;
  readonly groups: readonly PortGroup[];
  readonly others: readonly number[];
}

const indexes = new WeakMap<ProgramChain, ChainIndex>();

function indexOf(chain: ProgramChain): ChainIndex | undefined {
  if (chain.rules.length < WORTH_AN_INDEX) return undefined;
  const known = indexes.get(chain) ?? buildIndex(chain.rules);
  indexes.set(chain, known);
  return known;
}

function buildIndex(rules: readonly ProgramRule[]): ChainIndex {
  const destinations = new Map<bigint, number[]>();
  const groups = new Map<Intervals | undefined, Map<bigint, number[]>>();
  const others: number[] = [];
  const asking = rules.map(leadingFields);
  const sharing = countBy(asking.map((asked) => asked.get('destination')));
  asking.forEach((asked, position) => {
    const address = soleValue(asked.get('destination') ?? []);
    const port = soleValue(asked.get('destinationPort') ?? []);
    // Node ports of one address: the ports tell these rules apart, the address does not.
    const isShared = (sharing.get(asked.get('destination')) ?? 0) >= WORTH_AN_INDEX;
    if (address !== undefined && !(isShared && port !== undefined))
      addToGroup(destinations, address, position);
    else if (port !== undefined) {
      const key = asked.get('destination');
      const group = groups.get(key) ?? new Map<bigint, number[]>();
      groups.set(key, group);
      addToGroup(group, port, position);
    } else others.push(position);
  });
  return {
    destinations: positionsOf(destinations),
    groups: [...groups].map(([key, ports]) => ({ destinations: key, ports: positionsOf(ports) })),
    others,
  };
}

const positionsOf = (byValue: ReadonlyMap<bigint, readonly number[]>): Positions => ({
  byValue,
  values: [...byValue.keys()].sort(ascending).flatMap(only),
});

/** Counts how often each item occurs, by identity. */
function countBy<T>(items: readonly T[]): ReadonlyMap<T, number> {
  const counts = new Map<T, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

/** Returns the values of fields that a rule requires before its first step that has an effect. */
function leadingFields(rule: ProgramRule): ReadonlyMap<Field, Intervals> {
  const asked = new Map<Field, Intervals>();
  for (const step of rule.steps) {
    if (step.kind !== 'field') break;
    if (!asked.has(step.field)) asked.set(step.field, step.values);
  }
  return asked;
}

const ascending = (a: bigint, b: bigint): number => (a < b ? -1 : 1);

/** Packets, and the rules of a chain that they may match, in order. */
export interface Piece {
  readonly state: WalkState;
  readonly rules: readonly ProgramRule[];
}

/** Splits packets by the addresses and ports that a chain matches, so that each piece meets few rules. */
export function piecesFor(chain: ProgramChain, state: WalkState): readonly Piece[] {
  const index = indexOf(chain);
  if (index === undefined) return [{ state, rules: chain.rules }];
  return partByDestination(index, state).flatMap((piece) =>
    partByPort(index, piece).map((part) => {
      // Packets that were not split have none of the values.
      const positions = positionsFor(index, fieldNow(part, 'destination'), fieldNow(part, 'destinationPort'));
      return { state: part, rules: positions.flatMap((position) => chain.rules[position] ?? []) };
    }),
  );
}

function partByDestination({ destinations }: ChainIndex, state: WalkState): readonly WalkState[] {
  const now = fieldNow(state, 'destination');
  if (soleValue(now) !== undefined) return [state];
  return partAlong(state, 'destination', now, destinations.values);
}

function partByPort({ groups }: ChainIndex, state: WalkState): readonly WalkState[] {
  const now = fieldNow(state, 'destinationPort');
  if (groups.length === 0 || soleValue(now) !== undefined) return [state];
  const asked = groupsFor(groups, fieldNow(state, 'destination')).map(({ ports }) => ports.values);
  const [first, ...more] = asked;
  if (first === undefined) return [state];
  return partAlong(state, 'destinationPort', now, more.length === 0 ? first : joinValues(asked));
}

const joinValues = (lists: readonly Intervals[]): Intervals =>
  [...new Set(lists.flatMap((values) => values.map(([value]) => value)))].sort(ascending).flatMap(only);

/** Returns a piece for every value that the packets have, and one for all other packets. */
function partAlong(state: WalkState, field: Field, now: Intervals, values: Intervals): readonly WalkState[] {
  const found = intersect(values, now);
  if (found.length === 0) return [state];
  const piece = (part: Intervals): WalkState => ({
    ...state,
    packets: withField(state.packets, field, part),
  });
  const parts = found.map((value) => piece([value]));
  const rest = subtract(now, values);
  return rest.length === 0 ? parts : [...parts, piece(rest)];
}

const groupsFor = (groups: readonly PortGroup[], now: Intervals): readonly PortGroup[] =>
  groups.filter(({ destinations }) => destinations === undefined || overlap(now, destinations));

/**
 * Returns the positions of the rules of a chain that packets to these addresses and ports may match, ascending.
 * Undefined stands for any address, or any port.
 */
export function rulesAt(
  chain: ProgramChain,
  destination: Intervals | undefined,
  port: Intervals | undefined,
): readonly number[] {
  const index = indexOf(chain);
  return index === undefined
    ? [...chain.rules.keys()]
    : positionsFor(index, destination ?? everyAddress('IPv6'), port ?? EVERY_PORT);
}

function positionsFor(
  { destinations, groups, others }: ChainIndex,
  destination: Intervals,
  port: Intervals,
): readonly number[] {
  const lists = [
    others,
    ...listsAt(destinations, destination),
    ...groupsFor(groups, destination).flatMap(({ ports }) => listsAt(ports, port)),
  ];
  return lists.length === 1 ? others : lists.flat().sort((a, b) => a - b);
}

function listsAt({ byValue, values }: Positions, now: Intervals): readonly (readonly number[])[] {
  const value = soleValue(now);
  if (value === undefined) return intersect(values, now).flatMap(([each]) => [byValue.get(each) ?? []]);
  const list = byValue.get(value);
  return list === undefined ? [] : [list];
}
