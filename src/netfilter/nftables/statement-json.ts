/** Writes and reads statements as JSON (man libnftables-json). Each writer stands beside its reader. */
import { expressionFromJson, expressionToJson, verdictFromJson, verdictToJson } from './expression-json.ts';
import { asNumber, asObject, asText, asTexts, tagged } from './json-fields.ts';
import { printJsonText } from './json-text.ts';
import { type Expression, type NftFamily, type RelationalOperator, type Statement } from './model.ts';
import { type NftSpelling } from './nft-release.ts';
import { asPrefix, isBitmask, isMark, matchOf, typedValue } from './values.ts';
import { isVerdict } from './verdict-text.ts';

type Of<K extends Statement['kind']> = Extract<Statement, { readonly kind: K }>;

/** Returns the statement as `nft -j` writes it for a table of the family. */
export function statementToJson(statement: Statement, family: NftFamily, spelling: NftSpelling): unknown {
  if (isVerdict(statement)) return verdictToJson(statement);
  switch (statement.kind) {
    case 'match':
      return { match: matchToJson(statement, spelling) };
    case 'vmap':
      return { vmap: { key: expressionToJson(statement.key), data: expressionToJson(statement.data) } };
    case 'mangle':
      return { mangle: { key: expressionToJson(statement.key), value: expressionToJson(statement.value) } };
    case 'masquerade':
      return { masquerade: flagsToJson(statement.flags) };
    case 'dnat':
    case 'snat':
      return { [statement.kind]: natToJson(statement) };
    case 'reject':
      return { reject: rejectToJson(statement, family) };
    case 'set-update': {
      const { operation, key, set } = statement;
      return { set: { op: operation, elem: expressionToJson(key), set: `@${set}` } };
    }
    case 'counter':
      return { counter: statement.counted ?? null };
    case 'unknown':
      return statement.form === 'json'
        ? (JSON.parse(statement.text) as unknown)
        : { unknown: statement.text };
  }
}

function matchToJson(match: Of<'match'>, spelling: NftSpelling): unknown {
  const { left, right, operator } = match;
  const top = spelling.topBitAsPrefix ? asPrefix(match) : undefined;
  if (top !== undefined) {
    const { address, length } = top.prefix;
    return {
      op: operator,
      left: expressionToJson(top.left),
      right: { prefix: { addr: address, len: length } },
    };
  }
  const isOneOfBits =
    operator === '==' && isBitmask(left) && right.kind !== 'set' && right.kind !== 'set-reference';
  return { op: isOneOfBits ? 'in' : operator, left: expressionToJson(left), right: expressionToJson(right) };
}

const flagsToJson = (flags: readonly string[]): unknown =>
  flags.length === 0 ? null : { flags: flags.length === 1 ? flags[0] : flags };

const natToJson = ({ family, address, port }: Of<'dnat' | 'snat'>): unknown => ({
  ...(family !== undefined && { family }),
  addr: expressionToJson(address),
  ...(port !== undefined && { port: expressionToJson(port) }),
});

/** The answer of `reject` without words. */
const DEFAULT_ANSWER: Readonly<Record<NftFamily, { readonly type: string; readonly expr: string }>> = {
  ip: { type: 'icmp', expr: 'port-unreachable' },
  ip6: { type: 'icmpv6', expr: 'port-unreachable' },
  inet: { type: 'icmpx', expr: 'port-unreachable' },
  bridge: { type: 'icmpx', expr: 'port-unreachable' },
  netdev: { type: 'icmpx', expr: 'port-unreachable' },
  arp: { type: 'icmpx', expr: 'port-unreachable' },
};

function rejectToJson({ answer }: Of<'reject'>, family: NftFamily): unknown {
  if (answer === undefined) return DEFAULT_ANSWER[family];
  return answer.type === 'tcp' ? { type: 'tcp reset' } : { type: answer.type, expr: answer.code };
}

/** Reads a statement. A statement that is not understood is kept as text. */
export function statementFromJson(value: unknown, family: NftFamily): Statement {
  const [tag, inside] = tagged(value) ?? ['', undefined];
  return (
    verdictFromJson(value) ??
    BY_TAG.get(tag)?.(inside, family) ?? { kind: 'unknown', form: 'json', text: printJsonText(value) }
  );
}

type Read = (value: unknown, family: NftFamily) => Statement | undefined;

const OPERATORS: readonly RelationalOperator[] = ['==', '!=', '<', '>', '<=', '>='];

function readMatch(value: unknown): Statement | undefined {
  const match = asObject(value);
  const left = expressionFromJson(match?.['left']);
  const right = expressionFromJson(match?.['right']);
  const isIn = match?.['op'] === 'in' && left !== undefined && isBitmask(left);
  const operator = isIn ? '==' : OPERATORS.find((candidate) => candidate === match?.['op']);
  if (left === undefined || right === undefined || operator === undefined) return undefined;
  return matchOf(left, operator, right);
}

function readVmap(value: unknown): Statement | undefined {
  const key = expressionFromJson(asObject(value)?.['key']);
  const data = expressionFromJson(asObject(value)?.['data']);
  const isTable = data?.kind === 'set' || data?.kind === 'set-reference';
  return key === undefined || !isTable ? undefined : { kind: 'vmap', key, data };
}

function readMangle(value: unknown): Statement | undefined {
  const key = expressionFromJson(asObject(value)?.['key']);
  const written = expressionFromJson(asObject(value)?.['value']);
  if (key === undefined || written === undefined) return undefined;
  return { kind: 'mangle', key, value: isMark(key) ? typedValue(key, written) : written };
}

function readMasquerade(value: unknown): Statement | undefined {
  if (value === null) return { kind: 'masquerade', flags: [] };
  const [name, given] = tagged(value) ?? [];
  const flags = name === 'flags' ? asTexts(given) : undefined;
  return flags === undefined ? undefined : { kind: 'masquerade', flags };
}

const readNat =
  (kind: 'dnat' | 'snat'): Read =>
  (value) => {
    const nat = asObject(value) ?? {};
    if (Object.keys(nat).some((name) => !NAT_KEYS.has(name))) return undefined;
    const address = expressionFromJson(nat['addr']);
    const port: Expression | undefined =
      nat['port'] === undefined ? undefined : expressionFromJson(nat['port']);
    const family = nat['family'];
    if (address === undefined || (nat['port'] !== undefined && port === undefined)) return undefined;
    if (family !== undefined && family !== 'ip' && family !== 'ip6') return undefined;
    return {
      kind,
      ...(family !== undefined && { family }),
      address,
      ...(port !== undefined && { port }),
    };
  };

const NAT_KEYS: ReadonlySet<string> = new Set(['family', 'addr', 'port']);

function readReject(value: unknown, family: NftFamily): Statement | undefined {
  const reject = asObject(value);
  const type = asText(reject?.['type']);
  const code = asText(reject?.['expr']);
  if (type === 'tcp reset') return { kind: 'reject', answer: { type: 'tcp', code: 'reset' } };
  if (type === undefined || code === undefined) return undefined;
  const usual = DEFAULT_ANSWER[family];
  return usual.type === type && usual.expr === code
    ? { kind: 'reject' }
    : { kind: 'reject', answer: { type, code } };
}

function readSetUpdate(value: unknown): Statement | undefined {
  const update = asObject(value) ?? {};
  const operation = update['op'];
  const key = expressionFromJson(update['elem']);
  const set = asText(update['set']) ?? '';
  if (operation !== 'add' && operation !== 'update' && operation !== 'delete') return undefined;
  if (key === undefined || !/^@./.test(set) || Object.keys(update).length !== 3) return undefined;
  return { kind: 'set-update', operation, set: set.slice(1), key };
}

function readCounter(value: unknown): Statement | undefined {
  if (value === null) return { kind: 'counter' };
  const packets = asNumber(asObject(value)?.['packets']);
  const bytes = asNumber(asObject(value)?.['bytes']);
  return packets === undefined || bytes === undefined
    ? undefined
    : { kind: 'counter', counted: { packets, bytes } };
}

const BY_TAG: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['match', readMatch],
  ['vmap', readVmap],
  ['mangle', readMangle],
  ['masquerade', readMasquerade],
  ['dnat', readNat('dnat')],
  ['snat', readNat('snat')],
  ['reject', readReject],
  ['set', readSetUpdate],
  ['counter', readCounter],
]);
