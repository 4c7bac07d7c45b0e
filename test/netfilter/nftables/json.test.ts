/** Printing what `nft -j list` prints. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { printJson } from '../../../src/netfilter/nftables/json.ts';
import { spellingOf } from '../../../src/netfilter/nftables/nft-release.ts';
import { listings } from '../../helpers/nftables-listings.ts';
import { forEachRelease, nftRuleset } from '../../helpers/nftables-oracle.ts';

type Json = Readonly<Record<string, unknown>>;

const withoutHandles = (text: string): string => text.replace(/, "handle": \d+/g, '');

/** Objects as text, sorted but for rules, which keep their order in each chain; elements sorted. */
function canonicalJson(text: string): readonly string[] {
  const { nftables } = JSON.parse(withoutHandles(text)) as { nftables: readonly Json[] };
  const rules = nftables.filter((object) => 'rule' in object).map((object) => object['rule'] as Json);
  const others = nftables.filter((object) => !('rule' in object)).map(sortElements);
  const chains = [...new Set(rules.map(({ chain }) => String(chain)))].toSorted();
  return [
    ...others.map((object) => JSON.stringify(object)).toSorted(),
    ...chains.flatMap((name) =>
      rules.filter(({ chain }) => chain === name).map((rule) => JSON.stringify(rule)),
    ),
  ];
}

function sortElements(object: Json): Json {
  const [tag, inside] = Object.entries(object)[0] as [string, Json];
  const { elem } = inside;
  if (!Array.isArray(elem)) return object;
  const sorted = elem.map((one) => JSON.stringify(one)).toSorted();
  return { [tag]: { ...inside, elem: sorted } };
}

const captures = listings()
  .filter(({ form, nft }) => form === 'json' && nft === '1.1.3')
  .flatMap(forEachRelease);

describe('JSON as nft writes it', () => {
  it.each(captures.map((capture) => ({ ...capture })))('$case $version $ipFamily', (capture) => {
    const built = nftRuleset(capture.case, capture.version, capture.ipFamily);
    const printed = printJson(built, spellingOf(capture.nft));
    expect(canonicalJson(printed)).toEqual(canonicalJson(readFileSync(capture.file, 'utf8')));
  });

  it('is one line that begins with the release of nft', () => {
    const printed = printJson({ tables: [] }, spellingOf('1.0.6'));
    expect(printed).toBe(
      '{"nftables": [{"metainfo": {"version": "1.0.6", "release_name": "Lester Gooch #5", "json_schema_version": 1}}]}\n',
    );
  });
});
