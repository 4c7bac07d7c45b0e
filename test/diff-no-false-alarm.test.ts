import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { type Diff } from '../src/diff.ts';
import { diffCapture, diffNftCapture, type Knowledge, sampled, told } from './helpers/diff-oracle.ts';
import { listings } from './helpers/nftables-listings.ts';
import { forEachRelease, hasInput, type NftCapture } from './helpers/nftables-oracle.ts';
import { type Capture, captures } from './helpers/oracle.ts';
import { type Random, seeded } from './helpers/random.ts';
import { counted, mixed, reordered, respelled } from './modes/iptables/compare/mutation/meaningless.ts';
import * as nft from './modes/nftables/compare/mutation/meaningless.ts';

const tallies = { iptables: { tried: 0, silent: 0 }, nftables: { tried: 0, silent: 0 } };
afterAll(() => {
  for (const [mode, { silent, tried }] of Object.entries(tallies))
    process.stdout.write(`no false alarm in mode ${mode}: ${silent} silent / ${tried} tried\n`);
});

/** Compares captures, and expects that nothing is told and that the release is among those recognised. */
async function expectSilence<Seen extends Capture | NftCapture>(
  tally: (typeof tallies)['iptables'],
  seen: readonly Seen[],
  diffOf: (capture: Seen, random: Random) => Pick<Diff, 'comparison' | 'versions'>,
): Promise<void> {
  for (const [seed, capture] of seen.entries()) {
    // Long runs must let the test runner breathe.
    await setImmediate();
    const { comparison, versions } = diffOf(capture, seeded(seed));
    const label = `${capture.case} ${capture.version} ${capture.ipFamily}`;
    tally.tried += 1;
    expect([...told(comparison), ...comparison.notes.map(({ message }) => message)], label).toEqual([]);
    expect(versions, label).toContain(capture.version);
    tally.silent += 1;
  }
}

const KNOWLEDGE = ['given', 'recognised', 'inferred'] as const;

/** Every way to look at captures: what is known, and how the dump is written. */
const waysOf = (variants: object): readonly (readonly [Knowledge, string])[] =>
  KNOWLEDGE.flatMap((knowledge) =>
    Object.keys(variants).map((variant): readonly [Knowledge, string] => [knowledge, variant]),
  );

const VARIANTS: Readonly<Record<string, (save: string, random: Random, program: string) => string>> = {
  'as captured': (save) => save,
  'in another order': reordered,
  'with counters and remarks': counted,
  'spelled otherwise': (save) => respelled(save),
  "with other software's chains": mixed,
  'with all of these': (save, random, program) =>
    counted(respelled(mixed(reordered(save, random), random, program)), random, program),
};

const WAYS = waysOf(VARIANTS);

describe.each(WAYS)('a correct node with settings %s, %s', (knowledge, variant) => {
  const at = WAYS.findIndex((way) => way[0] === knowledge && way[1] === variant);
  it('raises no alarm', async () => {
    // Sampling takes another share of the captures for each way to look at them.
    await expectSilence(tallies.iptables, sampled(captures().slice(at), 23), (capture, random) => {
      const program = capture.ipFamily === 'IPv4' ? 'iptables-save' : 'ip6tables-save';
      const text = VARIANTS[variant]?.(readFileSync(capture.file, 'utf8'), random, program) ?? '';
      return withoutNotes(diffCapture(capture, text, knowledge));
    });
  }, 3_600_000);
});

/** Other software's rules may be told in notes. */
const withoutNotes = ({ comparison, versions }: Diff): Pick<Diff, 'comparison' | 'versions'> => ({
  comparison: { ...comparison, notes: [] },
  versions,
});

const NFT_VARIANTS: Readonly<Record<string, (listing: string, random: Random) => string>> = {
  'as captured': (listing) => listing,
  'in another order': nft.reordered,
  'with what clients and time leave': nft.used,
  'without comments of objects': nft.uncommented,
  'as JSON': nft.asJson,
  'as a script': nft.asScript,
  "with other software's tables": nft.amongOthers,
  'with all of these': (listing, random) =>
    nft.amongOthers(nft.used(nft.reordered(nft.uncommented(listing), random), random)),
};

/** Every listing in text and JSON, by every release of nft, once for each release of kube-proxy. */
const nftListings = listings()
  .filter(({ case: name }) => hasInput(name))
  .flatMap(forEachRelease);

const NFT_WAYS = waysOf(NFT_VARIANTS);

describe.each(NFT_WAYS)('a correct node of mode nftables with settings %s, %s', (knowledge, variant) => {
  const at = NFT_WAYS.findIndex((way) => way[0] === knowledge && way[1] === variant);
  it('raises no alarm', async () => {
    await expectSilence(tallies.nftables, sampled(nftListings.slice(at), 229), (capture, random) => {
      const listing = readFileSync(capture.file, 'utf8');
      const isText = capture.form === 'text';
      const text = isText ? (NFT_VARIANTS[variant]?.(listing, random) ?? '') : listing;
      return diffNftCapture(capture, text, knowledge);
    });
  }, 3_600_000);
});
