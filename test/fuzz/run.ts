import { expect, it } from 'vitest';
import { fuzzCommands } from './commands.fuzz.ts';
import { fuzzDumpParser } from './dump-parser.fuzz.ts';
import { fuzzManifestReader } from './manifest-reader.fuzz.ts';
import { fuzzNftReader } from './nft-reader.fuzz.ts';

const SECONDS = Number(process.env['SVC2IPT_FUZZ_SECONDS'] ?? '60');
/** The reader of nft tables may be given a time of its own. */
const NFT_SECONDS = Number(process.env['SVC2IPT_FUZZ_NFT_SECONDS'] ?? SECONDS);
/** The same inputs in every run, so that a failure tells of the change at hand; another seed looks further. */
const SEED = Number(process.env['SVC2IPT_FUZZ_SEED'] ?? '1');

it.each([
  { what: 'the YAML and JSON reader', fuzz: fuzzManifestReader, seconds: SECONDS },
  { what: 'the dump parser', fuzz: fuzzDumpParser, seconds: SECONDS },
  { what: 'the commands that read dumps', fuzz: fuzzCommands, seconds: SECONDS },
  { what: 'the reader of nft tables', fuzz: fuzzNftReader, seconds: NFT_SECONDS },
])('$seconds s of hostile input do not crash or hang $what', async ({ what, fuzz, seconds }) => {
  const report = await fuzz(seconds, SEED);
  process.stdout.write(`fuzzing ${what}: ${JSON.stringify(report)}\n`);
  // A text that fails is thrown; what is left to show is that some of the texts were good enough to go deep.
  expect(report.accepted).toBeGreaterThan(0);
});
