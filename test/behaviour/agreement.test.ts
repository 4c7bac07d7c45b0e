/**
 * What the rules alone show to be treated alike is treated alike: each set of packets that is not examined for
 * that reason is examined here, for captures with one change and for captures of other releases.
 */
import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { agreementOf } from '../../src/behaviour/agreement.ts';
import { examiner } from '../../src/behaviour/chain-classes.ts';
import { clientSums } from '../../src/behaviour/client-sums.ts';
import { effectsByAnswers } from '../../src/behaviour/answers.ts';
import { differing } from '../../src/behaviour/differing.ts';
import { questionsFor } from '../../src/behaviour/questions.ts';
import { evaluate } from '../../src/packets/evaluate.ts';
import { type Program } from '../../src/packets/program.ts';
import { type Rules, programOf } from '../packets/trace-rules.ts';
import { captures } from '../helpers/oracle.ts';
import { sampled } from '../helpers/diff-oracle.ts';
import { mutantsOf } from '../modes/iptables/compare/mutation/mutants.ts';
import { seeded } from '../helpers/random.ts';
import { captureNode } from './capture-node.ts';

const score = { asked: 0, alike: 0 };
afterAll(() => {
  process.stdout.write(`shown alike by rules alone: ${score.alike} of ${score.asked} sets of packets\n`);
});

/** Sets of packets that are said to be treated alike, and are not. */
function wronglyAlike(programs: readonly [Program, Program]): readonly string[] {
  const examine = examiner();
  const examined = [examine(programs[0]), examine(programs[1])] as const;
  const treatedAlike = agreementOf({ programs, examined });
  const wrong: string[] = [];
  const scans = [examined[0].scan, examined[1].scan] as const;
  for (const box of questionsFor({ programs, scans, senders: undefined })) {
    score.asked += 1;
    if (!treatedAlike(box)) continue;
    score.alike += 1;
    const [one, other] = programs.map(
      (program) => evaluate(program, box, { knownClients: undefined }).outcomes,
    );
    const parts = differing(
      one ?? [],
      other ?? [],
      effectsByAnswers([...(one ?? []), ...(other ?? [])]),
      clientSums(),
    );
    for (const { effect } of parts) wrong.push(`${box.fields.destination.join()}: ${effect}`);
  }
  return wrong;
}

describe('packets that meet the same rules', () => {
  it('are treated alike by mutants', async () => {
    for (const [seed, capture] of sampled(captures(), 211).entries()) {
      const text = readFileSync(capture.file, 'utf8');
      const { program } = captureNode(text, capture.ipFamily);
      for (const mutant of mutantsOf(text, seeded(seed), 1)) {
        await setImmediate();
        const other = captureNode(mutant.text, capture.ipFamily).program;
        expect(wronglyAlike([program, other]), `${capture.file}: ${mutant.about}`).toEqual([]);
      }
    }
    expect(score.alike).toBeGreaterThan(score.asked / 2);
  }, 3_600_000);

  const NAT = ['-A PREROUTING -j VIPS', '-A VIPS -d 10.96.0.1/32 -j POD', '-A VIPS -d 10.96.0.2/32 -j POD2'];
  const POD = '-A POD -j DNAT --to-destination 10.244.1.5:8080';
  const POD2 = '-A POD2 -j DNAT --to-destination 10.244.1.6:8080';
  const WEB: Rules = { nat: [...NAT, POD, POD2] };

  it.each<[string, Rules, number]>([
    ['the same rules', WEB, 0],
    [
      'other names of chains',
      { nat: [...NAT, POD, POD2].map((rule) => rule.replaceAll('VIPS', 'A').replaceAll('POD2', 'B')) },
      0,
    ],
    ['another endpoint of one address', { nat: [...NAT, POD, POD2.replace('1.6', '1.7')] }, 2],
    ['a rule that only counts', { ...WEB, filter: ['-A FORWARD -s 10.0.0.0/8'] }, 0],
    ['a rule behind nat for one endpoint', { ...WEB, filter: ['-A FORWARD -d 10.244.1.6/32 -j DROP'] }, 12],
    ['a rule behind nat for another address', { ...WEB, filter: ['-A FORWARD -d 10.244.1.9/32 -j DROP'] }, 4],
    ['a chain that is not there', { nat: [...NAT, POD] }, 2],
    ['a chain that leads to itself', { nat: [...NAT, POD, '-A POD2 -j POD2'] }, 2],
    ['a policy', { ...WEB, filter: ['-P FORWARD DROP'] }, 10],
  ])('%s', (_what, rules, examined) => {
    const programs = [programOf(WEB), programOf(rules)] as const;
    const examine = examiner();
    const found = [examine(programs[0]), examine(programs[1])] as const;
    const treatedAlike = agreementOf({ programs, examined: found });
    const scans = [found[0].scan, found[1].scan] as const;
    const boxes = [...questionsFor({ programs, scans, senders: undefined })];
    expect(boxes.filter((box) => !treatedAlike(box))).toHaveLength(examined);
    expect(wronglyAlike(programs)).toEqual([]);
  });
});
