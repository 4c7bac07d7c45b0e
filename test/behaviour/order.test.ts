/** It does not matter in which order examples were found: the same is told of them. */
import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { summarize } from '../../src/behaviour/classes.ts';
import { examplesBetween } from '../../src/behaviour/compare-behaviour.ts';
import { textBehaviour } from '../../src/behaviour/text.ts';
import { type TracedNode } from '../../src/trace/node.ts';
import { sampled } from '../helpers/diff-oracle.ts';
import { type Capture, captures } from '../helpers/oracle.ts';
import { seeded, shuffled } from '../helpers/random.ts';
import { captureNode } from './capture-node.ts';

const nodeOf = ({ file, ipFamily }: Capture): TracedNode => captureNode(readFileSync(file, 'utf8'), ipFamily);

describe('what is told of examples', () => {
  it('does not depend on their order', async () => {
    const all = sampled(captures(), 97);
    const random = seeded(3);
    let most = 0;
    for (const [at, capture] of all.entries()) {
      await setImmediate();
      const other = all.slice(at + 1).find(({ ipFamily }) => ipFamily === capture.ipFamily);
      if (other === undefined) continue;
      const nodes = [nodeOf(capture), nodeOf(other)] as const;
      const { examples } = examplesBetween(...nodes);
      const told = textBehaviour(summarize(examples, ...nodes));
      most = Math.max(most, examples.length);
      for (let turn = 0; turn < 3; turn += 1)
        expect(textBehaviour(summarize(shuffled(examples, random), ...nodes))).toBe(told);
    }
    expect(most).toBeGreaterThan(100);
  }, 120_000);
});
