import { interfaceName } from '../packets/interface-names.ts';
import { smallest } from '../packets/intervals.ts';
import { type Box, CONNTRACK_STATES, type Field } from '../packets/packet-set.ts';
import { type IpFamily } from '../text/ip.ts';
import { addressText } from '../text/ip-number.ts';
import { formatEndpoint } from '../trace/packet.ts';
import { type Example } from './examples.ts';
import { networksText } from './networks-text.ts';
import { servedBefore } from './sender-kind.ts';

const USUAL = {
  pod: 'pods',
  node: 'the node itself',
  localhost: 'localhost',
  outside: 'outside the cluster',
} as const;

/** Says who sends the packet of an example: a phrase that follows `from`. */
export function senderOf({ packet: { usual, unusual, box }, among, isFromEndpoint }: Example): string {
  const source = addressText(smallest(box.fields.source) ?? 0n, box.family);
  const isUnusual = unusual.includes('source');
  const address = isFromEndpoint
    ? `endpoint ${source}`
    : networksText(among.fields.source, smallest(box.fields.source) ?? 0n, box.family);
  const who = !isUnusual
    ? USUAL[usual.kind]
    : usual.kind === 'node'
      ? `${USUAL.node} as ${address}`
      : address;
  return [
    who,
    ...unusual.flatMap((field) => qualityOf(field, box)),
    ...servedBefore(box).map(({ list, seconds }) => {
      const when = seconds === 0n ? 'before' : `${seconds} seconds before`;
      return `sent to ${listText(list, box.family)} ${when}`;
    }),
  ].join(', ');
}

/**
 * Returns the endpoint to which a list sends its clients, when the list is named `ADDRESS PORT`. Otherwise
 * returns the name that the rules give the list.
 */
export function listText(list: string, family: IpFamily): string {
  const [, address, port] = /^(\d+) (\d*)/.exec(list) ?? [];
  if (address === undefined) return `list ${list}`;
  return formatEndpoint(addressText(BigInt(address), family), port === '' ? undefined : Number(port));
}

/** Says what is special about a packet, apart from its source and destination. */
function qualityOf(field: Field, { fields }: Box): readonly string[] {
  const value = smallest(fields[field]) ?? 0n;
  switch (field) {
    case 'inInterface':
      return value === 0n ? [] : [`coming in by ${interfaceName(value)}`];
    case 'outInterface':
      return value === 0n ? [] : [`leaving by ${interfaceName(value)}`];
    case 'conntrack':
      return [`in a connection that is ${CONNTRACK_STATES[Number(value)] ?? ''}`];
    case 'sourcePort':
      return [`port ${value}`];
    case 'origin':
    case 'protocol':
    case 'source':
    case 'destination':
    case 'destinationPort':
      return [];
  }
}
