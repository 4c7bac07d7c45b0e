import { type JsonPath } from '../../text/json-path.ts';

/** The offsets at which a JSON value and all values inside it begin; a bare number for what has nothing inside. */
export type PlaceTree = number | PlaceBranch;

/** The offsets of an object (`inside` is a record of the same keys) or of a list (`inside` is an array). */
export interface PlaceBranch {
  readonly offset: number;
  readonly inside: readonly PlaceTree[] | Readonly<Record<string, PlaceTree>>;
}

/** Where the value itself begins. */
export function offsetOf(tree: PlaceTree): number {
  return typeof tree === 'number' ? tree : tree.offset;
}

function child(tree: PlaceTree, step: string | number): PlaceTree | undefined {
  if (typeof tree === 'number' || !Object.hasOwn(tree.inside, step)) return undefined;
  return (tree.inside as Readonly<Record<string | number, PlaceTree>>)[step];
}

/** The places of the value at `path`, or of the nearest enclosing value that exists. */
export function descend(tree: PlaceTree, path: JsonPath): PlaceTree {
  let found = tree;
  for (const step of path) {
    const next = child(found, step);
    if (next === undefined) break;
    found = next;
  }
  return found;
}

/** Sets a key of `record`, also `__proto__`, which a plain assignment would take for the prototype. */
export function setKey<T>(record: Record<string, T>, key: string, value: T): void {
  if (key === '__proto__') {
    Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    record[key] = value;
  }
}
