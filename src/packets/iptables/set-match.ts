/** Tests of `-m set`, which looks packets up in sets of addresses and ports. (libxt_set, net/netfilter/ipset) */
import { canonicalProtocol, protocolNumber } from '../../netfilter/iptables/protocols.ts';
import { type EntryPart, type SetDefinition, type SetEntry } from '../../netfilter/ipset/model.ts';
import { type CompileContext, EVERY_PROTOCOL, everyAddress, fieldTest } from '../compile-context.ts';
import { interfaceNumber } from '../interface-names.ts';
import { type Intervals, only, subtract, unionOf } from '../intervals.ts';
import { networkAddresses } from '../networks.ts';
import { type Test } from '../program.ts';
import { type OptionWords } from './option-words.ts';

/** Which end of a packet a part of an entry is compared with. */
type Side = 'src' | 'dst';

/** Returns the tests of `--match-set NAME dst,dst`; undefined when nobody knows what is in the set. */
export function setTests(
  { values, negated }: OptionWords,
  context: CompileContext,
): readonly Test[] | undefined {
  const set = context.ipsets?.get(values[0] ?? '');
  const sides = (values[1] ?? '').split(',').map(sideOf);
  if (set === undefined || sides.includes(undefined)) return undefined;
  const known = sides.filter((side) => side !== undefined);
  const plain = plainTests(set, known, negated, context);
  if (plain !== undefined) return plain;
  const alternatives = alternativesOf(set, known, context);
  return alternatives && [{ kind: 'any', of: alternatives, negated }];
}

const sideOf = (text: string): Side | undefined => (text === 'src' || text === 'dst' ? text : undefined);

/** A set of addresses alone is one test, in which entries with `nomatch` leave their networks out. */
function plainTests(
  set: SetDefinition,
  [side]: readonly Side[],
  negated: boolean,
  context: CompileContext,
): readonly Test[] | undefined {
  const [kind, ...more] = set.type.parts;
  if ((kind !== 'ip' && kind !== 'net') || more.length > 0 || !isOfFamily(set, context)) return undefined;
  // The most specific network of an address decides.
  const bySize = set.entries.toSorted((a, b) => prefixOf(a) - prefixOf(b));
  const isPlain = !bySize.some(isException);
  const addresses = isPlain
    ? unionOf(bySize.flatMap(addressesOf))
    : bySize.reduce<Intervals>(
        (all, entry) =>
          isException(entry) ? subtract(all, addressesOf(entry)) : unionOf([...all, ...addressesOf(entry)]),
        [],
      );
  const field = side === 'src' ? 'source' : 'destination';
  return [fieldTest(field, addresses, negated, everyAddress(context.family))];
}

const isException = ({ options }: SetEntry): boolean => options.includes('nomatch');

function prefixOf({ parts: [part] }: SetEntry): number {
  return part?.kind === 'address' ? (part.prefix ?? 128) : 128;
}

const addressesOf = ({ parts: [part] }: SetEntry): Intervals =>
  part?.kind === 'address' ? networkOf(part) : [];

const networkOf = ({ address, prefix }: Extract<EntryPart, { kind: 'address' }>): Intervals =>
  networkAddresses(prefix === undefined ? address : `${address}/${prefix}`) ?? [];

/** A rule of one family finds nothing in a set of the other one. (ip_set_test) */
const isOfFamily = ({ type, family }: SetDefinition, context: CompileContext): boolean =>
  !type.parts.some((part) => part === 'ip' || part === 'net') || (family ?? 'IPv4') === context.family;

/** Tests of each entry; undefined when one of them cannot be decided. */
function alternativesOf(
  set: SetDefinition,
  sides: readonly Side[],
  context: CompileContext,
): readonly (readonly Test[])[] | undefined {
  // A rule that names fewer sides than an entry has parts finds nothing. (ip_set_test)
  if (sides.length < set.type.parts.length || !isOfFamily(set, context)) return [];
  const alternatives: (readonly Test[])[] = [];
  for (const { parts, options } of set.entries) {
    if (options.includes('nomatch')) return undefined;
    const [first] = parts;
    const tests =
      first?.kind === 'set' ? memberTests(first.text, sides, context) : entryTests(parts, sides, set);
    if (tests === undefined) return undefined;
    for (const each of tests) alternatives.push(each);
  }
  return alternatives;
}

/** What a set of sets finds in one of them. */
function memberTests(
  name: string,
  sides: readonly Side[],
  context: CompileContext,
): readonly (readonly Test[])[] | undefined {
  const member = context.ipsets?.get(name);
  // The kernel takes no list of lists.
  if (member === undefined || member.type.storage === 'list') return undefined;
  const plain = plainTests(member, sides, false, context);
  return plain === undefined ? alternativesOf(member, sides, context) : [plain];
}

function entryTests(
  parts: readonly EntryPart[],
  sides: readonly Side[],
  { type }: SetDefinition,
): readonly (readonly Test[])[] | undefined {
  const tests: Test[] = [];
  for (const [at, part] of parts.entries()) {
    const found = partTests(part, sides[at] ?? 'src');
    if (found === undefined) return undefined;
    for (const test of found) tests.push(test);
  }
  // A bitmap of ports holds those of TCP and UDP. (bitmap_port_kadt)
  if (type.storage === 'bitmap' && type.parts[0] === 'port') tests.unshift(BITMAP_PROTOCOLS);
  return [tests];
}

const BITMAP_PROTOCOLS: Test = {
  kind: 'field',
  field: 'protocol',
  values: unionOf([
    [6n, 6n],
    [17n, 17n],
  ]),
};

function partTests(part: EntryPart, side: Side): readonly Test[] | undefined {
  switch (part.kind) {
    case 'address':
      return [{ kind: 'field', field: side === 'src' ? 'source' : 'destination', values: networkOf(part) }];
    case 'port':
      return portTests(part, side);
    case 'mark':
      return [{ kind: 'mark', of: 'packet', value: Number(part.text), mask: 0xffffffff, negated: false }];
    case 'iface': {
      if (part.text.startsWith('physdev:')) return undefined;
      const field = side === 'src' ? 'inInterface' : 'outInterface';
      return [{ kind: 'field', field, values: only(interfaceNumber(part.text)) }];
    }
    case 'icmp':
    case 'mac':
    case 'set':
      return undefined;
  }
}

/** Protocols that have ports; others have entries with port 0. (ip_set_get_ip4_port) */
const WITH_PORTS: ReadonlySet<number> = new Set([6, 17, 132, 136]);

function portTests(
  { protocol, port }: Extract<EntryPart, { kind: 'port' }>,
  side: Side,
): readonly Test[] | undefined {
  const field = side === 'src' ? 'sourcePort' : 'destinationPort';
  const ofPort: Test = { kind: 'field', field, values: only(BigInt(port)) };
  if (protocol === undefined) return [ofPort];
  const number = protocolNumber(canonicalProtocol(protocol) ?? '');
  if (number === undefined) return undefined;
  const ofProtocol = fieldTest('protocol', only(BigInt(number)), false, EVERY_PROTOCOL);
  return WITH_PORTS.has(number) ? [ofProtocol, ofPort] : [ofProtocol];
}
