import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { mutantsOf } from './modes/iptables/compare/mutation/mutants.ts';
import { nftMutantsOf } from './modes/nftables/compare/mutation/mutants.ts';
import { diffCapture, diffNftCapture, sampled } from './helpers/diff-oracle.ts';
import { scoreboard } from './helpers/mutant.ts';
import { nftCaptures } from './helpers/nftables-oracle.ts';
import { captures } from './helpers/oracle.ts';
import { seeded } from './helpers/random.ts';

/** Of each mutation so many a capture. */
const MUTANTS = 2;

/** What is told as well in other words, for want of anything that could tell which of both happened. */
const MAY_BE_TOLD_OTHERWISE = 3 / 1000;

/** Another release may write what is left of the endpoints in mode nftables, so that the release has to be given. */
const LOSES_ENDPOINT = new Set(['drop an endpoint', 'let another endpoint have the share of one']);

const ofIptables = scoreboard();
const ofNftables = scoreboard();
afterAll(() => {
  ofIptables.print('mutants');
  ofNftables.print('mutants of mode nftables');
});

const knowledgeOf = (tried: number): 'recognised' | 'given' => (tried % 2 === 1 ? 'recognised' : 'given');

describe('a node whose rules were tampered with', () => {
  it('is found out, rule by rule and Service by Service', async () => {
    const unlike: string[] = [];
    for (const [seed, capture] of sampled(captures(), 37).entries()) {
      // Long runs must let the test runner breathe.
      await setImmediate();
      for (const mutant of mutantsOf(readFileSync(capture.file, 'utf8'), seeded(seed), MUTANTS)) {
        const knowledge = knowledgeOf(ofIptables.count(mutant.mutation));
        const { comparison } = diffCapture(capture, mutant.text, knowledge);
        const complaint = ofIptables.judge(mutant, comparison);
        if (complaint !== undefined)
          unlike.push(`${capture.case} ${capture.version} ${capture.ipFamily} ${knowledge}: ${complaint}`);
      }
    }
    const { tried, found } = ofIptables.total();
    expect(found).toBe(tried);
    expect(unlike.slice(Math.floor(tried * MAY_BE_TOLD_OTHERWISE))).toEqual([]);
  }, 3_600_000);

  it('is found out in mode nftables, element by element', async () => {
    const unlike: string[] = [];
    for (const [seed, capture] of sampled(nftCaptures(), 151).entries()) {
      await setImmediate();
      for (const mutant of nftMutantsOf(readFileSync(capture.file, 'utf8'), seeded(seed), MUTANTS)) {
        const knowledge = LOSES_ENDPOINT.has(mutant.mutation)
          ? 'given'
          : knowledgeOf(ofNftables.count(mutant.mutation));
        const { comparison } = diffNftCapture(capture, mutant.text, knowledge);
        const complaint = ofNftables.judge(mutant, comparison);
        if (complaint !== undefined)
          unlike.push(`${capture.case} ${capture.version} ${capture.ipFamily} ${knowledge}: ${complaint}`);
      }
    }
    const { tried, found } = ofNftables.total();
    expect(found).toBe(tried);
    expect(unlike.slice(Math.floor(tried * MAY_BE_TOLD_OTHERWISE))).toEqual([]);
  }, 3_600_000);
});
