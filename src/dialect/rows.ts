import { rankOf, type Version, VERSIONS } from './version.ts';

/** One observable change: from `since` on, until a later row says otherwise, kube-proxy behaves as `value` says. */
export interface Row<T> {
  readonly since: Version;
  readonly value: T;
  /** What a reader of the rules sees, one line. The oldest row of a feature is a beginning and needs none. */
  readonly change?: string;
  /** Where this was read: pull request, function or capture. */
  readonly source?: string;
  /**
   * The patch releases that brought the change to minors that had begun without it. A dialect speaks for its captured
   * release, or where there is none for the last patch of its minor, so it may be older or newer than these.
   */
  readonly patches?: readonly string[];
}

/** A behaviour that a feature gate decides: on when the gate is in force. */
export interface Gated {
  readonly gate: string;
}

/** Whether the value of a row is left to a feature gate. */
export const isGated = (value: unknown): value is Gated =>
  typeof value === 'object' && value !== null && 'gate' in value;

/** Always on, never, or as a feature gate stands. */
export type Switch = boolean | Gated;

/** A history, oldest row first: the first row speaks for the oldest release. */
export const rows = <const T>(...list: readonly Row<T>[]): readonly Row<T>[] => list;

/** The newest row at or below the version. */
export function rowAt<T>(history: readonly Row<T>[], version: Version): Row<T> {
  const rank = rankOf(version);
  const row = history.findLast((candidate) => rankOf(candidate.since) <= rank);
  if (row === undefined) throw new Error(`no row at or below ${version}; the first begins at ${VERSIONS[0]}`);
  return row;
}
