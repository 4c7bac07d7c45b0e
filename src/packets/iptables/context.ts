import { type IpFamily } from '../../text/ip.ts';
import { lastAddress } from '../../text/ip-number.ts';
import { type Intervals, only, range, subtract, unionOf } from '../intervals.ts';
import { type ConntrackState, type Field, stateNumber } from '../packet-set.ts';
import { type Test } from '../program.ts';

/** What the meaning of a match or target depends on. */
export interface CompileContext {
  readonly family: IpFamily;
  /** Addresses of the host itself. */
  readonly localAddresses: Intervals;
}

/** Every address of a family. */
export const everyAddress = (family: IpFamily): Intervals => range(0n, lastAddress(family));
/** Every port. */
export const EVERY_PORT: Intervals = range(0n, 65535n);
/** Every protocol. */
export const EVERY_PROTOCOL: Intervals = range(0n, 255n);

/** The test of a field; `everything` is what negation takes the values from. */
export const fieldTest = (
  field: Field,
  values: Intervals,
  negated: boolean,
  everything: Intervals,
): Test => ({ kind: 'field', field, values: negated ? subtract(everything, values) : values });

/** `--ctstate` and `--state`: states of the connection, and whether its addresses were translated. */
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
