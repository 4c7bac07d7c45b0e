/** What each command of a script does to the tables. (sigs.k8s.io/knftables, objects.go; man nft) */
import { readDeclaration } from './chain-text.ts';
import { bodyOf, type Command, existing, expectEnd, nameIn, rest, tableOf } from './command.ts';
import { newTable, putElement, type SetDraft, tableKey } from './drafts.ts';
import { printElement, printExpression } from './expression-text.ts';
import { inputAsListed } from './input-form.ts';
import { type Chain, type Table } from './model.ts';
import { parseRule } from './rule-text.ts';
import { asMap, bracedElements, declared, flagsIn } from './set-text.ts';
import { wordText } from './word-cursor.ts';

/** What the verbs do to one kind of object. */
export type Form = ReadonlyMap<string, (command: Command) => void>;

/** Makes the object unless it exists. `create` refuses an object that exists. */
const making =
  (make: (command: Command, isNew: boolean) => void, isNew: boolean) =>
  (command: Command): void => {
    make(command, isNew);
  };

function addTable(command: Command, isNew: boolean): void {
  const { family, table, drafts, cursor } = command;
  let head: Pick<Table, 'family' | 'name' | 'comment' | 'flags'> = { family, name: table.text, flags: [] };
  for (const line of bodyOf(command)) {
    const [first, second] = line;
    if (first?.text === 'comment' && second?.kind === 'quoted') head = { ...head, comment: second.text };
    else if (first?.text === 'flags') {
      head = { ...head, flags: flagsIn(line, cursor) };
    } else cursor.fail(first, 'expected a comment or flags');
  }
  const key = tableKey(family, table.text);
  if (!drafts.has(key)) drafts.set(key, newTable(head));
  else if (isNew) cursor.refuse(table, `table ${key} is there already`);
}

const deleteTable =
  (isOptional: boolean) =>
  (command: Command): void => {
    expectEnd(command);
    if (!isOptional) tableOf(command);
    command.drafts.delete(tableKey(command.family, command.table.text));
  };

/** Removes all rules of a table. Its sets and chains stay. */
function flushTable(command: Command): void {
  expectEnd(command);
  for (const { rules } of tableOf(command).chains.values()) rules.length = 0;
}

function addChain(command: Command, isNew: boolean): void {
  const { family, cursor } = command;
  const { chains } = tableOf(command);
  const name = nameIn(command, 'chain');
  let head: Omit<Chain, 'rules'> = { name: name.text };
  for (const line of bodyOf(command)) {
    const said = readDeclaration(line, cursor, head, family);
    if (said === undefined) cursor.fail(line[0], 'expected a hook, a policy or a comment');
    head = { ...head, ...said };
  }
  if (chains.has(name.text)) {
    if (isNew) cursor.refuse(name, `chain ${name.text} is there already`);
    return;
  }
  chains.set(name.text, { head: withPolicy(head), rules: [] });
}

/** Adds the default policy of a base chain, which is accept. */
function withPolicy(head: Omit<Chain, 'rules'>): Omit<Chain, 'rules'> {
  const { hook } = head;
  return hook === undefined ? head : { ...head, hook: { ...hook, policy: hook.policy ?? 'accept' } };
}

const addSet =
  (kind: 'set' | 'map') =>
  (command: Command, isNew: boolean): void => {
    const { cursor } = command;
    const { sets } = tableOf(command);
    const name = nameIn(command, 'set or map');
    const set = declared(bodyOf(command), cursor, { name: name.text });
    const { elements, ...head } = kind === 'map' ? asMap(set) : set;
    if (head.keyType.length === 0 && !head.otherLines.some((line) => line.startsWith('typeof '))) {
      cursor.refuse(name, `the type of what ${name.text} holds is missing`);
    }
    if (sets.has(name.text)) {
      if (isNew) cursor.refuse(name, `${name.text} is there already`);
      return;
    }
    const draft: SetDraft = { head, elements: new Map() };
    for (const element of elements) putElement(draft, element);
    sets.set(name.text, draft);
  };

const deleting =
  (part: 'chains' | 'sets', what: string, isOptional: boolean) =>
  (command: Command): void => {
    const objects = tableOf(command)[part];
    const name = nameIn(command, what);
    expectEnd(command);
    if (!objects.delete(name.text) && !isOptional)
      command.cursor.refuse(name, `there is no ${what} ${name.text}`);
  };

function flushChain(command: Command): void {
  existing(command, tableOf(command).chains, 'chain').rules.length = 0;
  expectEnd(command);
}

function flushSet(command: Command): void {
  existing(command, tableOf(command).sets, 'set or map').elements.clear();
  expectEnd(command);
}

function addElements(command: Command, isNew: boolean): void {
  const { cursor, end } = command;
  const set = existing(command, tableOf(command).sets, 'set or map');
  for (const element of bracedElements(rest(command), cursor)) {
    const known = set.elements.get(printExpression(element.key));
    const isSame = known !== undefined && printElement(known) === printElement(element);
    if (known !== undefined && (isNew || !isSame)) {
      cursor.refuse(end, `${set.head.name} holds ${printExpression(element.key)} already`);
    }
    putElement(set, element);
  }
}

const deleteElements =
  (isOptional: boolean) =>
  (command: Command): void => {
    const { cursor, end } = command;
    const { head, elements } = existing(command, tableOf(command).sets, 'set or map');
    for (const { key } of bracedElements(rest(command), cursor)) {
      const isThere = elements.delete(printExpression(key));
      if (!isThere && !isOptional) cursor.refuse(end, `${head.name} does not hold ${printExpression(key)}`);
    }
  };

const addRule =
  (isFirst: boolean) =>
  (command: Command): void => {
    const { words, cursor, end } = command;
    const { rules } = existing(command, tableOf(command).chains, 'chain');
    const beside = indexIn(command);
    if (beside !== undefined && beside >= rules.length) {
      cursor.refuse(end, `there is no rule ${beside} in the chain`);
    }
    if (words.isDone()) cursor.refuse(end, 'the command ends here: expected a rule');
    const rule = inputAsListed(parseRule(rest(command), cursor));
    if (beside === undefined && !isFirst) rules.push(rule);
    else rules.splice(beside === undefined ? 0 : beside + (isFirst ? 0 : 1), 0, rule);
  };

/** Reads `index 3`: the rule beside which the new one stands. */
function indexIn(command: Command): number | undefined {
  const { words, cursor, end } = command;
  if (words.peek()?.text === 'handle' || words.peek()?.text === 'position') return byHandle(command);
  if (!words.takeIf('index')) return undefined;
  const index = words.take();
  return /^\d{1,9}$/.test(wordText(index))
    ? Number(wordText(index))
    : cursor.refuse(index ?? end, 'expected a number after "index"');
}

/** Refuses `handle 5`: the kernel numbers rules when it makes them, so that no script tells which rule is meant. */
function byHandle({ words, cursor, end, family, table }: Command): never {
  const word = words.take();
  const handle = words.take();
  if (!/^\d{1,20}$/.test(wordText(handle))) {
    cursor.refuse(handle ?? end, `expected a number after "${wordText(word)}"`);
  }
  const listing = `nft list table ${tableKey(family, table.text)}`;
  return cursor.refuse(
    word,
    `only the node knows which rule has handle ${wordText(handle)}: give what "${listing}" prints instead of the script`,
  );
}

/** Reads the chain and the handle of a rule that is there. */
function withHandle(command: Command): void {
  const { words, cursor, end } = command;
  nameIn(command, 'chain');
  if (words.peek()?.text !== 'handle') cursor.refuse(words.peek() ?? end, 'expected the handle of a rule');
  byHandle(command);
}

const formOf = (kind: 'set' | 'map'): Form =>
  new Map([
    ['add', making(addSet(kind), false)],
    ['create', making(addSet(kind), true)],
    ['delete', deleting('sets', 'set or map', false)],
    ['destroy', deleting('sets', 'set or map', true)],
    ['flush', flushSet],
  ]);

/** Commands by what they are about, then by verb. */
export const FORMS: ReadonlyMap<string, Form> = new Map<string, Form>([
  [
    'table',
    new Map([
      ['add', making(addTable, false)],
      ['create', making(addTable, true)],
      ['delete', deleteTable(false)],
      ['destroy', deleteTable(true)],
      ['flush', flushTable],
    ]),
  ],
  [
    'chain',
    new Map([
      ['add', making(addChain, false)],
      ['create', making(addChain, true)],
      ['delete', deleting('chains', 'chain', false)],
      ['destroy', deleting('chains', 'chain', true)],
      ['flush', flushChain],
    ]),
  ],
  ['set', formOf('set')],
  ['map', formOf('map')],
  [
    'element',
    new Map([
      ['add', making(addElements, false)],
      ['create', making(addElements, true)],
      ['delete', deleteElements(false)],
      ['destroy', deleteElements(true)],
    ]),
  ],
  [
    'rule',
    new Map([
      ['add', addRule(false)],
      ['insert', addRule(true)],
      ['replace', withHandle],
      ['delete', withHandle],
      ['destroy', withHandle],
    ]),
  ],
]);
