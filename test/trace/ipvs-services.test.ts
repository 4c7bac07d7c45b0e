/**
 * Captured cases of mode ipvs: packets from everywhere to every address of every Service go where the manifests say. The
 * four parts are what real kube-proxy of the newest captured release left on a node, the answers come from an
 * independent model.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { sampled } from '../helpers/diff-oracle.ts';
import { capturedNode, ipvsCaptures, ipvsFolders } from '../helpers/ipvs-oracle.ts';
import { packetOfLine } from '../../src/trace/questions.ts';
import { tracePacket } from '../../src/trace/trace-packet.ts';
import { fromItself, IpvsServiceModel } from './ipvs-service-model.ts';
import { inWords, NODE_ADDRESSES, packetsOf, wordsOf } from './model-packets.ts';

const tally = { asked: 0, agree: 0 };
afterAll(() => {
  process.stdout.write(`trace in mode ipvs against manifests: ${tally.agree} agree / ${tally.asked} asked\n`);
});

const newest = ipvsCaptures().filter(({ version }) => version === '1.36');

/** Schedulers that do not give each real server the same share: who gets what is told in words. */
const inShares = (words: readonly string[]): readonly string[] =>
  words.map((line) => line.replace(/ (?:by .*?|1\/\d+) (?=true|false)/, ' '));

describe.each(newest.map((capture) => ({ ...capture })))('$case $ipFamily', (capture) => {
  const { ipFamily } = capture;
  const { manifests, config } = ipvsFolders(capture.case);
  const model = new IpvsServiceModel(manifests, NODE_ADDRESSES, ipFamily, config);
  const node = capturedNode(capture, NODE_ADDRESSES);
  const usual = packetsOf(model, ipFamily);

  it('goes where Services and endpoints say', () => {
    for (const packet of sampled([...usual, ...fromItself(model, usual)], 5)) {
      const line = { inInterface: undefined, local: false, ...packet, line: 1 };
      const found = packetOfLine(line, new Map([[ipFamily, node]]));
      if (typeof found === 'string') throw new Error(`nobody can ask for ${JSON.stringify(packet)}`);
      tally.asked += 1;
      const { outcomes } = tracePacket(node.program, found, false);
      expect(inShares(inWords(outcomes)), JSON.stringify(packet)).toEqual(
        inShares(wordsOf(model.answer(packet))),
      );
      tally.agree += 1;
    }
  });
});
