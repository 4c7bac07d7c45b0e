import { addressNumber, addressText } from '../../text/ip-number.ts';
import { addressBits, familyOf, type IpFamily } from '../../text/ip.ts';
import { type EntryPart, type PartKind, type SetDefinition } from './model.ts';

/** Reads `10.0.0.1,tcp:80`. Returns a text that says what is wrong when the entry does not fit the type. */
export function readParts(
  text: string,
  { type, family }: Pick<SetDefinition, 'type' | 'family'>,
): readonly EntryPart[] | string {
  const texts = text.split(',');
  if (texts.length !== type.parts.length)
    return `An entry of this set has ${type.parts.length} parts, this one has ${texts.length}.`;
  const parts: EntryPart[] = [];
  for (const [at, kind] of type.parts.entries()) {
    const word = texts[at] ?? '';
    const part = READERS[kind](word, family ?? 'IPv4');
    if (part === undefined) return `${word === '' ? 'An empty text' : word} is no ${NAMES[kind]}.`;
    parts.push(part);
  }
  return parts;
}

type ReadPart = (text: string, family: IpFamily) => EntryPart | undefined;

const asText =
  (kind: 'mac' | 'mark' | 'iface' | 'set', form: RegExp): ReadPart =>
  (text) =>
    form.test(text) ? { kind, text } : undefined;

const READERS: Readonly<Record<PartKind, ReadPart>> = {
  ip: readAddress,
  net: readAddress,
  port: readPort,
  mac: asText('mac', /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i),
  mark: asText('mark', /^0x[0-9a-f]{1,8}$/i),
  iface: asText('iface', /^\S+$/),
  set: asText('set', /^\S+$/),
};

const NAMES: Readonly<Record<PartKind, string>> = {
  ip: 'address of the family of the set',
  net: 'network of the family of the set',
  port: 'port such as tcp:80',
  mac: 'MAC address',
  mark: 'mark such as 0x10',
  iface: 'interface',
  set: 'set',
};

/** `10.0.0.1`, `10.0.0.0/8`. A prefix of the whole address means one address, and is never printed. */
function readAddress(text: string, family: IpFamily): EntryPart | undefined {
  const [address = '', prefix, more] = text.split('/');
  if (familyOf(address) !== family || more !== undefined) return undefined;
  const found = { kind: 'address', address: addressText(addressNumber(address), family) } as const;
  if (prefix === undefined) return { ...found, prefix: undefined };
  const length = /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  return length <= addressBits(family) ? { ...found, prefix: length } : undefined;
}

const ICMP = /^(icmp|icmpv6):([a-z0-9][a-z0-9/-]*)$/;
const PORT = /^(?:([a-z0-9.+-]+):)?(\d{1,5})$/;

function readPort(text: string): EntryPart | undefined {
  const [, name, type] = ICMP.exec(text) ?? [];
  if (type !== undefined) return { kind: 'icmp', protocol: name === 'icmp' ? 'icmp' : 'icmpv6', type };
  const [whole, protocol, port] = PORT.exec(text) ?? [];
  return whole === undefined || Number(port) > 65535
    ? undefined
    : { kind: 'port', protocol, port: Number(port) };
}
