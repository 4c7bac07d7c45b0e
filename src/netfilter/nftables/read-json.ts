/** Reads what `nft -j list table` and `nft -j list ruleset` print. (man libnftables-json) */
import { type Diagnostic, diagnostic, hasErrors, type Outcome } from '../../diagnostics/diagnostic.ts';
import { type ReadDocument } from '../../manifest/document.ts';
import { explainJson } from '../../manifest/json/explain-json.ts';
import { readJson } from '../../manifest/json/read-json.ts';
import { type JsonPath } from '../../text/json-path.ts';
import { placeAt, type Source } from '../../text/source.ts';
import { isManifest, manifestAsDump } from '../manifest-as-dump.ts';
import { Damage, untilDamage } from './damage.ts';
import { finishedTables, type TableDrafts } from './drafts.ts';
import { asList, asObject, tagged } from './json-fields.ts';
import { addJsonObject } from './json-objects.ts';
import { ALL_WHOLE, type MustBeWhole } from './list.ts';
import { type Ruleset } from './model.ts';

/** Reads the tables of a text. A damaged text gives an error with its place and no value. */
export function readNftJson(
  source: Source,
  mustBeWhole: MustBeWhole = ALL_WHOLE,
): Outcome<Ruleset | undefined> {
  if (isManifest(source)) return refused(manifestAsDump(source));
  const read = readJson(source);
  if (read === undefined) return refused(explainJson(source).problem ?? notFromNft(source));
  if (hasErrors(read.problems)) return { value: undefined, problems: read.problems };
  const [document, next] = read.value;
  if (document === undefined) return refused(notFromNft(source));
  return untilDamage(source, () => {
    if (next !== undefined)
      throw new Damage('dump-syntax', next.offsetAt([]), 'nft prints one object: this is a second one');
    return readRuleset(document, mustBeWhole);
  });
}

const refused = (problem: Diagnostic): Outcome<undefined> => ({ value: undefined, problems: [problem] });

const EXPECTED = 'expected {"nftables": [...]}, as nft -j prints it';

const notFromNft = (source: Source): Diagnostic =>
  diagnostic('dump-syntax', EXPECTED, { place: placeAt(source, 0) });

function readRuleset({ value, offsetAt, duplicates }: ReadDocument, mustBeWhole: MustBeWhole): Ruleset {
  const fail = (path: JsonPath, message: string): never => {
    throw new Damage('dump-syntax', offsetAt(path), message);
  };
  const [twice] = duplicates;
  if (twice !== undefined)
    throw new Damage('dump-syntax', twice.offset, 'this key stands twice in one object');
  const objects = asList(asObject(value)?.['nftables']);
  if (objects === undefined) return fail([], EXPECTED);
  const drafts: TableDrafts = new Map();
  for (const [index, object] of objects.entries()) {
    const path = ['nftables', index];
    const [tag, inside] = tagged(object) ?? fail(path, 'expected an object with one key, as {"table": ...}');
    const fields = asObject(inside);
    if (fields === undefined) return fail([...path, tag], 'expected an object');
    addJsonObject(drafts, {
      tag,
      fields,
      mustBeWhole,
      fail: (inObject, message) => fail([...path, tag, ...inObject], message),
    });
  }
  return finishedTables(drafts);
}
