import { type Diagnostic, diagnostic, hasErrors, type Outcome } from '../diagnostics/diagnostic.ts';
import { readDocuments } from '../manifest/read-documents.ts';
import { type Mistake, validate } from '../schema/validate.ts';
import { formatPath, type JsonPath } from '../text/json-path.ts';
import { nearestName } from '../text/nearest-name.ts';
import { type Place, placeAt, type Source } from '../text/source.ts';
import { goldenSchema, type GoldenText, type OptionKind } from './golden-schema.ts';

/** A checked `svc2ipt.yaml`, and where its parts stand. */
export interface GoldenFile {
  readonly text: GoldenText;
  readonly locate: (path: JsonPath) => Place;
}

/** Makes an error about a part of the file. */
export const invalid = (locate: GoldenFile['locate'], path: JsonPath, message: string): Diagnostic =>
  diagnostic('golden-invalid', message, { place: locate(path), path: formatPath(path) });

/** Reads `svc2ipt.yaml`. Returns undefined and all mistakes with their places when it is not as it must be. */
export function readGolden(
  source: Source,
  options: ReadonlyMap<string, OptionKind>,
): Outcome<GoldenFile | undefined> {
  const { value: documents, problems } = readDocuments(source);
  if (hasErrors(problems)) return { value: undefined, problems };
  const [document] = documents;
  const failed = (message: string): Outcome<undefined> => ({
    value: undefined,
    problems: [...problems, diagnostic('golden-invalid', message, { place: placeAt(source, 0) })],
  });
  if (document === undefined) return failed('the file is empty: it must name inputs and outputs');
  if (documents.length > 1) return failed('the file must hold one document');
  const locate = (path: JsonPath): Place => placeAt(source, document.offsetAt(path));
  const twice = document.duplicates.map(({ path, offset }) =>
    diagnostic('golden-invalid', 'the key stands twice', {
      place: placeAt(source, offset),
      path: formatPath(path),
    }),
  );
  const mistakes = validate(document.value, goldenSchema(options)).map((mistake) =>
    invalid(locate, mistake.path, wordsFor(mistake)),
  );
  const found = [...problems, ...twice, ...mistakes];
  // The schema has checked its form.
  const value = hasErrors(found) ? undefined : { text: document.value as GoldenText, locate };
  return { value, problems: found };
}

function wordsFor(mistake: Mistake): string {
  switch (mistake.kind) {
    case 'unknown-field': {
      const near = nearestName(mistake.name, mistake.known);
      return near === undefined ? 'unknown field' : `unknown field; did you mean "${near}"?`;
    }
    case 'pattern':
      return 'must be the name of a node';
    case 'type':
    case 'range': {
      const expected = mistake.kind === 'type' ? mistake.expected : [];
      const quotes =
        typeof mistake.found === 'number' && expected.includes('string') ? '; put a version in quotes' : '';
      return `must be ${expected.map((type) => TYPES[type] ?? type).join(' or ')}${quotes}`;
    }
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  boolean: 'true or false',
  integer: 'a whole number',
  array: 'a list',
  object: 'an object',
};
