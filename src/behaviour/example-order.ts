import { smallest, soleValue } from '../packets/intervals.ts';
import { FIELDS } from '../packets/packet-set.ts';
import { type Example } from './examples.ts';
import { hasUsualSender, type UsualPacket } from './packets.ts';
import { servedBefore } from './sender-kind.ts';

const KINDS: readonly UsualPacket['kind'][] = ['outside', 'pod', 'node', 'localhost'];

/**
 * Returns how rare such packets are: 0 for those with which usual clients begin, 1 for those of processes that ask at
 * localhost, 2 for all others.
 */
export function rarityOf({ packet }: Example): number {
  const isRare = servedBefore(packet.box).length > 0 || packet.unusual.includes('conntrack');
  if (isRare || !hasUsualSender(packet)) return 2;
  return packet.usual.kind === 'localhost' ? 1 : 0;
}

type Key = readonly (bigint | number | string)[];

/**
 * Sorts examples: new connections first, then by destination, then by sender, usual ones first. The result
 * does not depend on the order in which the examples were found.
 */
export const inOrder = (examples: readonly Example[]): readonly Example[] =>
  examples
    .map((example) => ({ example, key: keyOf(example) }))
    .sort((a, b) => compareKeys(a.key, b.key))
    .map(({ example }) => example);

function keyOf(example: Example): Key {
  const { packet, isFromEndpoint, among, changes } = example;
  const { box, usual, unusual } = packet;
  const destination = soleValue(among.fields.destination);
  const served = servedBefore(box);
  return [
    smallest(box.fields.conntrack) ?? 0n,
    // Services have single addresses. Senders choose among the addresses of a node, and are compared first.
    destination === undefined ? 1 : 0,
    destination ?? 0n,
    smallest(box.fields.protocol) ?? 0n,
    smallest(box.fields.destinationPort) ?? 0n,
    rarityOf(example),
    Number(isFromEndpoint),
    KINDS.indexOf(usual.kind),
    unusual.length,
    served.length,
    -changes.length,
    ...FIELDS.map((field) => smallest(box.fields[field]) ?? 0n),
    changes.join('\n'),
    served.map(({ list, seconds }) => `${list} ${seconds}`).join(),
  ];
}

/** Compares keys. At one place of all keys there are only numbers, or only texts. */
function compareKeys(a: Key, b: Key): number {
  const at = a.findIndex((part, index) => part !== b[index]);
  const [one = 0, other = 0] = [a[at], b[at]];
  return one < other ? -1 : one > other ? 1 : 0;
}
