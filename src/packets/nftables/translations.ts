/** Compiles network address translation: where `dnat` leads. */
import { type Element, type Expression, type Statement } from '../../netfilter/nftables/model.ts';
import { isVerdict } from '../../netfilter/nftables/verdict-text.ts';
import { type Intervals, soleValue } from '../intervals.ts';
import { networkAddresses } from '../networks.ts';
import { type Action, type Translation } from '../program.ts';
import { numberIn } from './subjects.ts';

/** `dnat to ...`. */
export type Dnat = Extract<Statement, { readonly kind: 'dnat' | 'snat' }>;

const MOST_PORT = 65535;
/** Addresses of a range from which the kernel picks one by itself. */
const MOST_CHOICES = 256n;

/**
 * Returns the translation to an address, and to a port beside it or in a concatenation; undefined when it is not
 * understood.
 */
export function translationTo(address: Expression, port: Expression | undefined): Action | undefined {
  if (address.kind === 'concat') {
    const [host, behind, ...more] = address.parts;
    if (host === undefined || behind === undefined || more.length > 0 || port !== undefined) return undefined;
    return translationTo(host, behind);
  }
  const number = port === undefined ? undefined : numberIn(port, MOST_PORT);
  if (port !== undefined && number === undefined) return undefined;
  const addresses = addressesFor(address);
  const [first, last] = addresses?.[0] ?? [];
  if (first === undefined || last === undefined || last < first || last - first >= MOST_CHOICES)
    return undefined;
  const ofPort = number === undefined ? {} : { port: number };
  const choices = Array.from({ length: Number(last - first) + 1 }, (_, at): Translation => ({
    address: first + BigInt(at),
    ...ofPort,
  }));
  return { kind: 'translate-destination', choices };
}

function addressesFor(address: Expression): Intervals | undefined {
  if (address.kind === 'word') return networkAddresses(address.text);
  if (address.kind === 'prefix') return networkAddresses(`${address.address}/${address.length}`);
  if (address.kind !== 'range') return undefined;
  const [first, last] = [address.from, address.to].map((end) => soleValue(networkAddresses(end) ?? []));
  return first === undefined || last === undefined ? undefined : [[first, last]];
}

/** Returns the translation to the data of an element of a map. */
export const translationOf = ({ data }: Element, port: Expression | undefined): Action | undefined =>
  data === undefined || isVerdict(data) ? undefined : translationTo(data, port);
