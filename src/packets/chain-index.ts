import { type Intervals, includes, only, overlap, soleValue, subtract } from './intervals.ts';
import { type Field, withField } from './packet-set.ts';
import { type ProgramChain, type ProgramRule } from './program.ts';
import { fieldNow, type WalkState } from './state.ts';
import { addToGroup } from '../text/groups.ts';

/** Shorter chains have no index. */
const WORTH_AN_INDEX = 16;

/** Positions of rules by a value that each of them matches. */
type Positions = ReadonlyMap<bigint, readonly number[]>;

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
  /** The keys of {@link destinations} as a set. */
  readonly destinationSet: Intervals;
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
    destinations,
    destinationSet: [...destinations.keys()].sort(ascending).flatMap(only),
    groups: [...groups].map(([key, ports]) => ({ destinations: key, ports })),
    others,
  };
}

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
    partByPort(index, piece).map((part) => ({ state: part, rules: rulesFor(chain, index, part) })),
  );
}

function partByDestination(index: ChainIndex, state: WalkState): readonly WalkState[] {
  const now = fieldNow(state, 'destination');
  if (soleValue(now) !== undefined || index.destinations.size === 0) return [state];
  return partAlong(state, 'destination', [...index.destinations.keys()], index.destinationSet);
}

function partByPort({ groups }: ChainIndex, state: WalkState): readonly WalkState[] {
  if (soleValue(fieldNow(state, 'destinationPort')) !== undefined) return [state];
  const keys = new Set<bigint>();
  for (const { ports } of groupsFor(groups, state)) for (const port of ports.keys()) keys.add(port);
  if (keys.size === 0) return [state];
  return partAlong(state, 'destinationPort', [...keys], [...keys].sort(ascending).flatMap(only));
}

/** Returns a piece for every key that the packets have, and one for all other packets. */
function partAlong(
  state: WalkState,
  field: Field,
  keys: readonly bigint[],
  keySet: Intervals,
): readonly WalkState[] {
  const now = fieldNow(state, field);
  const piece = (values: Intervals): WalkState => ({
    ...state,
    packets: withField(state.packets, field, values),
  });
  const parts = keys.filter((key) => includes(now, key)).map((key) => piece(only(key)));
  if (parts.length === 0) return [state];
  const rest = subtract(now, keySet);
  return rest.length === 0 ? parts : [...parts, piece(rest)];
}

const groupsFor = (groups: readonly PortGroup[], state: WalkState): readonly PortGroup[] =>
  groups.filter(
    ({ destinations }) => destinations === undefined || overlap(fieldNow(state, 'destination'), destinations),
  );

function rulesFor(chain: ProgramChain, index: ChainIndex, state: WalkState): readonly ProgramRule[] {
  const at = (positions: Positions, field: Field): readonly number[] => {
    // Packets that were not split have none of the keys.
    const value = soleValue(fieldNow(state, field));
    return (value === undefined ? undefined : positions.get(value)) ?? [];
  };
  const lists = [
    index.others,
    at(index.destinations, 'destination'),
    ...groupsFor(index.groups, state).map(({ ports }) => at(ports, 'destinationPort')),
  ];
  const positions = lists.flat().sort((a, b) => a - b);
  return positions.flatMap((position) => chain.rules[position] ?? []);
}
