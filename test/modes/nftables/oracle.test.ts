/** What is built in mode nftables is what real kube-proxy wrote. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { printList, readList } from '../../../src/netfilter/nftables/list.ts';
import { type Ruleset } from '../../../src/netfilter/nftables/model.ts';
import { NEWEST_NFT, spellingOf } from '../../../src/netfilter/nftables/nft-release.ts';
import { canonicalForm } from '../../helpers/nftables-canonical-form.ts';
import { type NftCapture, nftCaptures, nftRuleset } from '../../helpers/nftables-oracle.ts';

/** Every release with SVC2IPT_FULL=1; else of releases that wrote the same, the last. */
const captures = nftCaptures().filter(
  ({ releases, version }) => process.env['SVC2IPT_FULL'] === '1' || releases.endsWith(version),
);
const tally = new Map<string, { equal: number; tried: number }>();

afterAll(() => {
  const lines = [...tally].sort().map(([what, { equal, tried }]) => `  ${what}: ${equal} / ${tried}\n`);
  process.stdout.write(`oracle of mode nftables, equal / tried:\n${lines.join('')}`);
});

function listed(text: string): Ruleset {
  const { value } = readList({ name: 'capture', text });
  if (value === undefined) throw new Error('the capture cannot be read');
  return value;
}

function count({ version, family }: NftCapture): { equal: number; tried: number } {
  const what = `${version} ${family}`;
  const known = tally.get(what) ?? { equal: 0, tried: 0 };
  tally.set(what, known);
  return known;
}

describe.each([...new Set(captures.map((capture) => capture.case))])(
  'what kube-proxy wrote for %s',
  (name) => {
    it.each(captures.filter((capture) => capture.case === name).map((capture) => ({ ...capture })))(
      '$version $ipFamily',
      (capture) => {
        const counted = count(capture);
        counted.tried += 1;
        const built = nftRuleset(name, capture.version, capture.ipFamily);
        // As text, so that nothing is overlooked that reading would bring into one form.
        const printed = printList(built, spellingOf(NEWEST_NFT));
        const expected = readFileSync(capture.file, 'utf8');
        expect(canonicalForm(listed(printed))).toBe(canonicalForm(listed(expected)));
        counted.equal += 1;
      },
    );
  },
);
