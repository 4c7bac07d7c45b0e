import { rankOf, type Version, VERSIONS } from './version.ts';

/** One observable change: from `since` on, until a later row says otherwise, kube-proxy behaves as `value` says. */
export interface Row<T> {
  readonly since: Version;
  readonly value: T;
  /** What a reader of the rules sees, one line. The oldest row of a feature is a beginning and needs none. */
  readonly change?: string;
  /** Where this was read: pull request, function or capture. */
  readonly source?: string;
}

/** The newest row at or below the version; rows stand oldest first and the first covers the oldest version. */
export function rowAt<T>(rows: readonly Row<T>[], version: Version): Row<T> {
  const rank = rankOf(version);
  const row = rows.findLast((candidate) => rankOf(candidate.since) <= rank);
  if (row === undefined) throw new Error(`no row at or below ${version}; the first begins at ${VERSIONS[0]}`);
  return row;
}
