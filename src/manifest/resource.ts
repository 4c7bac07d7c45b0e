import { type JsonPath } from '../text/json-path.ts';
import { type Place } from '../text/source.ts';
import { type ApiObject } from './types.ts';

/** One object as it stands in a manifest: plain JSON, not yet checked, and where each part of it is. */
export interface RawObject {
  readonly value: unknown;
  /** The place of the value at `path`, or of the nearest enclosing value that exists. */
  readonly locate: (path: JsonPath) => Place;
}

/** A checked and defaulted API object, with the places of its parts. */
export interface Resource<T extends ApiObject = ApiObject> {
  readonly object: T;
  readonly locate: (path: JsonPath) => Place;
}
