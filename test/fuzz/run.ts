import { expect, it } from 'vitest';
import { fuzzDumpParser } from './dump-parser.fuzz.ts';
import { fuzzManifestReader } from './manifest-reader.fuzz.ts';
import { fuzzNftReader } from './nft-reader.fuzz.ts';

const SECONDS = Number(process.env['SVC2IPT_FUZZ_SECONDS'] ?? '60');
/** The same inputs in every run, so that a failure tells of the change at hand; another seed looks further. */
const SEED = Number(process.env['SVC2IPT_FUZZ_SEED'] ?? '1');

it.each([
  { what: 'the YAML and JSON reader', fuzz: fuzzManifestReader },
  { what: 'the dump parser', fuzz: fuzzDumpParser },
  { what: 'the reader of nft tables', fuzz: fuzzNftReader },
])(`${SECONDS} s of hostile input do not crash or hang $what`, async ({ what, fuzz }) => {
  const report = await fuzz(SECONDS, SEED);
  process.stdout.write(`fuzzing ${what}: ${JSON.stringify(report)}\n`);
  // A text that fails is thrown; what is left to show is that some of the texts were good enough to go deep.
  expect(report.accepted).toBeGreaterThan(0);
});
