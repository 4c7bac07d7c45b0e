import { type SetDefinition } from '../netfilter/ipset/model.ts';
import { type IpFamily } from '../text/ip.ts';
import { addressNumber, lastAddress } from '../text/ip-number.ts';
import { type Interval, type Intervals, only, range, subtract, unionOf } from './intervals.ts';
import { type ConntrackState, type Field, stateNumber } from './packet-set.ts';
import { type Test } from './program.ts';

/** What the meaning of matches and targets of iptables, and of statements of nftables, depends on. */
export interface CompileContext {
  readonly family: IpFamily;
  /** Addresses of the host itself. */
  readonly localAddresses: Intervals;
  /** Sets of ipset by name, as far as they are known. */
  readonly ipsets?: ReadonlyMap<string, SetDefinition>;
}

/** Returns every address of a family. */
export const everyAddress = (family: IpFamily): Intervals => range(0n, lastAddress(family));
/** Every port. */
export const EVERY_PORT: Intervals = range(0n, 65535n);
/** Every protocol. */
export const EVERY_PROTOCOL: Intervals = range(0n, 255n);

/** Returns the test of a field. Negation removes the values from `everything`. */
export const fieldTest = (
  field: Field,
  values: Intervals,
  negated: boolean,
  everything: Intervals,
): Test => ({ kind: 'field', field, values: negated ? subtract(everything, values) : values });

/**
 * Returns the test of `--ctstate` and `--state`: states of the connection, and whether its addresses were translated.
 */
export function conntrackTest(names: readonly string[], negated: boolean): Test {
  const states = names.filter((name): name is ConntrackState => name !== 'SNAT' && name !== 'DNAT');
  return {
    kind: 'conntrack',
    states: unionOf(states.flatMap((name) => only(stateNumber(name)))),
    destinationTranslated: names.includes('DNAT'),
    sourceTranslated: names.includes('SNAT'),
    negated,
  };
}

/** A test that no packet passes. */
export const NEVER: Test = { kind: 'any', of: [], negated: false };
/** A test that every packet passes. */
export const ALWAYS: Test = { kind: 'any', of: [], negated: true };

/** Returns the addresses of the host: those of its interfaces in the family, and 127.0.0.0/8 or ::1. */
export function localAddressesOf(family: IpFamily, nodeAddresses: readonly string[]): Intervals {
  const isOfFamily = (address: string): boolean => address.includes(':') === (family === 'IPv6');
  const own = nodeAddresses.filter(isOfFamily).map((address): Interval => {
    const number = addressNumber(address);
    return [number, number];
  });
  const loopback = family === 'IPv4' ? range(0x7f000000n, 0x7fffffffn) : range(1n, 1n);
  return unionOf([...own, ...loopback]);
}

/** Returns the addresses of a type of the routing table; undefined for a type that depends on the node. */
export function addressesOfType(
  type: string,
  { family, localAddresses }: CompileContext,
): Intervals | undefined {
  if (type === 'local') return localAddresses;
  if (type !== 'multicast') return undefined;
  return family === 'IPv4' ? range(0xe0000000n, 0xefffffffn) : range(0xffn << 120n, (1n << 128n) - 1n);
}
