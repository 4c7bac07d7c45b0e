import { formatDiagnostic } from '../../src/diagnostics/format.ts';
import { printJson } from '../../src/netfilter/nftables/json.ts';
import { printList, readList } from '../../src/netfilter/nftables/list.ts';
import { type Ruleset, type Table } from '../../src/netfilter/nftables/model.ts';
import { NEWEST_NFT, spellingOf } from '../../src/netfilter/nftables/nft-release.ts';
import { readNft } from '../../src/netfilter/nftables/read-nft.ts';
import { printScript } from '../../src/netfilter/nftables/script.ts';
import { listings, listingSource } from '../helpers/nftables-listings.ts';
import { fuzz, type FuzzReport } from './fuzz.ts';
import { mutateText } from './mutate-text.ts';

const NEWEST = spellingOf(NEWEST_NFT);

const PIECES = [
  ...['"', '\\', '\n', '{', '}', '{ ', ' }', ';', ',', ' . ', ' : ', '#', '@', '/', '!= ', '-', '&', '\\\n'],
  ...['table ip t {\n', 'chain c {\n', 'set s {\n', 'elements = { ', 'type ipv4_addr\n', 'comment "x"'],
  ...['add rule ip kube-proxy services ', 'flush ruleset\n', 'delete ', 'index 0 ', 'handle 3', 'ip6 '],
  ...['transaction=<\n', ' >\n', '\t', '\r\n', '\u0000', '\ud800', '\u2028', '\u00a0', '\ufeff'],
  ...['__proto__', 'constructor', '4294967296', '99999999999999999999', '0x', '1e9', '-1', 'null', '[', ']'],
  ...['{"set": ', '{"concat": [', '"elem": [', '"expr": [', '{"drop": null}', '"name": "x", '],
];

/**
 * Feeds mutated tables in all forms to the reader for `seconds`: see {@link fuzz}. The reader fails by throwing, by
 * refusing without a reason, or with a table, understood to its end, that does not come back the same when it is printed
 * and read again.
 */
export function fuzzNftReader(seconds: number, seed?: number): Promise<FuzzReport> {
  const texts = listings()
    .filter(({ form }, index) => form === 'json' || index % 40 === 0)
    .flatMap((listing) => {
      const source = listingSource(listing);
      const { value } = listing.form === 'text' ? readList(source) : { value: undefined };
      return value === undefined ? [source.text] : [source.text, printScript(value)];
    });
  return fuzz(
    { mutate: (random) => mutateText(texts, PIECES, random), check, bytes: (text) => Buffer.from(text) },
    seconds,
    seed,
  );
}

function check(text: string): boolean {
  const { value: ruleset, problems } = readNft({ name: 'fuzz', text });
  if (ruleset === undefined) {
    if (problems.length === 0) throw new Error('refused without a reason');
    return false;
  }
  printScript(ruleset);
  const print = /^\s*\{/.test(text) ? printAsJson : printAsList;
  const printed = print(ruleset);
  if (!ruleset.tables.every(isUnderstood)) return true;
  const again = readNft({ name: 'again', text: printed });
  if (again.value === undefined) {
    const [problem] = again.problems;
    const line = printed.split('\n')[(problem?.place?.line ?? 1) - 1];
    throw new Error(`not read again: ${problem === undefined ? '' : formatDiagnostic(problem)}: ${line}`);
  }
  const lines = print(again.value).split('\n');
  const unstable = printed.split('\n').find((line, index) => line !== lines[index]);
  if (unstable !== undefined) throw new Error(`not stable: ${unstable}`);
  return true;
}

/** What is not understood is kept word by word: a word that was moved there may end it. */
const isUnderstood = ({ others, sets, chains }: Table): boolean =>
  others.length === 0 &&
  sets.every(({ otherLines }) => otherLines.length === 0) &&
  chains.every(({ rules }) =>
    rules.every(({ statements }) => statements.every(({ kind }) => kind !== 'unknown')),
  );

const printAsList = (ruleset: Ruleset): string => printList(ruleset, NEWEST);
const printAsJson = (ruleset: Ruleset): string => printJson(ruleset, NEWEST);
