import { type JsonPath } from '../text/json-path.ts';

/** A key that stands more than once in one object. The last one counts, as it does for kubectl. */
export interface DuplicateKey {
  /** From the root of the document to the value of the key. */
  readonly path: JsonPath;
  /** Where the key stands again. */
  readonly offset: number;
  /** Where it stands for the first time. */
  readonly first: number;
}

/** One document of a text: its value as plain JSON, and where the parts of it are. */
export interface ReadDocument {
  readonly value: unknown;
  /** Returns the offset of the value at `path`, or of the nearest enclosing value that exists. */
  readonly offsetAt: (path: JsonPath) => number;
  readonly duplicates: readonly DuplicateKey[];
}
