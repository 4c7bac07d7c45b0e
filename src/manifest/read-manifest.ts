import { hasErrors, type Outcome, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { type Source } from '../text/source.ts';
import { explainJson } from './json-cursor.ts';
import { MAX_YAML_LENGTH } from './limits.ts';
import { type ReadDocument } from './place-tree.ts';
import { readJson } from './read-json.ts';
import { readYaml } from './read-yaml.ts';
import { type RawObject } from './resource.ts';
import { unpackList } from './unpack-list.ts';

const MAY_BE_JSON = /^\ufeff?\s*[{[]/;
/** How a text begins that was meant as JSON; `{{` is a template, and `{a: 1}` YAML in braces. */
const MEANT_AS_JSON = /^\ufeff?\s*(?:\{\s*(?:["'\u201c}]|\/[/*])|\[\s*[[{"\]])/;

/**
 * YAML in braces and JSON look alike. As in kubectl, what JSON does not allow may still be YAML; what neither allows
 * is told as an error of JSON when the text was meant as JSON.
 */
function readDocuments(source: Source): Outcome<readonly ReadDocument[]> {
  if (!MAY_BE_JSON.test(source.text)) return readYaml(source);
  const asJson = readJson(source);
  if (asJson !== undefined) return asJson;
  if (!MEANT_AS_JSON.test(source.text)) return readYaml(source);
  const { problems, stoppedAt } = explainJson(source);
  const notJson = { value: [], problems };
  // To YAML a comment of JavaScript is the beginning of a key.
  if (source.text.length > MAX_YAML_LENGTH || /^\/[/*]/.test(source.text.slice(stoppedAt, stoppedAt + 2))) {
    return notJson;
  }
  const asYaml = readYaml(source);
  return problems.length === 0 || !hasErrors(asYaml.problems) ? asYaml : notJson;
}

/** Problems in the order of their places, as a reader goes through the file. */
function inOrder(problems: readonly Diagnostic[]): readonly Diagnostic[] {
  const lineOf = (problem: Diagnostic): number => problem.place?.line ?? 0;
  const columnOf = (problem: Diagnostic): number => problem.place?.column ?? 0;
  return [...problems].sort((one, other) => lineOf(one) - lineOf(other) || columnOf(one) - columnOf(other));
}

/**
 * The API objects in the text of a manifest, YAML or JSON, of one or more documents, with lists unpacked. Nothing of
 * them is checked but that they are objects with apiVersion and kind.
 *
 * Errors of syntax, double keys and objects without apiVersion or kind are problems with their place; what they are
 * in is left out, and everything else is read. A text without objects is none.
 */
export function readManifest(source: Source): Outcome<readonly RawObject[]> {
  const documents = readDocuments(source);
  const unpacked = documents.value.map((document) => unpackList(source, document));
  const problems = [documents.problems, ...unpacked.map((outcome) => outcome.problems)].flat();
  return { value: unpacked.flatMap((outcome) => outcome.value), problems: inOrder(problems) };
}
