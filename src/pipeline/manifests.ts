import { collector } from '../diagnostics/collector.ts';
import { appendAll } from '../text/append-all.ts';
import { checkObjects } from '../manifest/check/check-objects.ts';
import { type ClusterRanges } from '../manifest/check/ranges.ts';
import { readManifest } from '../manifest/read-manifest.ts';
import { type RawObject, type Resource } from '../manifest/resource.ts';
import { seenObjects, type SeenObject } from '../manifest/seen-object.ts';
import { type Diagnostic, diagnostic, hasErrors, type Outcome } from '../diagnostics/diagnostic.ts';
import { type Source } from '../text/source.ts';

/** How manifests are read. Every command has these options. */
export interface ManifestOptions {
  /** Unknown fields are errors, not warnings. */
  readonly strict: boolean;
  readonly ranges?: ClusterRanges | undefined;
}

/** What a set of manifests holds. */
export interface Manifests {
  readonly resources: readonly Resource[];
  /** The number of objects whose kind svc2ipt does not use. */
  readonly skipped: number;
  /** Every object of the input, whatever its kind. */
  readonly seen: readonly SeenObject[];
}

/** Reads and checks manifests. Returns the objects with all defaults filled in. */
export function loadManifests(sources: readonly Source[], options: ManifestOptions): Outcome<Manifests> {
  const { keep, problems, tell } = collector();
  const raw: RawObject[] = [];
  for (const source of sources) {
    appendAll(raw, keep(readManifest(source, options)));
  }
  const checked = keep(checkObjects(raw, options));
  if (raw.length === 0 && sources.length > 0 && !hasErrors(problems)) tell(nothingThere(sources));
  return { value: { ...checked, seen: seenObjects(raw) }, problems };
}

const nothingThere = (sources: readonly Source[]): Diagnostic =>
  diagnostic('no-input', `${sources.map(({ name }) => name).join(', ')}: no Kubernetes object in the input`);
