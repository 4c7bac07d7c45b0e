import { canonicalProtocol, protocolNumber } from '../../netfilter/iptables/protocols.ts';
import { parseMasked } from '../../netfilter/iptables/spelling.ts';
import { familyOf } from '../../text/ip.ts';
import { addressNumber } from '../../text/ip-number.ts';
import { type Interval, type Intervals, only, range, unionOf } from '../intervals.ts';
import { networkAddresses } from '../networks.ts';
import { type Field, stateNumber } from '../packet-set.ts';
import { type Step, type Test } from '../program.ts';
import {
  addressesOfType,
  type CompileContext,
  conntrackTest,
  everyAddress,
  EVERY_PORT,
  fieldTest,
} from '../compile-context.ts';
import { firstValue, type OptionWords, readOptions, valueOf } from './option-words.ts';
import { setTests } from './set-match.ts';
import { everyNth } from './shares.ts';

/** Returns the tests of an option; undefined when the rules cannot answer it. */
type ReadOption = (option: OptionWords, context: CompileContext) => readonly Test[] | undefined;

/**
 * Returns the tests of a match that the model keeps as text, because other software wrote it or kube-proxy
 * never uses this form. One option that cannot be decided makes the whole match unknown.
 */
export function otherMatch(
  module: string,
  words: readonly string[],
  context: CompileContext,
): readonly Step[] {
  const unknown: readonly Test[] = [{ kind: 'unknown', what: ['-m', module, ...words].join(' ') }];
  const options = readOptions(words);
  if (module === 'statistic') return nthPacket(options) ?? unknown;
  if (module === 'recent') return recentClient(options) ?? unknown;
  const readers = READERS.get(module);
  if (readers === undefined) return unknown;
  const tests: Test[] = [];
  for (const option of options) {
    const read = readers.get(option.name)?.(option, context);
    if (read === undefined) return unknown;
    for (const test of read) tests.push(test);
  }
  return tests;
}

/** Counters start anywhere: of many connections every n-th matches. (libxt_statistic) */
function nthPacket(options: readonly OptionWords[]): readonly Test[] | undefined {
  if (valueOf(options, '--mode') !== 'nth') return undefined;
  const every = Number(valueOf(options, '--every') ?? Number.NaN);
  const isPlain = options.every(({ negated }) => !negated);
  return isPlain && Number.isInteger(every) && every > 0
    ? [{ kind: 'random', share: everyNth(every) }]
    : undefined;
}

/** Options of `recent` that make a match depend on more than whether the client is on the list. */
const COUNTING = ['--hitcount', '--rttl', '--rdest'];

/** (libxt_recent) */
function recentClient(options: readonly OptionWords[]): readonly Step[] | undefined {
  const list = valueOf(options, '--name') ?? 'DEFAULT';
  if (options.some(({ name }) => COUNTING.includes(name))) return undefined;
  const action = options.find(({ name }) => RECENT_ACTIONS.includes(name));
  if (action === undefined) return undefined;
  if (action.name === '--set') return action.negated ? undefined : [{ kind: 'remember', list }];
  const seconds = valueOf(options, '--seconds');
  if (seconds !== undefined && !/^\d{1,10}$/.test(seconds)) return undefined;
  const within = seconds === undefined ? undefined : Number(seconds);
  const test: Test = { kind: 'client', list, seconds: within, negated: action.negated };
  const refreshes = action.name === '--update' && !action.negated;
  return refreshes ? [test, { kind: 'remember', list }] : [test];
}

const RECENT_ACTIONS = ['--set', '--rcheck', '--update', '--remove'];

const MOST_PORT = 65535;

/** `80,443,8000:8100`; undefined when a part is no port or range. */
function portSet(text: string): Intervals | undefined {
  const parts = text.split(',').map((part): Interval | undefined => {
    if (!/^(\d{1,5}(:\d{0,5})?|:\d{1,5})$/.test(part)) return undefined;
    const [first = '', last = first] = part.split(':');
    const [from, to] = [Number(first), last === '' ? MOST_PORT : Number(last)];
    return from <= to && to <= MOST_PORT ? [BigInt(from), BigInt(to)] : undefined;
  });
  const known = parts.filter((part) => part !== undefined);
  return known.length === parts.length ? unionOf(known) : undefined;
}

/** `6` or `tcp`. */
function protocolNumbers(text: string): Intervals | undefined {
  const number = protocolNumber(canonicalProtocol(text) ?? '');
  return number === undefined ? undefined : only(BigInt(number));
}

const ports =
  (field: 'sourcePort' | 'destinationPort'): ReadOption =>
  (option) => {
    const set = portSet(firstValue(option));
    return set && [fieldTest(field, set, option.negated, EVERY_PORT)];
  };

/** Tests whether one of the two ports is in the set. (multiport --ports) */
const eitherPort: ReadOption = (option) => {
  const set = portSet(firstValue(option));
  if (set === undefined) return undefined;
  const asked = (field: Field): readonly Test[] => [{ kind: 'field', field, values: set }];
  return [{ kind: 'any', of: [asked('sourcePort'), asked('destinationPort')], negated: option.negated }];
};

/** `10.0.0.1-10.0.0.9`, or one address. (libxt_iprange) */
const addressRange =
  (field: 'source' | 'destination'): ReadOption =>
  (option, { family }) => {
    const [from = '', to = from] = firstValue(option).split('-');
    if (familyOf(from) !== family || familyOf(to) !== family) return undefined;
    const set = range(addressNumber(from), addressNumber(to));
    return [fieldTest(field, set, option.negated, everyAddress(family))];
  };

/** Reads `LOCAL`, `MULTICAST` and lists of them. The rules do not tell the addresses of other types. */
const addressType =
  (field: 'source' | 'destination'): ReadOption =>
  (option, context) => {
    const types = firstValue(option).toLowerCase().split(',');
    const parts = types.map((type) => addressesOfType(type, context));
    const known = parts.filter((part) => part !== undefined);
    if (known.length !== parts.length) return undefined;
    return [fieldTest(field, unionOf(known.flat()), option.negated, everyAddress(context.family))];
  };

const states: ReadOption = (option) => [conntrackTest(firstValue(option).split(','), option.negated)];

/** A new TCP connection begins with SYN alone. The flags of later packets are unknown. (libxt_tcp) */
const SYN_ONLY: Test = {
  kind: 'conntrack',
  states: only(stateNumber('NEW')),
  destinationTranslated: false,
  sourceTranslated: false,
  negated: false,
};
const syn: ReadOption = ({ negated }) => [{ ...SYN_ONLY, negated }];
const flags: ReadOption = ({ values, negated }) =>
  values.join(' ') === 'FIN,SYN,RST,ACK SYN' ? [{ ...SYN_ONLY, negated }] : undefined;

const connectionMark: ReadOption = (option) => {
  const masked = parseMasked(firstValue(option));
  return masked && [{ kind: 'mark', of: 'connection', ...masked, negated: option.negated }];
};

/** What IPVS did with the packet, and for which virtual address. (libxt_ipvs) */
const balanced =
  (
    read: (text: string, context: CompileContext) => Intervals | undefined,
    part: 'protocol' | 'address' | 'port',
  ): ReadOption =>
  (option, context) => {
    const values = read(firstValue(option), context);
    if (values === undefined) return undefined;
    // A packet that IPVS does not know matches none of these options, even a negated one.
    const any: Test = { kind: 'balanced', negated: false };
    const test: Test = { kind: 'balanced', [part]: values, negated: option.negated };
    return option.negated ? [any, test] : [test];
  };
const byBalancer: ReadOption = ({ negated }) => [{ kind: 'balanced', negated }];
const inDirection: ReadOption = (option) =>
  firstValue(option) === 'ORIGINAL' && !option.negated ? [] : undefined;

const nothing: ReadOption = () => [];

const DESTINATION_PORT = ['--dport', '--destination-port', '--dports', '--destination-ports'];
const SOURCE_PORT = ['--sport', '--source-port', '--sports', '--source-ports'];
const PORTS: readonly (readonly [string, ReadOption])[] = [
  ...DESTINATION_PORT.map((name) => [name, ports('destinationPort')] as const),
  ...SOURCE_PORT.map((name) => [name, ports('sourcePort')] as const),
];

/** By name of the match, then of the option. */
const READERS: ReadonlyMap<string, ReadonlyMap<string, ReadOption>> = new Map([
  ['tcp', new Map([...PORTS, ['--syn', syn], ['--tcp-flags', flags]])],
  ['udp', new Map(PORTS)],
  ['sctp', new Map(PORTS)],
  ['udplite', new Map(PORTS)],
  ['dccp', new Map(PORTS)],
  ['multiport', new Map([...PORTS, ['--ports', eitherPort]])],
  [
    'iprange',
    new Map([
      ['--src-range', addressRange('source')],
      ['--dst-range', addressRange('destination')],
    ]),
  ],
  [
    'addrtype',
    new Map([
      ['--src-type', addressType('source')],
      ['--dst-type', addressType('destination')],
    ]),
  ],
  ['state', new Map([['--state', states]])],
  ['conntrack', new Map([['--ctstate', states]])],
  ['connmark', new Map([['--mark', connectionMark]])],
  ['set', new Map([['--match-set', setTests]])],
  [
    'ipvs',
    new Map([
      ['--ipvs', byBalancer],
      ['--vproto', balanced((text) => protocolNumbers(text), 'protocol')],
      ['--vaddr', balanced((text) => networkAddresses(text), 'address')],
      ['--vport', balanced((text) => portSet(text), 'port')],
      ['--vdir', inDirection],
    ]),
  ],
  ['comment', new Map([['--comment', nothing]])],
  ['nfacct', new Map([['--nfacct-name', nothing]])],
]);
