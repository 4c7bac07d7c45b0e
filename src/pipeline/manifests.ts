import { checkObjects } from '../manifest/check/check-objects.ts';
import { type ClusterRanges } from '../manifest/check/ranges.ts';
import { readManifest } from '../manifest/read-manifest.ts';
import { type RawObject, type Resource } from '../manifest/resource.ts';
import { seenObjects, type SeenObject } from '../manifest/seen-object.ts';
import { type Diagnostic, diagnostic, hasErrors, type Outcome } from '../diagnostics/diagnostic.ts';
import { type Source } from '../text/source.ts';

/** How manifests are read, whatever is made of them. */
export interface ManifestOptions {
  /** Unknown fields are errors, not warnings. */
  readonly strict: boolean;
  readonly ranges?: ClusterRanges | undefined;
}

/** What a set of manifests holds. */
export interface Manifests {
  readonly resources: readonly Resource[];
  /** How many objects are of kinds that play no part. */
  readonly skipped: number;
  /** Every object of the input, whatever its kind. */
  readonly seen: readonly SeenObject[];
}

/** Reads and checks manifests: text to objects with all defaults. */
export function loadManifests(sources: readonly Source[], options: ManifestOptions): Outcome<Manifests> {
  const problems: Diagnostic[] = [];
  const raw: RawObject[] = [];
  for (const source of sources) {
    const read = readManifest(source, options);
    for (const problem of read.problems) problems.push(problem);
    for (const object of read.value) raw.push(object);
  }
  const checked = checkObjects(raw, options);
  for (const problem of checked.problems) problems.push(problem);
  if (raw.length === 0 && sources.length > 0 && !hasErrors(problems)) problems.push(nothingThere(sources));
  return { value: { ...checked.value, seen: seenObjects(raw) }, problems };
}

const nothingThere = (sources: readonly Source[]): Diagnostic =>
  diagnostic('no-input', `${sources.map(({ name }) => name).join(', ')}: no Kubernetes object in the input`);
