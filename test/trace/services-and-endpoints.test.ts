/**
 * Every captured case: packets from everywhere to every address of every Service go where the manifests say. The rules
 * are what real kube-proxy of the newest release left on a node, the answers come from an independent model.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readDump } from '../../src/modes/iptables/read-dump.ts';
import { NEWEST_CAPTURED } from '../helpers/newest-captured.ts';
import { dumpedNode } from '../../src/trace/node.ts';
import { packetOfLine } from '../../src/trace/questions.ts';
import { type TracedOutcome, tracePacket } from '../../src/trace/trace-packet.ts';
import { sampled } from '../helpers/diff-oracle.ts';
import { captures, ORACLE } from '../helpers/oracle.ts';
import { inWords, NODE_ADDRESSES, packetsOf, wordsOf } from './model-packets.ts';
import { type ModelPacket, ServiceModel } from './service-model.ts';

const tally = { asked: 0, agree: 0 };
afterAll(() => {
  process.stdout.write(`trace against manifests: ${tally.agree} agree / ${tally.asked} asked\n`);
});

const newest = captures().filter(({ version }) => version === NEWEST_CAPTURED);

describe.each(newest.map((capture) => ({ ...capture })))('$case $ipFamily', (capture) => {
  const model = new ServiceModel(join(ORACLE, capture.case), NODE_ADDRESSES, capture.ipFamily);
  const source = { name: capture.file, text: readFileSync(capture.file, 'utf8') };
  const dump = readDump(source, capture.ipFamily).value;
  if (dump === undefined) throw new Error(`${capture.file} cannot be read`);
  const nodes = new Map([[capture.ipFamily, dumpedNode(dump, NODE_ADDRESSES, undefined)]]);

  const ask = (packet: ModelPacket): readonly TracedOutcome[] => {
    const line = { inInterface: undefined, local: false, ...packet, line: 1 };
    const found = packetOfLine(line, nodes);
    const node = nodes.get(capture.ipFamily);
    if (typeof found === 'string' || node === undefined)
      throw new Error(`nobody can ask for ${JSON.stringify(packet)}`);
    return tracePacket(node.program, found, false).outcomes;
  };

  it('goes where Services and endpoints say', () => {
    for (const packet of sampled(packetsOf(model, capture.ipFamily), 5)) {
      tally.asked += 1;
      expect(inWords(ask(packet)), JSON.stringify(packet)).toEqual(wordsOf(model.answer(packet)));
      tally.agree += 1;
    }
  });
});
