/** Prints and reads expressions as text. Each printer stands beside its reader. */
import { NUMBER, parseField, printField } from './field-text.ts';
import { parseDuration, printDuration } from './duration.ts';
import { type BinaryOperator, type Constant, type Element, type Expression } from './model.ts';
import { isConstant } from './values.ts';
import { isVerdict, parseVerdict, printVerdict } from './verdict-text.ts';
import { type Word, type WordList } from './word-cursor.ts';

const HEX_MARK = /^0x[0-9a-f]{1,8}$/;
const PREFIX = /^(0x[0-9a-f]{1,8}|\d[\d.]*|[0-9a-f:.]*:[0-9a-f:.]*)\/(\d{1,3})$/i;
const RANGE = /^(\d[\d.]*|[0-9a-f:.]*:[0-9a-f:.]*)-(\d[\d.]*|[0-9a-f:.]*:[0-9a-f:.]*)$/i;
const NAME = /^(?=.*[A-Za-z0-9:])[A-Za-z0-9_.:*-]+$/;

/** Returns the expression as `nft list` prints it. */
export function printExpression(expression: Expression): string {
  if (isConstant(expression)) return printConstant(expression);
  switch (expression.kind) {
    case 'payload':
    case 'meta':
    case 'ct':
    case 'fib':
    case 'numgen':
      return printField(expression);
    case 'concat':
      return expression.parts.map(printExpression).join(' . ');
    case 'binary':
      return `${printExpression(expression.left)} ${expression.operator} ${printExpression(expression.right)}`;
    case 'list':
      return expression.items.map(printExpression).join(',');
    case 'set-reference':
      return `@${expression.name}`;
    case 'set':
      return `{ ${expression.elements.map(printElement).join(', ')} }`;
    case 'map':
      return `${printExpression(expression.key)} map ${printExpression(expression.data)}`;
  }
}

function printConstant(constant: Constant): string {
  switch (constant.kind) {
    case 'word':
      return constant.text;
    case 'number':
      return String(constant.value);
    case 'mark':
      return printMark(constant.value);
    case 'quoted':
      return `"${constant.text}"`;
    case 'prefix':
      return `${constant.address}/${constant.length}`;
    case 'range':
      return `${constant.from}-${constant.to}`;
  }
}

/** Returns a mark in hexadecimal with eight digits. */
export const printMark = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;

/** Reads a value: a constant, several constants, a set in braces, or the name of a set. */
export function parseValue(words: WordList): Expression | undefined {
  const word = words.peek();
  if (word === undefined) return undefined;
  if (word.kind === 'open') return parseSet(words);
  const constant = constantOf(word);
  if (constant === undefined) return undefined;
  words.take();
  if (words.peek()?.kind !== 'comma') return constant;
  const items: Expression[] = [constant];
  while (words.takeIf(',')) {
    const next = words.take();
    const item = next === undefined ? undefined : constantOf(next);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return { kind: 'list', items };
}

/** Reads a set in braces, which stands in a rule. */
function parseSet(words: WordList): Expression | undefined {
  words.take();
  const elements = parseElements(words);
  return elements === undefined || !words.takeIf('}') ? undefined : { kind: 'set', elements };
}

/** Returns a constant, or the name of a set; undefined for other words. */
export function constantOf(word: Word): Expression | undefined {
  const { text } = word;
  if (word.kind === 'quoted') return { kind: 'quoted', text };
  if (word.kind !== 'word') return undefined;
  if (NUMBER.test(text)) return { kind: 'number', value: Number(text) };
  if (HEX_MARK.test(text)) return { kind: 'mark', value: Number(text) };
  if (text.startsWith('@'))
    return text.length > 1 ? { kind: 'set-reference', name: text.slice(1) } : undefined;
  const prefix = PREFIX.exec(text);
  if (prefix !== null) return { kind: 'prefix', address: prefix[1] ?? '', length: Number(prefix[2]) };
  const range = RANGE.exec(text);
  if (range !== null) return { kind: 'range', from: range[1] ?? '', to: range[2] ?? '' };
  return NAME.test(text) && !RESERVED.has(text) ? { kind: 'word', text } : undefined;
}

/** Words that begin or continue another construct. */
const RESERVED: ReadonlySet<string> = new Set([
  'map',
  'vmap',
  'set',
  'and',
  'or',
  'xor',
  'comment',
  'counter',
  ':',
]);

/** Reads a selector with the fields and the mask that belong to it. */
export function parseSelector(words: WordList): Expression | undefined {
  const first = parseField(words);
  if (first === undefined) return undefined;
  const parts = [first];
  while (words.takeIf('.')) {
    const part = parseField(words);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  const key: Expression = parts.length === 1 ? first : { kind: 'concat', parts };
  return parseMask(words, key);
}

const BINARY_WORDS: ReadonlyMap<string, BinaryOperator> = new Map<string, BinaryOperator>([
  ['&', '&'],
  ['and', '&'],
  ['|', '|'],
  ['or', '|'],
  ['^', '^'],
  ['xor', '^'],
]);

function parseMask(words: WordList, left: Expression): Expression | undefined {
  const operator = BINARY_WORDS.get(words.peekText());
  if (operator === undefined || words.peek()?.kind !== 'word') return left;
  words.take();
  const word = words.take();
  const right = word === undefined ? undefined : constantOf(word);
  return right === undefined ? undefined : { kind: 'binary', operator, left, right };
}

/** Returns `KEY timeout 1h expires 59m comment "..." : DATA`, without the parts that are absent. */
export function printElement({ key, data, timeout, expires, comment }: Element): string {
  let text = printExpression(key);
  if (timeout !== undefined) text += ` timeout ${printDuration(timeout)}`;
  if (expires !== undefined) text += ` expires ${printDuration(expires)}`;
  if (comment !== undefined) text += ` comment "${comment}"`;
  if (data === undefined) return text;
  return `${text} : ${isVerdict(data) ? printVerdict(data) : printExpression(data)}`;
}

/** Reads elements up to the closing brace, which is not taken. Returns undefined when the brace is missing. */
export function parseElements(words: WordList): readonly Element[] | undefined {
  const elements: Element[] = [];
  while (words.peek()?.kind !== 'close') {
    if (words.isDone()) return undefined;
    const element = parseElement(words);
    if (element === undefined) return undefined;
    elements.push(element);
    if (!words.takeIf(',') && words.peek()?.kind !== 'close') return undefined;
  }
  return elements;
}

function parseElement(words: WordList): Element | undefined {
  const key = parseKey(words);
  if (key === undefined) return undefined;
  const attributes = parseAttributes(words);
  if (attributes === undefined) return undefined;
  if (!words.takeIf(':')) return { key, ...attributes };
  const data = parseVerdict(words) ?? parseKey(words);
  return data === undefined ? undefined : { key, ...attributes, data };
}

/** Reads constants with dots between them. */
function parseKey(words: WordList): Expression | undefined {
  const parts: Expression[] = [];
  do {
    const word = words.take();
    const part = word === undefined ? undefined : constantOf(word);
    if (part === undefined) return undefined;
    parts.push(part);
  } while (words.takeIf('.'));
  const [first] = parts;
  return parts.length === 1 ? first : { kind: 'concat', parts };
}

/** Reads the attributes between key and data, in any order: kube-proxy and nft use different orders. */
function parseAttributes(words: WordList): Pick<Element, 'comment' | 'timeout' | 'expires'> | undefined {
  let found: Pick<Element, 'comment' | 'timeout' | 'expires'> = {};
  for (;;) {
    if (words.takeIf('comment')) {
      const comment = words.take();
      if (comment?.kind !== 'quoted') return undefined;
      found = { ...found, comment: comment.text };
      continue;
    }
    const name = words.peek()?.text;
    if (name !== 'timeout' && name !== 'expires') return found;
    words.take();
    const milliseconds = parseDuration(words.takeText());
    if (milliseconds === undefined) return undefined;
    found = { ...found, [name]: milliseconds };
  }
}
