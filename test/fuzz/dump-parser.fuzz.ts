import { readFileSync, readdirSync } from 'node:fs';
import { printDump } from '../../src/netfilter/iptables/print-dump.ts';
import { parseDump } from '../../src/netfilter/iptables/parse-dump.ts';
import { formatDiagnostic } from '../../src/diagnostics/format.ts';
import { printSave } from '../../src/netfilter/iptables/print.ts';
import { fuzz, type FuzzReport } from './fuzz.ts';
import { mutateText } from './mutate-text.ts';

const DUMPS = new URL('../../fixtures/dumps/', import.meta.url);

const PIECES = [
  '"',
  '\\',
  '\n',
  '!',
  ' ! ',
  '-A ',
  '-j ',
  ':',
  '*nat\n',
  'COMMIT\n',
  '#',
  '/*',
  '*/',
  '[0:0] ',
  '-m comment --comment ',
  '__proto__',
  'constructor',
  '\u0000',
  '\ud800',
  '\u2028',
  '-',
  '--',
  '0x',
  '/',
  '4294967296',
  '\t',
  '\r\n',
  'Chain X (1 references)\n',
];

/**
 * Feeds mutated dumps to the parser for `seconds`: see {@link fuzz}. The parser fails by throwing, or with a dump whose
 * canonical form does not come back the same when it is parsed again.
 */
export function fuzzDumpParser(seconds: number, seed?: number): Promise<FuzzReport> {
  const dumps = readdirSync(DUMPS).map((name) => readFileSync(new URL(name, DUMPS), 'utf8'));
  return fuzz(
    { mutate: (random) => mutateText(dumps, PIECES, random), check, bytes: (text) => Buffer.from(text) },
    seconds,
    seed,
  );
}

function check(text: string): boolean {
  const { value: dump, problems } = parseDump({ name: 'fuzz', text });
  if (dump === undefined) {
    if (problems.length === 0) throw new Error('refused without a reason');
    return false;
  }
  printDump(dump, { counters: true, remarks: true });
  const canonical = printSave(dump);
  if (dump.tables.length === 0) return true;
  const again = parseDump({ name: 'again', text: canonical }, dump.family);
  if (again.value === undefined)
    throw new Error(`not read again: ${again.problems.map(formatDiagnostic).join('; ')}`);
  const lines = printSave(again.value).split('\n');
  const unstable = canonical.split('\n').find((line, index) => line !== lines[index]);
  if (unstable !== undefined) throw new Error(`not stable: ${unstable}`);
  return true;
}
