import { clientListsFor } from '../packets/client-lists.ts';
import { familyOf } from '../text/ip.ts';
import { addressNumber } from '../text/ip-number.ts';
import { type TracedNode } from './node.ts';
import { formatEndpoint, type KnownTo } from './packet.ts';
import { parseTarget } from './target.ts';

/** Reads the endpoint that a client is known to. Returns a text that says what is wrong with it. */
export function readKnownTo(text: string, { program }: TracedNode): KnownTo | string {
  const target = text.includes('/') ? undefined : parseTarget(text);
  if (typeof target !== 'object' || target.kind !== 'address') {
    return `${text} is no endpoint: write it as 10.244.1.10:8080 or [fd00:10:244::10]:8080`;
  }
  const { address, port } = target;
  if (familyOf(address) !== program.family) {
    return `${text} is no ${program.family} endpoint, as the destination is`;
  }
  const endpoint = formatEndpoint(address, port);
  const lists = clientListsFor(program, addressNumber(address), BigInt(port));
  return lists.length > 0
    ? { endpoint, lists }
    : `no rule sends a client to ${endpoint} again: session affinity does, for the endpoints of its Services`;
}
