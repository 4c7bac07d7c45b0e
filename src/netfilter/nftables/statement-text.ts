/** Prints and reads statements as text. Each printer stands beside its reader. */
import { constantOf, parseSelector, parseValue, printExpression, printMark } from './expression-text.ts';
import { type Expression, type RelationalOperator, type Statement } from './model.ts';
import { type NftSpelling } from './nft-release.ts';
import { asPrefix, isMark, matchOf, typedValue } from './values.ts';
import { isVerdict, parseVerdict, printVerdict } from './verdict-text.ts';
import { type WordList } from './word-cursor.ts';

/** Returns the statement as `nft list` prints it. */
export function printStatement(statement: Statement, spelling: NftSpelling): string {
  if (isVerdict(statement)) return printVerdict(statement);
  switch (statement.kind) {
    case 'match':
      return printMatch(statement, spelling);
    case 'vmap':
      return `${printExpression(statement.key)} vmap ${printExpression(statement.data)}`;
    case 'mangle':
      return `${printExpression(statement.key)} set ${printExpression(statement.value)}`;
    case 'masquerade':
      return ['masquerade', statement.flags.join(',')].join(' ').trimEnd();
    case 'dnat':
    case 'snat':
      return printNat(statement);
    case 'reject':
      return printReject(statement);
    case 'set-update':
      return `${statement.operation} @${statement.set} { ${printExpression(statement.key)} }`;
    case 'counter': {
      const { counted } = statement;
      return counted === undefined ? 'counter' : `counter packets ${counted.packets} bytes ${counted.bytes}`;
    }
    case 'unknown':
      return statement.text;
  }
}

type Of<K extends Statement['kind']> = Extract<Statement, { readonly kind: K }>;

function printMatch(match: Of<'match'>, spelling: NftSpelling): string {
  const top = spelling.topBitAsPrefix ? asPrefix(match) : undefined;
  // A test of bits needs its operator: nft does not read `mark & 1 1`.
  const isImplied = match.operator === '==' && (top !== undefined || match.left.kind !== 'binary');
  const operator = isImplied ? '' : `${match.operator} `;
  if (top === undefined) return `${printExpression(match.left)} ${operator}${printExpression(match.right)}`;
  const { address, length } = top.prefix;
  return `${printExpression(top.left)} ${operator}${printMark(address)}/${length}`;
}

const OPERATORS: readonly RelationalOperator[] = ['==', '!=', '<', '>', '<=', '>='];

/** Reads a comparison, a verdict map, or the writing of a value: each of them begins with a selector. */
function parseAboutSelector(words: WordList): Statement | undefined {
  const left = parseSelector(words);
  if (left === undefined) return undefined;
  if (words.takeIf('vmap')) return parseVmap(words, left);
  if (words.takeIf('set')) return parseMangle(words, left);
  const operator = OPERATORS.find((candidate) => words.takeIf(candidate)) ?? '==';
  const right = parseValue(words);
  return right === undefined ? undefined : matchOf(left, operator, right);
}

function parseVmap(words: WordList, key: Expression): Statement | undefined {
  const data = parseValue(words);
  return data?.kind === 'set' || data?.kind === 'set-reference' ? { kind: 'vmap', key, data } : undefined;
}

function parseMangle(words: WordList, key: Expression): Statement | undefined {
  const value = parseSelector(words) ?? parseValueHere(words);
  return value === undefined ? undefined : { kind: 'mangle', key, value: typedMangle(key, value) };
}

const typedMangle = (key: Expression, value: Expression): Expression =>
  isMark(key) ? typedValue(key, value) : value;

function parseValueHere(words: WordList): Expression | undefined {
  const word = words.take();
  return word === undefined ? undefined : constantOf(word);
}

const NAT_FLAGS: ReadonlySet<string> = new Set(['random', 'fully-random', 'persistent']);

function parseMasquerade(words: WordList): Statement {
  const flags: string[] = [];
  while (NAT_FLAGS.has(words.peekText())) {
    flags.push(words.takeText());
    words.takeIf(',');
  }
  return { kind: 'masquerade', flags };
}

function printNat({ kind, family, address, port }: Of<'dnat' | 'snat'>): string {
  const host = printExpression(address);
  const bracketed = port !== undefined && host.includes(':') ? `[${host}]` : host;
  const target = port === undefined ? host : `${bracketed}:${printExpression(port)}`;
  return `${kind}${family === undefined ? '' : ` ${family}`} to ${target}`;
}

const HOST_AND_PORT = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+))(?::(\d{1,5}))?$/;

function parseNat(words: WordList, kind: 'dnat' | 'snat'): Statement | undefined {
  const family = words.takeIf('ip') ? 'ip' : words.takeIf('ip6') ? 'ip6' : undefined;
  if (words.takeIf('addr') && !(words.takeIf('.') && words.takeIf('port'))) return undefined;
  if (!words.takeIf('to')) return undefined;
  const named: Pick<Of<'dnat' | 'snat'>, 'kind' | 'family'> = {
    kind,
    ...(family !== undefined && { family }),
  };
  const found = HOST_AND_PORT.exec(words.peekText());
  if (found === null) {
    const address = parseMapped(words);
    return address === undefined ? undefined : { ...named, address };
  }
  words.take();
  const address: Expression = { kind: 'word', text: found[1] ?? found[2] ?? '' };
  if (found[3] === undefined) return { ...named, address };
  return { ...named, address, port: { kind: 'number', value: Number(found[3]) } };
}

/** Reads an address that a map gives, or a plain IPv6 address. */
function parseMapped(words: WordList): Expression | undefined {
  const key = parseSelector(words);
  if (key === undefined) {
    const address = parseValueHere(words);
    return address?.kind === 'word' ? address : undefined;
  }
  if (!words.takeIf('map')) return undefined;
  const data = parseValue(words);
  return data?.kind === 'set' || data?.kind === 'set-reference' ? { kind: 'map', key, data } : undefined;
}

const printReject = ({ answer }: Of<'reject'>): string =>
  answer === undefined ? 'reject' : `reject with ${answer.type} ${answer.code}`;

function parseReject(words: WordList): Statement | undefined {
  if (!words.takeIf('with')) return { kind: 'reject' };
  const type = words.takeText();
  if (!['icmp', 'icmpv6', 'icmpx', 'tcp'].includes(type)) return undefined;
  words.takeIf('type');
  const code = words.take();
  return code?.kind === 'word' ? { kind: 'reject', answer: { type, code: code.text } } : undefined;
}

function parseSetUpdate(words: WordList, operation: Of<'set-update'>['operation']): Statement | undefined {
  const set = words.takeText();
  if (!/^@./.test(set) || !words.takeIf('{')) return undefined;
  const key = parseSelector(words);
  if (key === undefined || !words.takeIf('}')) return undefined;
  return { kind: 'set-update', operation, set: set.slice(1), key };
}

function parseCounter(words: WordList): Statement | undefined {
  if (!words.takeIf('packets')) return { kind: 'counter' };
  const packets = Number(words.take()?.text);
  const bytes = words.takeIf('bytes') ? Number(words.take()?.text) : NaN;
  if (!Number.isSafeInteger(packets) || !Number.isSafeInteger(bytes)) return undefined;
  return { kind: 'counter', counted: { packets, bytes } };
}

type Parse = (words: WordList) => Statement | undefined;

const BY_FIRST_WORD: ReadonlyMap<string, Parse> = new Map<string, Parse>([
  ['masquerade', parseMasquerade],
  ['dnat', (words) => parseNat(words, 'dnat')],
  ['snat', (words) => parseNat(words, 'snat')],
  ['reject', parseReject],
  ['add', (words) => parseSetUpdate(words, 'add')],
  ['update', (words) => parseSetUpdate(words, 'update')],
  ['delete', (words) => parseSetUpdate(words, 'delete')],
  ['counter', parseCounter],
]);

/** Reads one statement. Returns undefined when it is not understood; some of its words are taken then. */
export function parseStatement(words: WordList): Statement | undefined {
  const verdict = parseVerdict(words);
  if (verdict !== undefined) return verdict;
  const first = words.peek();
  const parse = first?.kind === 'word' ? BY_FIRST_WORD.get(first.text) : undefined;
  if (parse === undefined) return parseAboutSelector(words);
  words.take();
  return parse(words);
}
