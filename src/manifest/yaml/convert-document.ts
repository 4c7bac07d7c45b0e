/** From the nodes of a YAML document to plain JSON with places, as go-yaml v2 and sigs.k8s.io/yaml do it. */
import { type DiagnosticCode } from '../../diagnostics/codes.ts';
import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type ParsedNode,
  Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { type DuplicateKey } from '../document.ts';
import { MAX_ALIASED_VALUES, MAX_DEPTH, MAX_DUPLICATE_KEYS } from '../limits.ts';
import { offsetOf, type PlaceTree, setKey } from './place-tree.ts';
import { type Fault } from './fault.ts';
import { resolvePlainKey } from './plain-scalars.ts';

/** A value and the places of it and all within. */
export interface PlacedValue {
  readonly value: unknown;
  readonly places: PlaceTree;
}

/** What is known while one document is converted. */
interface Conversion {
  /** Where the document begins in the source: the offsets of its nodes count from there. */
  readonly base: number;
  readonly faults: Map<string, Fault>;
  /** By the offset of the key: what stands behind an anchor is met once for every alias. */
  readonly duplicates: Map<number, DuplicateKey>;
  /** From the root to the value that is being converted. */
  readonly path: (string | number)[];
  /** The last node so far that carries each anchor. */
  readonly anchors: Map<string, Node>;
  /** What each alias stands for: settled where it is first met, because an anchor's name may be used again. */
  readonly targets: Map<Alias, Node | undefined>;
  /** Anchored nodes that are being converted right now: an alias to one of them would never end. */
  readonly open: Set<Node>;
  /** The offset of the alias that the conversion is in, the outermost of those that are in each other. */
  outermostAlias: number;
  /** How many aliases deep the conversion is, and how many values were met that way. */
  aliasDepth: number;
  aliasedValues: number;
}

interface MutablePlaces {
  readonly values: Record<string, unknown>;
  readonly places: Record<string, PlaceTree>;
}

function report(code: DiagnosticCode, conversion: Conversion, offset: number, message: string): void {
  // What stands behind an anchor is met once for every alias, and reported once.
  conversion.faults.set(`${offset}: ${message}`, { offset, message, code });
}

function offsetOfNode(conversion: Conversion, node: unknown, otherwise: number): number {
  const range = (node as ParsedNode | null)?.range;
  return range === undefined ? otherwise : conversion.base + range[0];
}

const NOTHING = null;

/** Counts a value against the limits; false when it must not be looked into. */
function isWithinLimits(conversion: Conversion, offset: number, depth: number): boolean {
  if (conversion.aliasDepth > 0 && ++conversion.aliasedValues > MAX_ALIASED_VALUES) {
    if (conversion.aliasedValues === MAX_ALIASED_VALUES + 1) {
      const message = `the aliases of this document stand for more than ${MAX_ALIASED_VALUES} values, the most that is read`;
      report('input-too-large', conversion, conversion.outermostAlias, message);
    }
    return false;
  }
  if (depth <= MAX_DEPTH) return true;
  const place = conversion.aliasDepth > 0 ? conversion.outermostAlias : offset;
  const message = `nested deeper than ${MAX_DEPTH} levels, the most that is read`;
  report('input-too-large', conversion, place, message);
  return false;
}

function convertNode(conversion: Conversion, node: unknown, offset: number, depth: number): PlacedValue {
  const start = offsetOfNode(conversion, node, offset);
  if (isAlias(node)) return convertAlias(conversion, node, start, depth);
  if (!isWithinLimits(conversion, start, depth)) return { value: NOTHING, places: start };
  if (isScalar(node)) {
    noteAnchor(conversion, node);
    return { value: convertScalar(conversion, node, start), places: start };
  }
  if (!isMap(node) && !isSeq(node)) return { value: NOTHING, places: start };
  noteAnchor(conversion, node);
  conversion.open.add(node);
  const converted = isMap(node)
    ? convertMap(conversion, node, start, depth)
    : convertList(conversion, node, start, depth);
  conversion.open.delete(node);
  return converted;
}

function noteAnchor(conversion: Conversion, node: Scalar | YAMLMap | YAMLSeq): void {
  if (node.anchor !== undefined && conversion.aliasDepth === 0) conversion.anchors.set(node.anchor, node);
}

function convertScalar(conversion: Conversion, node: Scalar, start: number): unknown {
  const { value } = node;
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  report(
    'yaml-syntax',
    conversion,
    start,
    `${node.source ?? String(value)} is not a number in JSON; put it in quotes if it is text`,
  );
  return NOTHING;
}

/** The node that an alias stands for; undefined, and reported, when there is none. */
function targetOf(conversion: Conversion, alias: Alias, start: number): Node | undefined {
  // An alias without target counts too: it may stand, many times, behind an anchor that is met many times.
  if (!isWithinLimits(conversion, start, 0)) return undefined;
  const { targets, anchors, open } = conversion;
  if (!targets.has(alias)) targets.set(alias, anchors.get(alias.source));
  const target = targets.get(alias);
  if (target === undefined) {
    report('yaml-syntax', conversion, start, `no anchor &${alias.source} stands before this alias`);
  } else if (open.has(target)) {
    report(
      'yaml-syntax',
      conversion,
      start,
      `the alias *${alias.source} stands inside its own anchor and would never end`,
    );
    return undefined;
  }
  return target;
}

function convertAlias(conversion: Conversion, alias: Alias, start: number, depth: number): PlacedValue {
  const target = targetOf(conversion, alias, start);
  if (target === undefined) return { value: NOTHING, places: start };
  if (conversion.aliasDepth++ === 0) conversion.outermostAlias = start;
  const { value, places } = convertNode(conversion, target, start, depth);
  conversion.aliasDepth--;
  return { value, places: typeof places === 'number' ? start : { ...places, offset: start } };
}

function convertList(conversion: Conversion, list: YAMLSeq, start: number, depth: number): PlacedValue {
  const values: unknown[] = [];
  const inside: PlaceTree[] = [];
  for (const item of list.items) {
    conversion.path.push(values.length);
    const { value, places } = convertNode(conversion, item, start, depth + 1);
    conversion.path.pop();
    values.push(value);
    inside.push(places);
  }
  return { value: values, places: { offset: start, inside } };
}

function convertMap(conversion: Conversion, map: YAMLMap, start: number, depth: number): PlacedValue {
  const target: MutablePlaces = { values: {}, places: {} };
  const keys = new Map<string, number>();
  for (const { key, value } of map.items) {
    const keyOffset = offsetOfNode(conversion, key, start);
    if (isMergeKey(key)) {
      merge(conversion, value, target, { start: offsetOfNode(conversion, value, keyOffset), depth });
      continue;
    }
    const name = convertKey(conversion, key, keyOffset);
    conversion.path.push(name ?? '');
    if (name !== undefined) noteKey(conversion, keys, name, keyOffset);
    const converted = convertNode(conversion, value, keyOffset, depth + 1);
    conversion.path.pop();
    if (name === undefined) continue;
    setKey(target.values, name, converted.value);
    setKey(target.places, name, converted.places);
  }
  return { value: target.values, places: { offset: start, inside: target.places } };
}

function noteKey(
  { duplicates, path }: Conversion,
  keys: Map<string, number>,
  name: string,
  offset: number,
): void {
  const first = keys.get(name);
  if (first === undefined) keys.set(name, offset);
  else if (duplicates.size < MAX_DUPLICATE_KEYS && !duplicates.has(offset)) {
    duplicates.set(offset, { path: [...path], offset, first });
  }
}

function keyOfScalar({ value, type, tag, source = '' }: Scalar): string | undefined {
  if (tag === undefined && type === Scalar.PLAIN) return resolvePlainKey(source);
  return value === null ? undefined : `${value as string | number | boolean}`;
}

/** The text of a key; undefined, and reported, for keys that JSON cannot have. */
function convertKey(conversion: Conversion, key: unknown, start: number): string | undefined {
  const node = isAlias(key) ? targetOf(conversion, key, start) : key;
  if (isAlias(key) && node === undefined) return undefined;
  if (isScalar(node)) {
    if (node === key) noteAnchor(conversion, node);
    const name = keyOfScalar(node);
    if (name !== undefined) return name;
  }
  const what = isMap(node) ? 'an object' : isSeq(node) ? 'a list' : 'null';
  report('yaml-syntax', conversion, start, `${what} cannot be a key; put text in quotes`);
  return undefined;
}

function isMergeKey(key: unknown): boolean {
  if (!isScalar(key) || key.source !== '<<') return false;
  return key.tag === undefined ? key.type === Scalar.PLAIN : key.tag === 'tag:yaml.org,2002:merge';
}

/**
 * Adds the keys of the object or objects behind `<<`. As in go-yaml v2, a merge is carried out where it stands: it
 * overrides the keys above it and is overridden by those below. (decode.go: merge)
 */
function merge(
  conversion: Conversion,
  node: unknown,
  target: MutablePlaces,
  at: { readonly start: number; readonly depth: number },
): void {
  // Of several objects the first has precedence, so it is merged last.
  const parts = isSeq(node) ? node.items.toReversed() : [node];
  for (const part of parts) {
    const start = offsetOfNode(conversion, part, at.start);
    if (isAlias(part) && targetOf(conversion, part, start) === undefined) continue;
    const { value, places } = convertNode(conversion, part, start, at.depth + 1);
    if (typeof value !== 'object' || Array.isArray(value) || value === null || typeof places === 'number') {
      report(
        'yaml-syntax',
        conversion,
        start,
        'the merge key << needs an object, an alias to one, or a list of these',
      );
      continue;
    }
    for (const [key, inside] of Object.entries(value)) {
      setKey(target.values, key, inside as unknown);
      setKey(
        target.places,
        key,
        (places.inside as Readonly<Record<string, PlaceTree>>)[key] ?? offsetOf(places),
      );
    }
  }
}

/** What {@link convertDocument} makes of a document. */
export interface ConvertedDocument extends PlacedValue {
  readonly faults: readonly Fault[];
  readonly duplicates: readonly DuplicateKey[];
}

/**
 * Converts a composed YAML document whose text begins at the offset `base` of its source. Faults, with offsets in the
 * source: keys that are no text, aliases without anchor or within it, numbers that JSON does not have, and what goes
 * beyond the limits.
 */
export function convertDocument(base: number, root: unknown): ConvertedDocument {
  const conversion: Conversion = {
    base,
    faults: new Map(),
    duplicates: new Map(),
    path: [],
    anchors: new Map(),
    targets: new Map(),
    open: new Set(),
    outermostAlias: base,
    aliasDepth: 0,
    aliasedValues: 0,
  };
  const { value, places } = convertNode(conversion, root, base, 1);
  const { faults, duplicates } = conversion;
  return { value, places, faults: [...faults.values()], duplicates: [...duplicates.values()] };
}
