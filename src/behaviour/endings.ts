import { type Clients, conditionsOf, requiredOf } from '../packets/clients.ts';
import { numberOf } from '../packets/merge-states.ts';
import { mergeOutcomes, type PacketOutcome } from '../packets/outcome.ts';
import { type Box, type Field, FIELDS } from '../packets/packet-set.ts';
import { add, divide, multiply, type Rational, ZERO } from '../packets/rational.ts';
import { groupBy } from '../text/groups.ts';
import { effectOf, fieldsKey } from './differing.ts';
import { holdsClient, holdsFields } from './packets.ts';

/** Where a share of one packet's connections ends. */
export interface Ending {
  readonly effect: string;
  /** One of the outcomes that end so. */
  readonly outcome: PacketOutcome;
  readonly share: Rational;
}

/** Outcomes for the same clients. */
interface Region {
  readonly clients: Clients;
  readonly outcomes: PacketOutcome[];
  /** Fields in which the packets of these outcomes are not alike. */
  readonly varying: Set<Field>;
}

/** Packets of a few senders are asked for again and again, and those of one endpoint one after the other. */
const MOST_KNOWN = 16;

/**
 * Returns a function that tells where one packet ends and with which shares. It uses only the outcomes that hold for the
 * packet, and lists each end once. Packets for which the same outcomes hold may get the same list.
 */
export function endingsIn(outcomes: readonly PacketOutcome[]): (packet: Box) => readonly Ending[] {
  const regions = regionsOf(outcomes);
  const places = new Map(outcomes.map((outcome, at) => [outcome, at]));
  const endings = new Map(
    outcomes.map((outcome) => [outcome, { effect: effectOf(outcome), outcome, share: outcome.share }]),
  );
  const known = new Map<string, readonly Ending[]>();
  return (packet) => {
    const own = regionsFor(regions, packet.clients);
    const key = [...own.map(({ clients }) => numberOf(clients)), fieldsKey(packet)].join(' ');
    const before = known.get(key);
    known.delete(key);
    const held = before === undefined ? own.flatMap((region) => heldIn(region, packet)) : [];
    if (own.length > 1) held.sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
    const found = before ?? joinEndings(held, endings, packet);
    known.set(key, found);
    for (const oldest of known.keys()) if (known.size > MOST_KNOWN) known.delete(oldest);
    return found;
  };
}

function heldIn({ outcomes, varying }: Region, packet: Box): PacketOutcome[] {
  const [first] = outcomes;
  const alike = FIELDS.filter((field) => !varying.has(field));
  if (first === undefined || !holdsFields(first.packets, packet, alike)) return [];
  return outcomes.filter(({ packets }) => holdsFields(packets, packet, varying));
}

function joinEndings(
  outcomes: readonly PacketOutcome[],
  known: ReadonlyMap<PacketOutcome, Ending>,
  packet: Box,
): readonly Ending[] {
  const own = outcomes.flatMap((outcome) => known.get(outcome) ?? []);
  const isPlain = outcomes.every(({ assumptions }) => assumptions.length === 0);
  if (isPlain && new Set(own.map(({ effect }) => effect)).size === own.length) return own;
  const endings = new Map<string, Ending>();
  // Of one packet more can be joined than of the sets that it is in.
  for (const outcome of mergeOutcomes(outcomes.map((each) => ({ ...each, packets: packet })))) {
    const effect = effectOf(outcome);
    const before = endings.get(effect);
    const share = before === undefined ? outcome.share : add(before.share, outcome.share);
    endings.set(effect, { effect, outcome: before?.outcome ?? outcome, share });
  }
  return [...endings.values()];
}

/** Regions by one of the lists that must have seen the client; undefined: none must. */
type Regions = ReadonlyMap<string | undefined, readonly Region[]>;

function regionsOf(outcomes: readonly PacketOutcome[]): Regions {
  const byClients = new Map<Clients, Region>();
  for (const outcome of outcomes) {
    const { clients, fields } = outcome.packets;
    const region = byClients.get(clients) ?? {
      clients,
      outcomes: [],
      varying: new Set(),
    };
    byClients.set(clients, region);
    region.outcomes.push(outcome);
    const first = region.outcomes[0]?.packets.fields ?? fields;
    for (const field of FIELDS) if (fields[field] !== first[field]) region.varying.add(field);
  }
  return groupBy(byClients.values(), ({ clients }) => requiredOf(clients)[0]?.list);
}

function regionsFor(regions: Regions, client: Clients): readonly Region[] {
  const lists = conditionsOf(client).map(({ list }) => list);
  return [undefined, ...lists].flatMap((list) =>
    (regions.get(list) ?? []).filter(({ clients }) => holdsClient(clients, client)),
  );
}

/** Where a packet ends, whatever its source address is by then. */
export interface Goal {
  /** `REJECT`, `DROP`, `ACCEPT`, or `DNAT` with address and port, and the conditions that nobody can decide. */
  readonly goal: string;
  readonly outcome: PacketOutcome;
  readonly share: Rational;
  /** The share of these whose source is rewritten, from 0 to 1. */
  readonly masqueraded: Rational;
  /** The lists that hold the client from now on, sorted. */
  readonly remembered: readonly string[];
  /** What chooses it among others, as `by load`; empty: chance. */
  readonly chosenBy: string;
}

const NOTHING: ReadonlySet<string> = new Set();

/** Joins endings that differ only in the source address and in what is remembered. Returns the goals by their text. */
export function goalsOf(endings: readonly Ending[]): ReadonlyMap<string, Goal> {
  const goals = new Map<string, Goal>();
  for (const { outcome, share } of endings) {
    const goal = effectOf({
      ...outcome,
      masquerade: false,
      remembered: NOTHING,
      chosenBy: undefined,
    });
    const known = goals.get(goal);
    const total = known === undefined ? share : add(known.share, share);
    const before = known === undefined ? ZERO : multiply(known.masqueraded, known.share);
    const rewritten = outcome.masquerade ? add(before, share) : before;
    goals.set(goal, {
      goal,
      outcome: known?.outcome ?? outcome,
      share: total,
      masqueraded: divide(rewritten, total),
      chosenBy: outcome.chosenBy ?? '',
      remembered: [...new Set([...(known?.remembered ?? []), ...outcome.remembered])].sort(),
    });
  }
  return goals;
}
