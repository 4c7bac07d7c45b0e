/**
 * A capture with one change is found exactly when some packet fares otherwise: an example that is told of is evaluated by
 * itself on both sides, and where nothing is told of, neither do concrete packets find anything.
 */
import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { compareBehaviour } from '../../src/behaviour/compare-behaviour.ts';
import { examiner } from '../../src/behaviour/chain-classes.ts';
import { captures } from '../helpers/oracle.ts';
import { sampled } from '../helpers/diff-oracle.ts';
import { mutantsOf } from '../modes/iptables/compare/mutation/mutants.ts';
import { seeded } from '../helpers/random.ts';
import { captureNode, OWN } from './capture-node.ts';
import { fateOf, isPossible, namedAs, piecesOf, somePacket } from './concrete-packets.ts';

const PACKETS = 400;

const score = { found: 0, same: 0, packets: 0 };
afterAll(() => {
  process.stdout.write(
    `behaviour of mutants: ${score.found} different, ${score.same} the same by ${score.packets} packets\n`,
  );
});

describe('a change of one rule', () => {
  const cases = sampled(captures(), 113);

  it('is found exactly when it matters to a packet', async () => {
    const wrong: string[] = [];
    for (const [seed, capture] of cases.entries()) {
      const text = readFileSync(capture.file, 'utf8');
      const original = captureNode(text, capture.ipFamily);
      for (const mutant of mutantsOf(text, seeded(seed), 1)) {
        await setImmediate();
        const changed = captureNode(mutant.text, capture.ipFamily);
        const about = `${capture.case} ${capture.version} ${capture.ipFamily}: ${mutant.mutation} (${mutant.about})`;
        const { classes, broken } = compareBehaviour(original, changed);
        expect(broken).toBeUndefined();
        const [one, other] = [original, changed].map(({ program }) => examiner()(program).scan);
        if (one === undefined || other === undefined) throw new Error('two programs give two scans');
        const tested = new Set([...one.tested].filter((list) => other.tested.has(list)));
        for (const { example } of classes) {
          const { box } = example.packet;
          const before = fateOf(original.program, namedAs(one, other, box), tested);
          const now = fateOf(changed.program, namedAs(other, one, box), tested);
          if (before === now) wrong.push(`${about}: no difference in ${before}`);
        }
        if (classes.length > 0) score.found += 1;
        else score.same += 1;
        if (classes.length > 0) continue;
        const pieces = piecesOf([text, mutant.text], capture.ipFamily, OWN);
        const random = seeded(seed);
        for (let turn = 0; turn < PACKETS; turn += 1) {
          const packet = somePacket(pieces, random);
          if (!isPossible(packet, original.program, [])) continue;
          score.packets += 1;
          const before = fateOf(original.program, packet, tested);
          const now = fateOf(changed.program, packet, tested);
          if (before !== now) wrong.push(`${about}: not found: ${before} | ${now}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  }, 3_600_000);
});
