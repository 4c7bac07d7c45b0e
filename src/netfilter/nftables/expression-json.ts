/** Writes and reads expressions as JSON (man libnftables-json). Each writer stands beside its reader. */
import { CT_KEYS, FIB_FLAGS, FIB_RESULTS, META_KEYS, PAYLOAD_FIELDS } from './field-text.ts';
import {
  asList,
  asNumber,
  asObject,
  asText,
  asTexts,
  type JsonObject,
  readAll,
  tagged,
} from './json-fields.ts';
import { type BinaryOperator, type Constant, type Element, type Expression, type Verdict } from './model.ts';
import { isConstant } from './values.ts';
import { isVerdict } from './verdict-text.ts';
import { MILLISECONDS } from './duration.ts';

/** Returns the expression as `nft -j` writes it. */
export function expressionToJson(expression: Expression): unknown {
  if (isConstant(expression)) return constantToJson(expression);
  switch (expression.kind) {
    case 'payload':
      return { payload: { protocol: expression.protocol, field: expression.field } };
    case 'meta':
    case 'ct':
      return { [expression.kind]: { key: expression.key } };
    case 'fib':
      return { fib: { result: expression.result, flags: expression.flags } };
    case 'numgen': {
      const { mode, modulus, offset } = expression;
      return { numgen: { mode, mod: modulus, offset } };
    }
    case 'concat':
      return { concat: expression.parts.map(expressionToJson) };
    case 'binary':
      return { [expression.operator]: [expression.left, expression.right].map(expressionToJson) };
    case 'list':
      return expression.items.map(expressionToJson);
    case 'set-reference':
      return `@${expression.name}`;
    case 'set':
      return { set: expression.elements.map(elementToJson) };
    case 'map':
      return { map: { key: expressionToJson(expression.key), data: expressionToJson(expression.data) } };
  }
}

function constantToJson(constant: Constant): unknown {
  switch (constant.kind) {
    case 'word':
    case 'quoted':
      return constant.text;
    case 'number':
    case 'mark':
      return constant.value;
    case 'prefix':
      return { prefix: { addr: addressOf(constant.address), len: constant.length } };
    case 'range':
      return { range: [addressOf(constant.from), addressOf(constant.to)] };
  }
}

/** Returns the end of a range, or the address of a prefix. It may be a plain number. */
const addressOf = (text: string): string | number => (/^\d+$/.test(text) ? Number(text) : text);

/** Returns the verdict as `nft -j` writes it. */
export const verdictToJson = (verdict: Verdict): JsonObject => ({
  [verdict.kind]: 'chain' in verdict ? { target: verdict.chain } : null,
});

/** Returns an element: the key, its comment and times, and the data that a map holds for it. */
export function elementToJson({ key, data, comment, timeout, expires }: Element): unknown {
  const plain = expressionToJson(key);
  const isPlain = [comment, timeout, expires].every((one) => one === undefined);
  const left = isPlain
    ? plain
    : {
        elem: {
          val: plain,
          ...(timeout !== undefined && { timeout: Math.floor(timeout / MILLISECONDS) }),
          ...(expires !== undefined && { expires: Math.floor(expires / MILLISECONDS) }),
          ...(comment !== undefined && { comment }),
        },
      };
  if (data === undefined) return left;
  return [left, isVerdict(data) ? verdictToJson(data) : expressionToJson(data)];
}

type Read = (value: unknown) => Expression | undefined;

/** Reads an expression; undefined for one that is not known. */
export function expressionFromJson(value: unknown): Expression | undefined {
  if (typeof value === 'string') return fromText(value);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? { kind: 'number', value } : undefined;
  const list = asList(value);
  if (list !== undefined) {
    const items = readAll(list, expressionFromJson);
    return items === undefined ? undefined : { kind: 'list', items };
  }
  const [tag, inside] = tagged(value) ?? ['', undefined];
  return BY_TAG.get(tag)?.(inside);
}

const fromText = (text: string): Expression =>
  text.startsWith('@') && text.length > 1
    ? { kind: 'set-reference', name: text.slice(1) }
    : { kind: 'word', text };

/** An address, which may be a plain number, as text. */
const addressText = (value: unknown): string | undefined =>
  typeof value === 'number' ? String(value) : asText(value);

function binary(operator: BinaryOperator): Read {
  return (value) => {
    const sides = readAll(asList(value) ?? [], expressionFromJson);
    const [left, right] = sides ?? [];
    if (left === undefined || right === undefined || sides?.length !== 2) return undefined;
    return { kind: 'binary', operator, left, right };
  };
}

function readPrefix(value: unknown): Expression | undefined {
  const prefix = asObject(value);
  const address = addressText(prefix?.['addr']);
  const length = asNumber(prefix?.['len']);
  return address === undefined || length === undefined ? undefined : { kind: 'prefix', address, length };
}

function readRange(value: unknown): Expression | undefined {
  const [from, to] = (asList(value) ?? []).map(addressText);
  return from === undefined || to === undefined ? undefined : { kind: 'range', from, to };
}

function readPayload(value: unknown): Expression | undefined {
  const protocol = asText(asObject(value)?.['protocol']) ?? '';
  const field = asText(asObject(value)?.['field']) ?? '';
  return PAYLOAD_FIELDS.get(protocol)?.has(field) === true ? { kind: 'payload', protocol, field } : undefined;
}

/** Returns the value of `key` when the object has no other field, because another field would change the meaning. */
const keyAlone = (value: unknown): string => {
  const [name, key] = tagged(value) ?? [];
  return name === 'key' ? (asText(key) ?? '') : '';
};

function readFib(value: unknown): Expression | undefined {
  const flags = asTexts(asObject(value)?.['flags']);
  const result = asText(asObject(value)?.['result']) ?? '';
  const isKnown = flags?.every((flag) => FIB_FLAGS.has(flag)) === true && FIB_RESULTS.has(result);
  return isKnown ? { kind: 'fib', flags, result } : undefined;
}

function readNumgen(value: unknown): Expression | undefined {
  const numgen = asObject(value);
  const mode = numgen?.['mode'];
  const modulus = asNumber(numgen?.['mod']);
  const offset = asNumber(numgen?.['offset'] ?? 0);
  if ((mode !== 'random' && mode !== 'inc') || modulus === undefined || offset === undefined)
    return undefined;
  return { kind: 'numgen', mode, modulus, offset };
}

function readConcat(value: unknown): Expression | undefined {
  const parts = readAll(asList(value) ?? [], expressionFromJson);
  return parts === undefined || parts.length === 0 ? undefined : { kind: 'concat', parts };
}

function readSet(value: unknown): Expression | undefined {
  const elements = readAll(asList(value) ?? [value], elementFromJson);
  return elements === undefined ? undefined : { kind: 'set', elements };
}

function readMap(value: unknown): Expression | undefined {
  const key = expressionFromJson(asObject(value)?.['key']);
  const data = expressionFromJson(asObject(value)?.['data']);
  return key === undefined || data === undefined ? undefined : { kind: 'map', key, data };
}

const BY_TAG: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['prefix', readPrefix],
  ['range', readRange],
  ['payload', readPayload],
  ['meta', (value) => (META_KEYS.has(keyAlone(value)) ? { kind: 'meta', key: keyAlone(value) } : undefined)],
  ['ct', (value) => (CT_KEYS.has(keyAlone(value)) ? { kind: 'ct', key: keyAlone(value) } : undefined)],
  ['fib', readFib],
  ['numgen', readNumgen],
  ['concat', readConcat],
  ['&', binary('&')],
  ['|', binary('|')],
  ['^', binary('^')],
  ['set', readSet],
  ['map', readMap],
]);

const PLAIN_VERDICTS = ['accept', 'drop', 'return', 'continue'] as const;

/** Reads a verdict; undefined for anything else. */
export function verdictFromJson(value: unknown): Verdict | undefined {
  const [tag, inside] = tagged(value) ?? ['', undefined];
  const plain = PLAIN_VERDICTS.find((kind) => kind === tag);
  if (plain !== undefined) return { kind: plain };
  const chain = asText(asObject(inside)?.['target']);
  return (tag === 'jump' || tag === 'goto') && chain !== undefined ? { kind: tag, chain } : undefined;
}

/** Reads an element of a set or map; undefined for one that is not known. */
export function elementFromJson(value: unknown): Element | undefined {
  const pair = asList(value);
  if (pair === undefined) return keyFromJson(value);
  const left = pair.length === 2 ? keyFromJson(pair[0]) : undefined;
  const data = verdictFromJson(pair[1]) ?? expressionFromJson(pair[1]);
  return left === undefined || data === undefined ? undefined : { ...left, data };
}

function keyFromJson(value: unknown): Element | undefined {
  const [tag, inside] = tagged(value) ?? ['', undefined];
  if (tag !== 'elem') {
    const key = expressionFromJson(value);
    return key === undefined ? undefined : { key };
  }
  const element = asObject(inside) ?? {};
  const key = expressionFromJson(element['val']);
  if (key === undefined || Object.keys(element).some((name) => !ELEMENT_KEYS.has(name))) return undefined;
  const comment = asText(element['comment']);
  const timeout = asNumber(element['timeout']);
  const expires = asNumber(element['expires']);
  return {
    key,
    ...(comment !== undefined && { comment }),
    ...(timeout !== undefined && { timeout: timeout * MILLISECONDS }),
    ...(expires !== undefined && { expires: expires * MILLISECONDS }),
  };
}

const ELEMENT_KEYS: ReadonlySet<string> = new Set(['val', 'comment', 'timeout', 'expires']);
