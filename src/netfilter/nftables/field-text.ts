/** Prints and reads fields of packets and of connections as text. Each printer stands beside its reader. */
import { type Expression } from './model.ts';
import { type WordList } from './word-cursor.ts';

/** What a statement can read from a packet. */
export type Field = Extract<Expression, { readonly kind: 'payload' | 'meta' | 'ct' | 'fib' | 'numgen' }>;

/** A number as nft prints it. */
export const NUMBER = /^(?:0|[1-9]\d{0,9})$/;

/** The known fields of headers. */
export const PAYLOAD_FIELDS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    ip: ['saddr', 'daddr', 'protocol', 'ttl', 'length', 'version'],
    ip6: ['saddr', 'daddr', 'nexthdr', 'hoplimit', 'length'],
    tcp: ['sport', 'dport'],
    udp: ['sport', 'dport'],
    sctp: ['sport', 'dport'],
    dccp: ['sport', 'dport'],
    udplite: ['sport', 'dport'],
    th: ['sport', 'dport'],
    ether: ['saddr', 'daddr', 'type'],
    icmp: ['type', 'code'],
    icmpv6: ['type', 'code'],
  }).map(([protocol, fields]) => [protocol, new Set(fields)]),
);

/** Keys of `meta` that are printed without the word. (meta_key_is_unqualified, src/meta.c of nftables) */
const UNQUALIFIED: ReadonlySet<string> = new Set([
  'iif',
  'oif',
  'iifname',
  'oifname',
  'iifgroup',
  'oifgroup',
]);

export const META_KEYS: ReadonlySet<string> = new Set([
  ...UNQUALIFIED,
  ...['mark', 'l4proto', 'nfproto', 'protocol', 'pkttype', 'length', 'skuid', 'skgid', 'cpu'],
]);

export const CT_KEYS: ReadonlySet<string> = new Set(['state', 'status', 'mark', 'direction']);

export const FIB_FLAGS: ReadonlySet<string> = new Set(['saddr', 'daddr', 'mark', 'iif', 'oif']);
export const FIB_RESULTS: ReadonlySet<string> = new Set(['type', 'oif', 'oifname']);

/** Returns the field as `nft list` prints it. */
export function printField(field: Field): string {
  switch (field.kind) {
    case 'payload':
      return `${field.protocol} ${field.field}`;
    case 'meta':
      return UNQUALIFIED.has(field.key) ? field.key : `meta ${field.key}`;
    case 'ct':
      return `ct ${field.key}`;
    case 'fib':
      return `fib ${field.flags.join(' . ')} ${field.result}`;
    case 'numgen': {
      const { mode, modulus, offset } = field;
      return `numgen ${mode} mod ${modulus}${offset === 0 ? '' : ` offset ${offset}`}`;
    }
  }
}

/** Reads one field; undefined when the words name no known field. */
export function parseField(words: WordList): Field | undefined {
  const word = words.peek();
  if (word?.kind !== 'word') return undefined;
  const { text } = word;
  const fields = PAYLOAD_FIELDS.get(text);
  if (fields !== undefined) return parsePayload(words, text, fields);
  if (text === 'meta') words.take();
  if (text === 'meta' || UNQUALIFIED.has(text) || text === 'mark') {
    const key = words.takeText();
    return META_KEYS.has(key) ? { kind: 'meta', key } : undefined;
  }
  if (text === 'ct') return parseCt(words);
  if (text === 'fib') return parseFib(words);
  return text === 'numgen' ? parseNumgen(words) : undefined;
}

function parsePayload(words: WordList, protocol: string, fields: ReadonlySet<string>): Field | undefined {
  words.take();
  const field = words.takeText();
  return fields.has(field) ? { kind: 'payload', protocol, field } : undefined;
}

function parseCt(words: WordList): Field | undefined {
  words.take();
  const key = words.takeText();
  return CT_KEYS.has(key) ? { kind: 'ct', key } : undefined;
}

function parseFib(words: WordList): Field | undefined {
  words.take();
  const flags: string[] = [];
  do {
    const flag = words.takeText();
    if (!FIB_FLAGS.has(flag)) return undefined;
    flags.push(flag);
  } while (words.takeIf('.'));
  const result = words.takeText();
  return FIB_RESULTS.has(result) ? { kind: 'fib', flags, result } : undefined;
}

function parseNumgen(words: WordList): Field | undefined {
  words.take();
  const mode = words.take()?.text;
  if ((mode !== 'random' && mode !== 'inc') || !words.takeIf('mod')) return undefined;
  const modulus = words.takeText();
  const offset = words.takeIf('offset') ? words.takeText() : '0';
  if (!NUMBER.test(modulus) || !NUMBER.test(offset)) return undefined;
  return { kind: 'numgen', mode, modulus: Number(modulus), offset: Number(offset) };
}
