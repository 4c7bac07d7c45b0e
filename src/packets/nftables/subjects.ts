/** The fields of a packet that rules compare, and the values with which they compare them. */
import { canonicalProtocol, protocolNumber } from '../../netfilter/iptables/protocols.ts';
import { type Expression } from '../../netfilter/nftables/model.ts';
import { type IpFamily } from '../../text/ip.ts';
import {
  addressesOfType,
  ALWAYS,
  type CompileContext,
  conntrackTest,
  everyAddress,
  EVERY_PORT,
  EVERY_PROTOCOL,
  NEVER,
} from '../compile-context.ts';
import { ANY_INTERFACE, interfacesBeginning, interfaceNumber } from '../interface-names.ts';
import { type Intervals, only, range } from '../intervals.ts';
import { networkAddresses } from '../networks.ts';
import { CONNTRACK_STATES, type Field } from '../packet-set.ts';
import { type Test } from '../program.ts';

/** A part of a packet that a rule compares with values. */
export type Subject =
  /** A field of the packet. Packets with the field pass the tests in `implied`: TCP for `tcp dport`. */
  | {
      readonly kind: 'field';
      readonly field: Field;
      readonly everything: Intervals;
      readonly implied: readonly Test[];
      /** Returns undefined for an unknown value. */
      readonly read: (value: Expression) => Intervals | undefined;
    }
  /** Something for which each value has its own test. */
  | { readonly kind: 'asked'; readonly ask: (value: Expression) => Test | undefined }
  /** A field that no packet of the family has. */
  | { readonly kind: 'absent' };

type Of<Kind extends Expression['kind']> = Extract<Expression, { readonly kind: Kind }>;

/** Returns the part of the packet that an expression names; undefined when the rules do not tell its value. */
export function subjectOf(expression: Expression, context: CompileContext): Subject | undefined {
  if (expression.kind === 'payload') return headerSubject(expression, context);
  if (expression.kind === 'meta') return metaSubject(expression.key, context);
  if (expression.kind === 'ct') return connectionSubject(expression.key);
  return expression.kind === 'fib' ? routeSubject(expression, context) : undefined;
}

const ABSENT: Subject = { kind: 'absent' };
const FAMILY_OF: Readonly<Record<string, IpFamily>> = { ip: 'IPv4', ip6: 'IPv6' };

function headerSubject({ protocol, field }: Of<'payload'>, { family }: CompileContext): Subject | undefined {
  const ofFamily = FAMILY_OF[protocol];
  if (ofFamily !== undefined) {
    if (ofFamily !== family) return ABSENT;
    if (field === 'protocol' || field === 'nexthdr') return PROTOCOL;
    const named = field === 'saddr' ? 'source' : field === 'daddr' ? 'destination' : undefined;
    return named && addressSubject(named, family);
  }
  const named = field === 'sport' ? 'sourcePort' : field === 'dport' ? 'destinationPort' : undefined;
  const number = protocol === 'th' ? undefined : protocolNumber(protocol);
  if (named === undefined || (protocol !== 'th' && number === undefined)) return undefined;
  const implied: readonly Test[] =
    number === undefined ? [] : [{ kind: 'field', field: 'protocol', values: only(BigInt(number)) }];
  return { kind: 'field', field: named, everything: EVERY_PORT, implied, read: portsOf };
}

const addressSubject = (field: 'source' | 'destination', family: IpFamily): Subject => ({
  kind: 'field',
  field,
  everything: everyAddress(family),
  implied: [],
  read: addressesOf,
});

function addressesOf(value: Expression): Intervals | undefined {
  if (value.kind === 'word') return networkAddresses(value.text);
  if (value.kind === 'prefix') return networkAddresses(`${value.address}/${value.length}`);
  if (value.kind !== 'range') return undefined;
  return between(networkAddresses(value.from), networkAddresses(value.to));
}

function between(from: Intervals | undefined, to: Intervals | undefined): Intervals | undefined {
  const [first] = from?.[0] ?? [];
  const [last] = to?.[0] ?? [];
  return first === undefined || last === undefined ? undefined : range(first, last);
}

/** Returns the number that a value is; undefined when it is no number, or is above `most`. */
export function numberIn(value: Expression, most: number): bigint | undefined {
  const text = value.kind === 'word' ? value.text : value.kind === 'number' ? String(value.value) : '';
  return /^\d{1,10}$/.test(text) && Number(text) <= most ? BigInt(text) : undefined;
}

/** Returns the numbers of a value or a range, up to `most`; undefined when it is neither. */
export function numbersOf(value: Expression, most: number): Intervals | undefined {
  const numeric = (text: string): Intervals | undefined => {
    const number = numberIn({ kind: 'word', text }, most);
    return number === undefined ? undefined : only(number);
  };
  if (value.kind === 'range') return between(numeric(value.from), numeric(value.to));
  const number = numberIn(value, most);
  return number === undefined ? undefined : only(number);
}

const portsOf = (value: Expression): Intervals | undefined => numbersOf(value, 65535);

const PROTOCOL: Subject = {
  kind: 'field',
  field: 'protocol',
  everything: EVERY_PROTOCOL,
  implied: [],
  read: (value) => {
    const name = value.kind === 'word' ? canonicalProtocol(value.text) : undefined;
    const number = name === undefined ? undefined : protocolNumber(name);
    return number === undefined ? numbersOf(value, 255) : only(BigInt(number));
  },
};

const INTERFACE_FIELDS: ReadonlyMap<string, 'inInterface' | 'outInterface'> = new Map([
  ['iif', 'inInterface'],
  ['iifname', 'inInterface'],
  ['oif', 'outInterface'],
  ['oifname', 'outInterface'],
]);

function metaSubject(key: string, { family }: CompileContext): Subject | undefined {
  const field = INTERFACE_FIELDS.get(key);
  if (field !== undefined) {
    return { kind: 'field', field, everything: ANY_INTERFACE, implied: [], read: interfacesOf };
  }
  switch (key) {
    case 'l4proto':
      return PROTOCOL;
    case 'nfproto':
      return { kind: 'asked', ask: (value) => isText(value, family === 'IPv4' ? 'ipv4' : 'ipv6') };
    case 'protocol':
      return { kind: 'asked', ask: (value) => isText(value, family === 'IPv4' ? 'ip' : 'ip6') };
    case 'mark':
      return markSubject('packet');
    default:
      return undefined;
  }
}

const isText = (value: Expression, text: string): Test | undefined =>
  value.kind === 'word' ? (value.text === text ? ALWAYS : NEVER) : undefined;

/** A trailing `*` stands for any rest of the name; `\*` for a star itself. */
function interfacesOf(value: Expression): Intervals | undefined {
  if (value.kind !== 'quoted') return undefined;
  const { text } = value;
  if (!text.endsWith('*')) return only(interfaceNumber(text));
  return text.endsWith('\\*')
    ? only(interfaceNumber(`${text.slice(0, -2)}*`))
    : interfacesBeginning(text.slice(0, -1));
}

const ALL_BITS = 0xffffffff;

/** Returns the number of a mark; undefined for anything else. */
export const markIn = (value: Expression): number | undefined =>
  value.kind === 'mark' || value.kind === 'number' ? value.value : undefined;

const markSubject = (of: 'packet' | 'connection'): Subject => ({
  kind: 'asked',
  ask: (value) => {
    const mark = markIn(value);
    return mark === undefined ? undefined : { kind: 'mark', of, value: mark, mask: ALL_BITS, negated: false };
  },
});

function connectionSubject(key: string): Subject | undefined {
  switch (key) {
    case 'state':
      return { kind: 'asked', ask: (value) => connectionTest(value, CONNTRACK_STATES) };
    case 'status':
      return { kind: 'asked', ask: (value) => connectionTest(value, ['SNAT', 'DNAT']) };
    case 'mark':
      return markSubject('connection');
    default:
      return undefined;
  }
}

function connectionTest(value: Expression, known: readonly string[]): Test | undefined {
  const name = value.kind === 'word' ? value.text.toUpperCase() : '';
  return known.includes(name) ? conntrackTest([name], false) : undefined;
}

/** Reads `fib`. Only the type of an address is known; the rules do not tell the interfaces of routes. */
function routeSubject({ flags, result }: Of<'fib'>, context: CompileContext): Subject | undefined {
  const [flag] = flags;
  if (result !== 'type' || flags.length > 1 || (flag !== 'saddr' && flag !== 'daddr')) return undefined;
  return {
    kind: 'field',
    field: flag === 'saddr' ? 'source' : 'destination',
    everything: everyAddress(context.family),
    implied: [],
    read: (value) => (value.kind === 'word' ? addressesOfType(value.text, context) : undefined),
  };
}
