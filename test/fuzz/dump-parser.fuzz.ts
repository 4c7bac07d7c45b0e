import { readFileSync, readdirSync } from 'node:fs';
import { printDump } from '../../src/iptables/print-dump.ts';
import { parseDump } from '../../src/iptables/parse-dump.ts';
import { formatProblem } from '../../src/text/problem.ts';
import { printSave } from '../../src/iptables/print.ts';

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

/** A text that does not end in time; parsing is linear, so no dump of fixtures size takes this long. */
const MOST_MILLISECONDS = 2000;

/** What a run of {@link fuzzDumpParser} saw. */
export interface FuzzFigures {
  readonly texts: number;
  readonly accepted: number;
}

/**
 * Feeds mutated dumps to the parser for so many seconds. Throws at the first text that makes it throw, that takes it
 * too long, or whose canonical form does not come back the same when it is parsed again.
 */
export function fuzzDumpParser(seconds: number, seed = Date.now()): FuzzFigures {
  const random = randomFrom(seed);
  const dumps = readdirSync(DUMPS).map((name) => readFileSync(new URL(name, DUMPS), 'utf8'));
  const end = performance.now() + seconds * 1000;
  let texts = 0;
  let accepted = 0;
  while (performance.now() < end) {
    const text = mutate(dumps, random);
    texts += 1;
    try {
      accepted += check(text) ? 1 : 0;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`seed ${seed}, text ${texts}: ${reason}`, { cause: text });
    }
  }
  return { texts, accepted };
}

function check(text: string): boolean {
  const started = performance.now();
  const { value: dump, problems } = parseDump({ name: 'fuzz', text });
  if (performance.now() - started > MOST_MILLISECONDS) throw new Error('too slow');
  if (dump === undefined) {
    if (problems.length === 0) throw new Error('refused without a reason');
    return false;
  }
  printDump(dump, { counters: true, remarks: true });
  const canonical = printSave(dump);
  if (dump.tables.length === 0) return true;
  const again = parseDump({ name: 'again', text: canonical }, dump.family);
  if (again.value === undefined)
    throw new Error(`not read again: ${again.problems.map(formatProblem).join('; ')}`);
  const lines = printSave(again.value).split('\n');
  const unstable = canonical.split('\n').find((line, index) => line !== lines[index]);
  if (unstable !== undefined) throw new Error(`not stable: ${unstable}`);
  return true;
}

type Random = (below: number) => number;

/** mulberry32 */
function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function mutate(dumps: readonly string[], random: Random): string {
  let text = dumps[random(dumps.length)] ?? '';
  for (let left = 1 + random(6); left > 0; left -= 1) {
    const from = random(text.length + 1);
    const length = random(random(8) === 0 ? 2000 : 12);
    const head = text.slice(0, from);
    const cut = text.slice(from, from + length);
    const tail = text.slice(from + length);
    const piece = PIECES[random(PIECES.length)] ?? '';
    text =
      [
        () => head + tail,
        () => head + piece + cut + tail,
        () => head + piece + tail,
        () => head + cut + cut + tail,
        () => head,
        () => tail + head,
        () => head + String.fromCharCode(random(0x3000)) + cut + tail,
      ][random(7)]?.() ?? text;
  }
  return text;
}
