/**
 * Captured cases of mode nftables: packets from everywhere to every address of every Service go where the manifests
 * say. The rules are what real kube-proxy of the newest captured release left on a node, the answers come from an
 * independent model.
 */
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { rankOf } from '../../src/dialect/version.ts';
import { readList } from '../../src/netfilter/nftables/list.ts';
import { dumpedRulesetNode } from '../../src/trace/node.ts';
import { packetOfLine } from '../../src/trace/questions.ts';
import { type TracedOutcome, tracePacket } from '../../src/trace/trace-packet.ts';
import { sampled } from '../helpers/diff-oracle.ts';
import { listingSource, NFT_ORACLE } from '../helpers/nftables-listings.ts';
import { nftCaptures } from '../helpers/nftables-oracle.ts';
import { inWords, NODE_ADDRESSES, packetsOf, wordsOf } from './model-packets.ts';
import { type ModelPacket, ServiceModel } from './service-model.ts';

const tally = { asked: 0, agree: 0 };
afterAll(() => {
  process.stdout.write(
    `trace in mode nftables against manifests: ${tally.agree} agree / ${tally.asked} asked\n`,
  );
});

const all = nftCaptures();
const newestRank = Math.max(...all.map(({ version }) => rankOf(version)));
const folderOf = (name: string): string => join(NFT_ORACLE, name.split('+')[0] ?? name);
const newest = all.filter(({ version }) => rankOf(version) === newestRank);

describe.each(newest.map((capture) => ({ ...capture })))('$case $ipFamily', (capture) => {
  const { ipFamily } = capture;
  const model = new ServiceModel(folderOf(capture.case), NODE_ADDRESSES, ipFamily);
  const { value } = readList(listingSource(capture));
  if (value === undefined) throw new Error(`${capture.file} cannot be read`);
  const node = dumpedRulesetNode(value, ipFamily, NODE_ADDRESSES, undefined);

  const ask = (packet: ModelPacket): readonly TracedOutcome[] => {
    const line = { inInterface: undefined, local: false, ...packet, line: 1 };
    const found = packetOfLine(line, new Map([[ipFamily, node]]));
    if (typeof found === 'string') throw new Error(`nobody can ask for ${JSON.stringify(packet)}`);
    return tracePacket(node.program, found, false).outcomes;
  };

  it('goes where Services and endpoints say', () => {
    for (const packet of sampled(packetsOf(model, ipFamily), 5)) {
      tally.asked += 1;
      expect(inWords(ask(packet)), JSON.stringify(packet)).toEqual(wordsOf(model.answer(packet)));
      tally.agree += 1;
    }
  });
});
