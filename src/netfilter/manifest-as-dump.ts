import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import { placeAt, type Source } from '../text/source.ts';

/** How manifests of Kubernetes begin, behind remarks. */
const MANIFEST =
  /^\ufeff?(?:\s*(?:#.*|---.*)\n)*\s*(?:\{\s*)?"?(?:apiVersion|kind|metadata|items|spec)"?\s*:/;

/** Whether a text is a manifest of Kubernetes, which people mistake for a dump on the command line. */
export const isManifest = (source: Source): boolean => MANIFEST.test(source.text);

/** The error of a manifest where a dump was asked for. */
export const manifestAsDump = (source: Source): Diagnostic =>
  diagnostic('dump-unknown-form', 'This is a manifest of Kubernetes, not a dump of a node: give it to -f.', {
    place: placeAt(source, 0),
  });
