import { type Clients, conditionsOf, requiredOf } from '../packets/clients.ts';
import { type PacketOutcome } from '../packets/outcome.ts';
import { type Box, type Field, FIELDS } from '../packets/packet-set.ts';
import { groupBy } from '../text/groups.ts';
import { holdsClient, holdsFields } from './packets.ts';

/** Outcomes for the same clients. */
export interface Region {
  readonly clients: Clients;
  readonly outcomes: PacketOutcome[];
  /** Fields in which the packets of these outcomes are not alike. */
  readonly varying: Set<Field>;
}

/**
 * Returns a function that finds the regions of a packet's client. Looks only at those that ask for one of its lists.
 */
export function regionsOf(outcomes: readonly PacketOutcome[]): (client: Clients) => readonly Region[] {
  const byClients = new Map<Clients, Region>();
  for (const outcome of outcomes) {
    const { clients, fields } = outcome.packets;
    const region = byClients.get(clients) ?? { clients, outcomes: [], varying: new Set() };
    byClients.set(clients, region);
    region.outcomes.push(outcome);
    const first = region.outcomes[0]?.packets.fields ?? fields;
    for (const field of FIELDS) if (fields[field] !== first[field]) region.varying.add(field);
  }
  const byList = groupBy(byClients.values(), ({ clients }) => requiredOf(clients)[0]?.list);
  return (client) => {
    const lists = conditionsOf(client).map(({ list }) => list);
    return [undefined, ...lists].flatMap((list) =>
      (byList.get(list) ?? []).filter(({ clients }) => holdsClient(clients, client)),
    );
  };
}

/** Whether a packet has the values that the packets of all outcomes of a region have in common. */
export function holdsCommon({ outcomes: [first], varying }: Region, packet: Box): boolean {
  const alike = FIELDS.filter((field) => !varying.has(field));
  return first !== undefined && holdsFields(first.packets, packet, alike);
}

/** Returns the outcomes of a region for a packet. */
export const heldIn = (region: Region, packet: Box): readonly PacketOutcome[] =>
  holdsCommon(region, packet)
    ? region.outcomes.filter(({ packets }) => holdsFields(packets, packet, region.varying))
    : [];
