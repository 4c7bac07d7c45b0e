/** Tells which senders differ only in name. */
import { NEVER } from '../packets/client-ages.ts';
import { conditionsOf } from '../packets/clients.ts';
import { smallest } from '../packets/intervals.ts';
import { type Box } from '../packets/packet-set.ts';

/**
 * Returns a text that joins senders which differ only in name, such as the endpoints of a Service or their clients. It
 * is equal for all senders whose packets differ in the same way, and empty for all other senders. `patterns` describes
 * where the packet ends on each side: see `Endings`.
 */
export function kindOf(packet: Box, isFromEndpoint: boolean, patterns: () => readonly string[]): string {
  const served = servedBefore(packet).length;
  return served === 0 && !isFromEndpoint ? '' : [served, isFromEndpoint, patterns().join(' now ')].join(' ');
}

/** Returns the lists that the client of a packet is on, and the seconds since they last saw it. */
export const servedBefore = ({
  clients,
}: Box): readonly { readonly list: string; readonly seconds: bigint }[] =>
  conditionsOf(clients).flatMap(({ list, ages }) => {
    const seconds = smallest(ages) ?? NEVER;
    return seconds === NEVER ? [] : [{ list, seconds }];
  });
