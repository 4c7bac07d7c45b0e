import { type Diagnostic, hasErrors, type Outcome } from '../diagnostics/diagnostic.ts';
import { type Source } from '../text/source.ts';
import { readDocuments } from './read-documents.ts';
import { kustomizedFiles, recogniseOther } from './recognise-other.ts';
import { type RawObject } from './resource.ts';
import { unpackObjects } from './unpack-objects.ts';

/** How manifests are read. */
export interface ReadOptions {
  /** A key that is there twice is an error, not a warning. */
  readonly strict?: boolean;
}

/** Problems in the order of their places, as a reader goes through the file. */
function inOrder(problems: readonly Diagnostic[]): readonly Diagnostic[] {
  const lineOf = (problem: Diagnostic): number => problem.place?.line ?? 0;
  const columnOf = (problem: Diagnostic): number => problem.place?.column ?? 0;
  return [...problems].sort((one, other) => lineOf(one) - lineOf(other) || columnOf(one) - columnOf(other));
}

/** The objects of a manifest, or what else the text is. */
export interface ManifestReading extends Outcome<readonly RawObject[]> {
  /** The kind of file, when the text is no manifest and not meant as one. Its errors say only that. */
  readonly other: string | undefined;
  /** The files that a kustomization names as patches and the like, as it writes them. */
  readonly kustomized: readonly string[];
}

/**
 * Reads the API objects in the text of a manifest, YAML or JSON, of one or more documents, with lists
 * unpacked. It checks only that they are objects with apiVersion and kind.
 *
 * Syntax errors, and objects without apiVersion or kind, are problems with a place. The document or object
 * with the problem is left out, and everything else is read. Duplicate keys are warnings; the last one
 * counts. A text without objects is no manifest.
 */
export function readManifest(source: Source, options: ReadOptions = {}): ManifestReading {
  const documents = readDocuments(source);
  const unpacked = documents.value.map((document) =>
    unpackObjects(source, document, options.strict === true),
  );
  const problems = [documents.problems, ...unpacked.map((outcome) => outcome.problems)].flat();
  const isBroken = hasErrors(documents.problems);
  return {
    value: unpacked.flatMap((outcome) => outcome.value),
    problems: inOrder(problems),
    other: isBroken ? undefined : recogniseOther(source.name, documents.value),
    kustomized: kustomizedFiles(source.name, documents.value),
  };
}
