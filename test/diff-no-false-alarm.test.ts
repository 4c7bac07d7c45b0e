import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { counted, mixed, reordered, respelled } from './modes/iptables/compare/mutation/meaningless.ts';
import { type Random, seeded } from './modes/iptables/compare/mutation/random.ts';
import { diffCapture, type Knowledge, sampled, told } from './helpers/diff-oracle.ts';
import { type Capture, captures } from './helpers/oracle.ts';

const VARIANTS: Readonly<Record<string, (save: string, random: Random, program: string) => string>> = {
  'as captured': (save) => save,
  'in another order': reordered,
  'with counters and remarks': counted,
  'spelled otherwise': (save) => respelled(save),
  "with other software's chains": mixed,
  'with all of these': (save, random, program) =>
    counted(respelled(mixed(reordered(save, random), random, program)), random, program),
};

const tally = { tried: 0, silent: 0 };
afterAll(() => {
  process.stdout.write(`no false alarm: ${tally.silent} silent / ${tally.tried} tried\n`);
});

/** Sampling takes another share of the captures for each way to look at them. */
const shareOf = (at: number): readonly Capture[] => sampled(captures().slice(at), 23);

const WAYS = (['given', 'recognised', 'inferred'] as const).flatMap((knowledge) =>
  Object.keys(VARIANTS).map((variant): readonly [Knowledge, string] => [knowledge, variant]),
);

describe.each(WAYS)('a correct node with settings %s, %s', (knowledge, variant) => {
  const at = WAYS.findIndex((way) => way[0] === knowledge && way[1] === variant);
  it('raises no alarm', async () => {
    for (const [seed, capture] of shareOf(at).entries()) {
      // Long runs must let the test runner breathe.
      await setImmediate();
      const program = capture.ipFamily === 'IPv4' ? 'iptables-save' : 'ip6tables-save';
      const text = VARIANTS[variant]?.(readFileSync(capture.file, 'utf8'), seeded(seed), program) ?? '';
      const { comparison, versions } = diffCapture(capture, text, knowledge);
      const label = `${capture.case} ${capture.version} ${capture.ipFamily}`;
      tally.tried += 1;
      expect(told(comparison), label).toEqual([]);
      expect(versions, label).toContain(capture.version);
      tally.silent += 1;
    }
  }, 3_600_000);
});
