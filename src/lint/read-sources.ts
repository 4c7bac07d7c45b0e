import { dirname, join, normalize } from 'node:path';
import { type Diagnostic } from '../diagnostics/diagnostic.ts';
import { type ManifestReading, readManifest, type ReadOptions } from '../manifest/read-manifest.ts';
import { type RawObject } from '../manifest/resource.ts';
import { compareText } from '../text/natural-order.ts';
import { printable } from '../text/printable.ts';
import { type Source } from '../text/source.ts';

/** A skipped file, and what it is. */
export interface SkippedFile {
  readonly file: string;
  readonly what: string;
}

/** The objects that could be read, and the problems with the rest. */
export interface Readings {
  readonly raw: RawObject[];
  /** Findings of the reader about objects that it still reads. */
  readonly found: Diagnostic[];
  /** Files that are something else than manifests. */
  readonly skipped: SkippedFile[];
  readonly problems: Diagnostic[];
}

/** Reads all sources. Skips files that are no manifests, and files that a kustomization uses as its parts. */
export function readSources(sources: readonly Source[], options: ReadOptions): Readings {
  const readings: Readings = { raw: [], found: [], skipped: [], problems: [] };
  // The order of the files must not decide which of two objects with the same name is the second.
  const read = [...sources]
    .sort((a, b) => compareText(a.name, b.name))
    .map((source) => ({ source, reading: readManifest(source, options) }));
  const kustomized = new Set(
    read.flatMap(({ source, reading }) => reading.kustomized.map((file) => join(dirname(source.name), file))),
  );
  for (const { source, reading } of read) {
    const what = kustomized.has(normalize(source.name)) ? 'part of a kustomization' : reading.other;
    if (what === undefined) addReading(readings, reading);
    else readings.skipped.push({ file: source.name, what });
  }
  return readings;
}

function addReading({ raw, found, problems }: Readings, reading: ManifestReading): void {
  for (const problem of reading.problems) (problem.code === 'duplicate-key' ? found : problems).push(problem);
  for (const object of reading.value) raw.push(object);
}

/**
 * Formats one line for all files that were skipped; with `verbose`, one more for each. Nothing when there is
 * none.
 */
export function formatSkipped(skipped: readonly SkippedFile[], verbose: boolean): string {
  if (skipped.length === 0) return '';
  const count = skipped.length === 1 ? '1 file' : `${skipped.length} files`;
  if (!verbose) return `skipped ${count} without Kubernetes objects (-v names them)\n`;
  const lines = skipped.map(({ file, what }) => printable(`  ${file}: ${what}`));
  return [`skipped ${count} without Kubernetes objects:`, ...lines, ''].join('\n');
}
