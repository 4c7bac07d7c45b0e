/** Compares sets and maps: their declarations, and their elements by key. */
import { type Element, type NamedSet } from '../../../netfilter/nftables/model.ts';
import { printDuration } from '../../../netfilter/nftables/duration.ts';
import { printType, setKind } from '../../../netfilter/nftables/set-text.ts';
import { groupBy } from '../../../text/groups.ts';
import { type CompareContext, endpointText, type RawDifference } from './context.ts';
import { partsOf } from './owners.ts';
import { type NftPart } from './part.ts';
import { chainOf, dataText, isSameElement, keyOf } from './same.ts';
import { elementSubject } from './descriptions.ts';

/** Compares a set or map that is on both sides. */
export function compareSet(
  expected: NamedSet,
  actual: NamedSet,
  context: CompareContext,
): readonly RawDifference[] {
  const declared = compareDeclaration(expected, actual, context);
  if (expected.flags.includes('dynamic') || printType(expected) !== printType(actual)) return declared;
  return [...declared, ...compareElements(expected, actual, context)];
}

/** The size of a set that rules fill, when a script names none. */
const DYNAMIC_SIZE = 65_535;

function compareDeclaration(
  expected: NamedSet,
  actual: NamedSet,
  context: CompareContext,
): readonly RawDifference[] {
  const [expectedFacts, actualFacts] = [declarationOf(expected, context), declarationOf(actual, context)];
  const changes = [...expectedFacts].flatMap(([name, value]) =>
    actualFacts.get(name) === value ? [] : [`${name} is ${actualFacts.get(name) ?? ''}, not ${value}`],
  );
  if (changes.length === 0) return [];
  const { owner, isAffinity } = objectFacts(expected.name, context);
  const endpoint = context.owners.nameOf(expected.name)?.endpoint;
  const subject =
    endpoint === undefined ? expected.name : `of session affinity to endpoint ${endpointText(endpoint)}`;
  return [
    {
      kind: 'changed-rule',
      owner,
      chain: expected.name,
      message: `${setKind(expected)} ${subject} was changed: ${changes.join('; ')}`,
      expected: [{ kind: 'set', set: expected }],
      actual: [{ kind: 'set', set: actual }],
      change: changes.join('; '),
      ...(isAffinity && { isAffinity }),
    },
  ];
}

/** What is said of a set, by name. Comments and sizes that nft fills in do not count. */
function declarationOf(set: NamedSet, { withoutDynamic }: CompareContext): ReadonlyMap<string, string> {
  const flags = set.flags.filter((flag) => flag !== 'dynamic' || !withoutDynamic).toSorted();
  return new Map([
    ['its type', printType(set).slice('type '.length)],
    ['its flags', flags.length === 0 ? 'none' : flags.join(',')],
    ['its timeout', set.timeout === undefined ? 'none' : printDuration(set.timeout)],
    ['its size', set.size === undefined || set.size === DYNAMIC_SIZE ? 'none' : String(set.size)],
  ]);
}

/** The service port of a chain or set, and whether only session affinity needs the object. */
export function objectFacts(
  object: string,
  { owners }: CompareContext,
): { readonly owner: string | undefined; readonly isAffinity?: true } {
  const name = owners.nameOf(object);
  return { owner: name?.label, ...(name?.role === 'affinity' && { isAffinity: true }) };
}

function compareElements(
  expected: NamedSet,
  actual: NamedSet,
  context: CompareContext,
): readonly RawDifference[] {
  if (areSameElements(expected.elements, actual.elements)) return [];
  const actualByKey = new Map(actual.elements.map((element) => [keyOf(element), element]));
  const raw: RawDifference[] = [];
  const missing: Element[] = [];
  for (const element of expected.elements) {
    const key = keyOf(element);
    const found = actualByKey.get(key);
    actualByKey.delete(key);
    if (found === undefined) missing.push(element);
    else if (dataText(found) !== dataText(element)) {
      raw.push(changedVerdict({ set: expected, element, found }, context));
    }
  }
  return [...raw, ...strayElements(expected, missing, [...actualByKey.values()], context)];
}

const areSameElements = (expected: readonly Element[], actual: readonly Element[]): boolean =>
  expected.length === actual.length &&
  expected.every((element, at) => isSameElement(element, actual[at] ?? element));

interface Changed {
  readonly set: NamedSet;
  readonly element: Element;
  readonly found: Element;
}

function changedVerdict({ set, element, found }: Changed, context: CompareContext): RawDifference {
  const subject = elementSubject(set.name, element, context);
  const message = `${subject} in ${setKind(set)} ${set.name} leads to "${dataText(found)}" instead of "${dataText(element)}"`;
  return {
    ...about(set, element, context),
    kind: 'changed-rule',
    message,
    expected: [part(set, element)],
    actual: [part(set, found)],
    leadsTo: [element, found].flatMap(({ data }) => chainOf(data) ?? []),
  };
}

/** Pairs elements of one Service that lead to the same, as when somebody changed a port. */
function strayElements(
  set: NamedSet,
  missing: readonly Element[],
  extra: readonly Element[],
  context: CompareContext,
): readonly RawDifference[] {
  const causeOf = (element: Element): string =>
    `${context.owners.ofElement(set.name, element) ?? ''} ${dataText(element)}`;
  const free = new Map([...groupBy(extra, causeOf)].map(([cause, list]) => [cause, [...list]]));
  const raw: RawDifference[] = [];
  for (const element of missing) {
    const found = set.dataType === undefined ? undefined : free.get(causeOf(element))?.shift();
    raw.push(
      found === undefined
        ? missingElement(set, element, context)
        : changedKey({ set, element, found }, context),
    );
  }
  for (const element of [...free.values()].flat()) raw.push(unexpectedElement(set, element, context));
  return raw;
}

function changedKey({ set, element, found }: Changed, context: CompareContext): RawDifference {
  const is = elementSubject(set.name, found, context);
  const should = elementSubject(set.name, element, context);
  const difference =
    is === should
      ? `element ${keyOf(found)} stands in place of ${keyOf(element)}`
      : `${is} stands in place of ${should}`;
  return {
    ...about(set, element, context),
    kind: 'changed-rule',
    message: `${difference} in ${setKind(set)} ${set.name}`,
    expected: [part(set, element)],
    actual: [part(set, found)],
    leadsTo: [element, found].flatMap(({ data }) => chainOf(data) ?? []),
  };
}

const missingElement = (set: NamedSet, element: Element, context: CompareContext): RawDifference => ({
  ...about(set, element, context),
  kind: 'missing-rule',
  message: `${elementSubject(set.name, element, context)} is missing in ${setKind(set)} ${set.name}`,
  expected: [part(set, element)],
  actual: [],
});

const unexpectedElement = (set: NamedSet, element: Element, context: CompareContext): RawDifference => ({
  ...about(set, element, context),
  kind: 'unexpected-rule',
  message: `${elementSubject(set.name, element, context)} in ${setKind(set)} ${set.name} is not expected`,
  expected: [],
  actual: [part(set, element)],
});

const part = (set: NamedSet, element: Element): NftPart => ({ kind: 'element', set: set.name, element });

/** What every difference about an element has. */
function about(
  { name }: NamedSet,
  element: Element,
  { owners }: CompareContext,
): Pick<RawDifference, 'owner' | 'chain' | 'endpoint' | 'leadsTo'> {
  const chain = chainOf(element.data);
  const [, ip = '', , port = ''] = name === 'hairpin-connections' ? partsOf(element.key) : [];
  return {
    owner: owners.ofElement(name, element),
    chain: name,
    ...(ip !== '' && { endpoint: endpointText({ ip, port }) }),
    ...(chain !== undefined && { leadsTo: [chain] }),
  };
}
