/** The objects of `nft -j`: tables, chains, sets, maps and rules, as they are read. */
import { type JsonPath } from '../../text/json-path.ts';
import {
  newTable,
  putElement,
  type SetDraft,
  type TableDraft,
  type TableDrafts,
  tableKey,
} from './drafts.ts';
import { elementFromJson } from './expression-json.ts';
import { asList, asNumber, asObject, asText, asTexts, type JsonObject } from './json-fields.ts';
import { printJsonText } from './json-text.ts';
import { FAMILIES, isFamily, type MustBeWhole } from './list.ts';
import { type Element, type Expression, type Hook, type NftFamily } from './model.ts';
import { statementFromJson } from './statement-json.ts';
import { MILLISECONDS } from './duration.ts';

/** One object of the list that nft prints. */
export interface JsonPart {
  /** What it is: `table`, `rule`. */
  readonly tag: string;
  readonly fields: JsonObject;
  readonly mustBeWhole: MustBeWhole;
  /** Throws damage at a field, named by its path in the object. */
  readonly fail: (path: JsonPath, message: string) => never;
}

/** Adds the object to its table, which stands before it. */
export function addJsonObject(drafts: TableDrafts, part: JsonPart): void {
  if (part.tag === 'metainfo') checkSchema(part);
  else if (part.tag === 'table') addTable(drafts, part);
  else addToTable(tableOf(drafts, part), part);
}

const SCHEMA_VERSION = 1;

function checkSchema({ fields, fail }: JsonPart): void {
  const version = fields['json_schema_version'];
  if (version === undefined || version === SCHEMA_VERSION) return;
  fail(['json_schema_version'], `only version ${SCHEMA_VERSION} of the JSON of nft is known`);
}

function text({ fields, fail }: JsonPart, name: string): string {
  return asText(fields[name]) ?? fail([name], `expected a text in "${name}"`);
}

function family(part: JsonPart): NftFamily {
  const name = text(part, 'family');
  return isFamily(name) ? name : part.fail(['family'], `expected one of ${[...FAMILIES].join(', ')}`);
}

/** Returns comment and handle, when they are present. */
function optional({ fields, fail }: JsonPart): { readonly comment?: string; readonly handle?: number } {
  const comment = asText(fields['comment']);
  const handle = asNumber(fields['handle']);
  if (comment === undefined && fields['comment'] !== undefined)
    return fail(['comment'], 'expected a text in "comment"');
  return { ...(comment !== undefined && { comment }), ...(handle !== undefined && { handle }) };
}

/** Returns one text or several; none when the field is absent. */
function texts({ fields, fail }: JsonPart, name: string): readonly string[] {
  return fields[name] === undefined
    ? []
    : (asTexts(fields[name]) ?? fail([name], `expected texts in "${name}"`));
}

function addTable(drafts: TableDrafts, part: JsonPart): void {
  const head = { family: family(part), name: text(part, 'name') };
  const key = tableKey(head.family, head.name);
  if (drafts.has(key)) part.fail([], `table ${key} stands here for the second time`);
  drafts.set(key, newTable({ ...head, flags: texts(part, 'flags'), ...optional(part) }));
}

function tableOf(drafts: TableDrafts, part: JsonPart): TableDraft {
  const name = text(part, 'table');
  const key = tableKey(family(part), name);
  return drafts.get(key) ?? part.fail(['table'], `table ${key} does not stand before its parts`);
}

function addToTable(table: TableDraft, part: JsonPart): void {
  const { tag, fields } = part;
  switch (tag) {
    case 'chain':
      addChain(table, part);
      return;
    case 'set':
    case 'map':
      addSet(table, part);
      return;
    case 'rule':
      addRule(table, part);
      return;
    default:
      table.others.push({ form: 'json', text: printJsonText({ [tag]: fields }) });
  }
}

function addChain({ chains }: TableDraft, part: JsonPart): void {
  const name = text(part, 'name');
  if (chains.has(name)) part.fail(['name'], `chain ${name} stands here for the second time`);
  const hook = part.fields['hook'] === undefined ? undefined : hookOf(part);
  chains.set(name, { head: { name, ...(hook !== undefined && { hook }), ...optional(part) }, rules: [] });
}

function hookOf(part: JsonPart): Hook {
  const { fields, fail } = part;
  const priority = asNumber(fields['prio']) ?? fail(['prio'], 'expected a whole number in "prio"');
  const device = asText(fields['dev']);
  const devices = device === undefined ? asTexts(fields['dev']) : undefined;
  const policy = asText(fields['policy']);
  return {
    type: text(part, 'type'),
    hook: text(part, 'hook'),
    ...(device !== undefined && { device }),
    ...(devices !== undefined && { devices }),
    priority,
    ...(policy !== undefined && { policy }),
  };
}

/** Fields of a set that are read. Other fields are kept as text. */
const SET_FIELDS: ReadonlySet<string> = new Set([
  ...['family', 'table', 'name', 'handle', 'comment', 'type', 'map', 'flags', 'timeout', 'size', 'elem'],
]);

function addSet({ sets }: TableDraft, part: JsonPart): void {
  const { tag, fields, fail } = part;
  const name = text(part, 'name');
  if (sets.has(name)) fail(['name'], `${tag} ${name} stands here for the second time`);
  const timeout = asNumber(fields['timeout']);
  const size = asNumber(fields['size']);
  const [key, data] = [typeOf(fields['type']), typeOf(fields['map'])];
  if (key.types === undefined && key.otherLines.length === 0) fail(['type'], 'expected types in "type"');
  const others = Object.entries(fields).filter(([field]) => !SET_FIELDS.has(field));
  const elements = elementsIn(part, key.types ?? []);
  const draft: SetDraft = {
    head: {
      name,
      keyType: key.types ?? [],
      ...(fields['map'] !== undefined && { dataType: data.types ?? [] }),
      flags: inListOrder(texts(part, 'flags')),
      ...(timeout !== undefined && { timeout: timeout * MILLISECONDS }),
      ...(size !== undefined && { size }),
      ...optional(part),
      otherLines: [
        ...key.otherLines,
        ...data.otherLines,
        ...others.map(otherLine),
        ...(elements === undefined ? [otherLine(['elements', fields['elem']])] : []),
      ],
    },
    elements: new Map(),
  };
  for (const element of elements ?? []) putElement(draft, element);
  sets.set(name, draft);
}

/** Flags of sets, as `nft list` orders them. (set_print_declaration, src/rule.c of nftables) */
const SET_FLAGS: readonly string[] = ['constant', 'dynamic', 'interval', 'timeout'];

/** Returns flags in the order of lists, because JSON has another order. Unknown flags come last. */
const inListOrder = (flags: readonly string[]): readonly string[] => [
  ...SET_FLAGS.filter((flag) => flags.includes(flag)),
  ...flags.filter((flag) => !SET_FLAGS.includes(flag)),
];

/** Reads the type of a set. A type given by an expression is kept as text. */
function typeOf(value: unknown): {
  readonly types: readonly string[] | undefined;
  readonly otherLines: readonly string[];
} {
  const isExpression = asObject(value) !== undefined;
  return { types: asTexts(value), otherLines: isExpression ? [`typeof ${printJsonText(value)}`] : [] };
}

/** Returns the field as a line, which for a switch is its name alone, as in `nft list`. */
const otherLine = ([name, value]: readonly [string, unknown]): string =>
  value === true ? name : `${name} ${printJsonText(value)}`;

/** Reads the elements; undefined when one is not understood and the set need not be whole. */
function elementsIn(part: JsonPart, types: readonly string[]): readonly Element[] | undefined {
  const { fields, fail, mustBeWhole } = part;
  const isWhole = mustBeWhole(text(part, 'table'));
  const list = asList(fields['elem'] ?? []) ?? fail(['elem'], 'expected a list in "elem"');
  const elements: Element[] = [];
  for (const [index, value] of list.entries()) {
    const element = elementFromJson(value);
    if (element !== undefined) elements.push(typedElement(element, types));
    else if (isWhole) fail(['elem', index], 'expected an element of a set');
    else return undefined;
  }
  return elements;
}

/** Returns the element with keys in the form of their types: names of interfaces in quotes, marks in hexadecimal. */
function typedElement(element: Element, types: readonly string[]): Element {
  const { key } = element;
  if (!types.some((type) => type === 'ifname' || type === 'mark')) return element;
  if (key.kind !== 'concat') return { ...element, key: typedKey(key, types[0]) };
  const parts = key.parts.map((part, index) => typedKey(part, types[index]));
  return { ...element, key: { kind: 'concat', parts } };
}

function typedKey(key: Expression, type: string | undefined): Expression {
  if (type === 'ifname' && key.kind === 'word') return { kind: 'quoted', text: key.text };
  return type === 'mark' && key.kind === 'number' ? { kind: 'mark', value: key.value } : key;
}

function addRule({ head, chains }: TableDraft, part: JsonPart): void {
  const { fields, fail } = part;
  const name = text(part, 'chain');
  const chain = chains.get(name) ?? fail(['chain'], `chain ${name} does not stand before its rules`);
  const statements = asList(fields['expr']) ?? fail(['expr'], 'expected a list in "expr"');
  chain.rules.push({
    statements: statements.map((statement, index) =>
      asObject(statement) === undefined
        ? fail(['expr', index], 'expected a statement')
        : statementFromJson(statement, head.family),
    ),
    ...optional(part),
  });
}
