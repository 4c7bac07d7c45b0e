import { addressNumber } from '../../text/ip-number.ts';

/** Things of one family by address, lowest first. Those of one address keep their order. */
export const inAddressOrder = <T>(things: readonly T[], ipOf: (thing: T) => string): readonly T[] =>
  things
    .map((thing) => ({ thing, number: addressNumber(ipOf(thing)) }))
    .sort((a, b) => (a.number < b.number ? -1 : a.number > b.number ? 1 : 0))
    .map(({ thing }) => thing);
