import { NEVER } from '../packets/client-ages.ts';
import { interfaceName } from '../packets/interface-names.ts';
import { smallest } from '../packets/intervals.ts';
import { type Box, CONNTRACK_STATES, type Field } from '../packets/packet-set.ts';
import { formatRational } from '../packets/rational.ts';
import { type IpFamily } from '../text/ip.ts';
import { addressText } from '../text/ip-number.ts';
import { formatEndpoint } from '../trace/packet.ts';
import { type Ending } from './endings.ts';
import { type Example } from './examples.ts';
import { networksText } from './networks-text.ts';

const USUAL = {
  pod: 'pods',
  node: 'the node itself',
  localhost: 'localhost',
  outside: 'outside the cluster',
} as const;

/** Who sends an example. */
export interface Sender {
  /** A phrase that follows `from`. */
  readonly from: string;
  /**
   * Joins senders that differ only in name, such as the endpoints of a Service or their clients. It is equal
   * for all senders whose packets differ in the same way, and empty for all other senders.
   */
  readonly kind: string;
}

/** Who sends the packet of an example, in words. */
export function senderOf(example: Example): Sender {
  const { usual, unusual, box } = example.packet;
  const source = addressText(smallest(box.fields.source) ?? 0n, box.family);
  const isUnusual = unusual.includes('source');
  const isEndpoint = isUnusual && endpointsOf(example).has(smallest(box.fields.source) ?? 0n);
  const address = isEndpoint
    ? `endpoint ${source}`
    : networksText(example.among.fields.source, smallest(box.fields.source) ?? 0n, box.family);
  const who = !isUnusual
    ? USUAL[usual.kind]
    : usual.kind === 'node'
      ? `${USUAL.node} as ${address}`
      : address;
  const served = servedBefore(box);
  const from = [
    who,
    ...unusual.flatMap((field) => qualityOf(field, box)),
    ...served.map(({ list, seconds }) => {
      const when = seconds === 0n ? 'before' : `${seconds} seconds before`;
      return `sent to ${listText(list, box.family)} ${when}`;
    }),
  ].join(', ');
  const kind =
    served.length > 0 || isEndpoint ? [served.length, isEndpoint, ...patternOf(example)].join(' ') : '';
  return { from, kind };
}

/** Returns the lists that the client of a packet is on, and the seconds since they last saw it. */
export const servedBefore = ({
  clients,
}: Box): readonly { readonly list: string; readonly seconds: bigint }[] =>
  [...clients].flatMap(([list, ages]) => {
    const seconds = smallest(ages) ?? NEVER;
    return seconds === NEVER ? [] : [{ list, seconds }];
  });

/** Addresses that either side sends the packet to. */
const endpointsOf = ({ expected, actual }: Example): ReadonlySet<bigint> =>
  new Set([...expected, ...actual].flatMap(({ outcome }) => outcome.to?.address ?? []));

/** Describes how the ends differ, without their addresses. */
function patternOf({ expected, actual }: Example): readonly string[] {
  const told = (side: string, { outcome, share }: Ending): string =>
    [side, outcome.verdict, outcome.masquerade, formatRational(share)].join(' ');
  return [
    ...expected.map((ending) => told('expected', ending)),
    ...actual.map((ending) => told('actual', ending)),
  ].sort();
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
