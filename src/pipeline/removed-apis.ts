import { removedSince } from '../dialect/removed-apis.ts';
import { type Version } from '../dialect/version.ts';
import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import { KINDS } from '../manifest/check/kinds.ts';
import { type SeenObject } from '../manifest/seen-object.ts';

/**
 * Returns one warning for all used objects in API versions that the release no longer serves. They are still
 * read.
 */
export function warnOfRemovedApis(seen: readonly SeenObject[], version: Version): readonly Diagnostic[] {
  const removed = seen.filter(
    ({ kind, apiVersion }) =>
      KINDS.get(kind.toLowerCase())?.schemas.has(apiVersion) === true &&
      removedSince(apiVersion, kind, version) !== undefined,
  );
  const [first] = removed;
  if (first === undefined) return [];
  const { apiVersion, kind, namespace, name, locate } = first;
  const others = removed.length - 1;
  const more = others === 0 ? '' : ` (and ${others} more such ${others === 1 ? 'object' : 'objects'})`;
  const since = removedSince(apiVersion, kind, version) ?? version;
  const message = `Kubernetes ${since} and later have no ${kind} in ${apiVersion}${more}`;
  const about = { place: locate(['apiVersion']), subject: { kind, namespace, name }, path: 'apiVersion' };
  return [diagnostic('removed-api', message, { ...about, severity: 'warning' })];
}
