/** The order in which nft lists the elements of a set. It does not depend on the order in which they were added. */
import ipaddr from 'ipaddr.js';
import { familyOf } from '../../text/ip.ts';
import { type Element, type Expression, type NamedSet } from './model.ts';

/** Fields of a key begin at multiples of this many bytes. */
const REGISTER = 4;

const PROTOCOLS: ReadonlyMap<string, number> = new Map([
  ['icmp', 1],
  ['tcp', 6],
  ['udp', 17],
  ['sctp', 132],
]);

/**
 * Returns the elements as nft lists them. Elements of one field are sorted by value, concatenations by the bytes of all
 * fields, read as one number from the last byte on. Sets of intervals, and sets with elements whose bytes are unknown,
 * keep their order. (list_expr_sort, src/mergesort.c of nftables)
 */
export function elementOrder(
  { flags }: Pick<NamedSet, 'flags'>,
  elements: readonly Element[],
): readonly Element[] {
  if (flags.includes('interval')) return elements;
  const keyed: { readonly element: Element; readonly bytes: Uint8Array }[] = [];
  for (const element of elements) {
    const bytes = sortBytes(element.key);
    if (bytes === undefined) return elements;
    keyed.push({ element, bytes });
  }
  return keyed.sort((one, other) => Buffer.compare(one.bytes, other.bytes)).map(({ element }) => element);
}

/** Returns bytes that sort as nft sorts the key. */
function sortBytes(key: Expression): Uint8Array | undefined {
  if (key.kind !== 'concat') return bytesOf(key, undefined);
  const bytes: number[] = [];
  for (const [index, part] of key.parts.entries()) {
    const own = bytesOf(part, key.parts[index - 1]);
    if (own === undefined) return undefined;
    for (const byte of own) bytes.push(byte);
    while (bytes.length % REGISTER !== 0) bytes.push(0);
  }
  return Uint8Array.from(bytes.reverse());
}

/** Returns a field in network order: an address, a protocol, or a port. */
function bytesOf(field: Expression, before: Expression | undefined): Uint8Array | undefined {
  if (field.kind === 'number' && before !== undefined)
    return Uint8Array.of(field.value >> 8, field.value & 255);
  if (field.kind !== 'word') return undefined;
  const protocol = PROTOCOLS.get(field.text);
  if (protocol !== undefined) return Uint8Array.of(protocol);
  return familyOf(field.text) === undefined
    ? undefined
    : Uint8Array.from(ipaddr.parse(field.text).toByteArray());
}
