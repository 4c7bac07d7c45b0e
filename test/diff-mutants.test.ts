import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { portNameOf } from '../src/modes/iptables/compare/difference.ts';
import { type Mutant, mutantsOf } from './modes/iptables/compare/mutation/mutants.ts';
import { seeded } from './modes/iptables/compare/mutation/random.ts';
import { diffCapture, sampled } from './helpers/diff-oracle.ts';
import { type Capture, captures } from './helpers/oracle.ts';

/** Of each mutation so many a capture. */
const MUTANTS = 2;

interface Score {
  tried: number;
  /** Exit code 1. */
  found: number;
  /** One finding, of the right kind, for the right Service. */
  named: number;
}

const scores = new Map<string, Score>();

afterAll(() => {
  const total: Score = { tried: 0, found: 0, named: 0 };
  for (const [mutation, score] of scores) {
    process.stdout.write(`${mutation}: ${score.found} found, ${score.named} named / ${score.tried}\n`);
    total.tried += score.tried;
    total.found += score.found;
    total.named += score.named;
  }
  process.stdout.write(`mutants: ${total.found} found, ${total.named} named / ${total.tried} tried\n`);
});

function judge(capture: Capture, mutant: Mutant): string | undefined {
  const score = scores.get(mutant.mutation) ?? { tried: 0, found: 0, named: 0 };
  scores.set(mutant.mutation, score);
  score.tried += 1;
  const knowledge = score.tried % 2 === 0 ? 'recognised' : 'given';
  const { differences } = diffCapture(capture, mutant.text, knowledge).comparison;
  const told = differences.map(
    ({ kind, service }) => `${kind} ${service === undefined ? 'node' : portNameOf(service)}`,
  );
  const wanted = mutant.verdict.kinds.map((kind) => `${kind} ${mutant.verdict.owner ?? 'node'}`);
  if (differences.length > 0) score.found += 1;
  if (differences.length === 1 && wanted.includes(told[0] ?? '')) {
    score.named += 1;
    return undefined;
  }
  const where = `${capture.case} ${capture.version} ${capture.ipFamily} ${knowledge}`;
  return `${where}: ${mutant.mutation} (${mutant.about}): ${told.join('; ')} instead of ${wanted.join(' or ')}`;
}

/** What is told as well in other words, for want of anything that could tell which of both happened. */
const MAY_BE_TOLD_OTHERWISE = 3 / 1000;

describe('a node whose rules were tampered with', () => {
  it('is found out, rule by rule and Service by Service', async () => {
    const unlike: string[] = [];
    let tried = 0;
    for (const [seed, capture] of sampled(captures(), 37).entries()) {
      // Long runs must let the test runner breathe.
      await setImmediate();
      for (const mutant of mutantsOf(readFileSync(capture.file, 'utf8'), seeded(seed), MUTANTS)) {
        const complaint = judge(capture, mutant);
        if (complaint !== undefined) unlike.push(complaint);
        tried += 1;
      }
    }
    const found = [...scores.values()].reduce((sum, score) => sum + score.found, 0);
    expect(found).toBe(tried);
    expect(unlike.slice(Math.floor(tried * MAY_BE_TOLD_OTHERWISE))).toEqual([]);
  }, 3_600_000);
});
