import { diagnostic, hasErrors, type Outcome } from '../diagnostics/diagnostic.ts';
import { placeAt, type Source } from '../text/source.ts';
import { type ReadDocument } from './document.ts';
import { explainJson } from './json/explain-json.ts';
import { readJson } from './json/read-json.ts';
import { MAX_YAML_LENGTH } from './limits.ts';
import { readYaml } from './yaml/read-yaml.ts';

const MAY_BE_JSON = /^\ufeff?\s*[{[]/;
/** How a text begins that was meant as JSON; `{{` is a template, and `{a: 1}` YAML in braces. */
const MEANT_AS_JSON = /^\ufeff?\s*(?:\{\s*(?:["'\u201c}]|\/[/*])|\[\s*[[{"\]])/;

/**
 * How the outputs of iptables, nft, ipset and ipvsadm begin, behind remarks. What stands before a line feed takes none
 * itself where blanks may follow: a run of line feeds could be parted in as many ways as it is long, at each of them.
 */
const DUMP =
  /^\ufeff?(?:\s*#.*\n)*\s*(?:\*(?:raw|mangle|nat|filter|security)[^\S\n]*\n\s*[:[#-]|-P [A-Z]+ [A-Z]+\s|-N [\w-]+\s*\n|-A [\w-]+ [-\d[]|Chain \S+ \(|table \w+ \S+ \{|create \S+ hash:|\{\s*"nftables"\s*:)/;

const IS_DUMP =
  'this is a dump of a node, not a manifest: give it to --live, or to svc2ipt decompile, which makes manifests of it';

/**
 * Reads the documents in a text, YAML or JSON. Both may begin with a brace: as in kubectl, what JSON does not allow
 * may still be YAML; what neither allows is told as an error of JSON when the text was meant as JSON.
 */
export function readDocuments(source: Source): Outcome<readonly ReadDocument[]> {
  if (DUMP.test(source.text)) {
    return { value: [], problems: [diagnostic('not-an-object', IS_DUMP, { place: placeAt(source, 0) })] };
  }
  if (!MAY_BE_JSON.test(source.text)) return readYaml(source);
  const asJson = readJson(source);
  if (asJson !== undefined) return asJson;
  return MEANT_AS_JSON.test(source.text) ? readBrokenJson(source) : readYaml(source);
}

function readBrokenJson(source: Source): Outcome<readonly ReadDocument[]> {
  const { problem, stoppedAt } = explainJson(source);
  if (problem === undefined) return readYaml(source);
  const notJson = { value: [], problems: [problem] };
  // To YAML a comment of JavaScript is the beginning of a key.
  const hasComment = /^\/[/*]/.test(source.text.slice(stoppedAt, stoppedAt + 2));
  if (hasComment || source.text.length > MAX_YAML_LENGTH) return notJson;
  const asYaml = readYaml(source);
  return hasErrors(asYaml.problems) ? notJson : asYaml;
}
