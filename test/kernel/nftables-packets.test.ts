/**
 * Packets go where Services and EndpointSlices say by the rules that `compile` makes for mode nftables: a real kernel
 * takes them there.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NEWEST_CAPTURED } from '../helpers/newest-captured.ts';
import { printScript } from '../../src/netfilter/nftables/script.ts';
import { type IpFamily } from '../../src/text/ip.ts';
import { parseTarget } from '../../src/trace/target.ts';
import { evenly } from '../helpers/evenly.ts';
import { nftCaptures, nftRuleset } from '../helpers/nftables-oracle.ts';
import { NFT_ORACLE } from '../helpers/nftables-listings.ts';
import { NODE_ADDRESSES, packetsOf } from '../trace/model-packets.ts';
import { type ModelAnswer, type ModelPacket, ServiceModel } from '../trace/service-model.ts';
import { type Probe } from './conversation.ts';
import { buildHosts, type Hosts } from './hosts.ts';
import { seen } from './loaded-case.ts';
import { whyNoKernel } from './namespace.ts';

const FAMILIES: readonly IpFamily[] = ['IPv4', 'IPv6'];
const IS_FULL = process.env['SVC2IPT_FULL'] === '1';
const MOST_PACKETS = IS_FULL ? Infinity : 300;
const CASES = [
  ...new Set(
    nftCaptures()
      .filter(({ version, case: name }) => version === NEWEST_CAPTURED && !name.includes('+'))
      .map((capture) => capture.case),
  ),
];

function probeOf({ from, to, inInterface }: ModelPacket): Probe {
  const target = parseTarget(to);
  if (typeof target === 'string' || target.kind !== 'address') throw new Error(`${to} is no address`);
  const { address, port, protocol } = target;
  return { source: from, destination: address, port, protocol, inInterface };
}

/** What the model allows, in the words of {@link seen}. */
const wordsOf = ({ verdict, endpoints, masquerade }: ModelAnswer): readonly string[] =>
  verdict === 'DNAT'
    ? endpoints.map((endpoint) => {
        const [to = '', own = String(masquerade)] = endpoint.split(' ');
        return own === 'true' ? `DNAT ${to} masqueraded` : `DNAT ${to}`;
      })
    : [masquerade ? `${verdict} masqueraded` : verdict];

describe.skipIf(whyNoKernel() !== undefined)('in mode nftables packets go where Services say', () => {
  const tally = { asked: 0, agree: 0 };
  let hosts: Hosts;
  beforeAll(async () => {
    hosts = await buildHosts();
  });
  afterAll(async () => {
    await hosts.close();
    process.stdout.write(
      `kernel against manifests, nftables, ${NEWEST_CAPTURED}: ${tally.agree} agree / ${tally.asked} asked\n`,
    );
  });

  it.each(IS_FULL ? CASES : evenly(CASES, 10))('%s', async (name) => {
    for (const family of FAMILIES)
      await hosts.onNode('nft', ['-f', '-'], printScript(nftRuleset(name, NEWEST_CAPTURED, family)));
    await hosts.forget();
    for (const family of FAMILIES) {
      const model = new ServiceModel(join(NFT_ORACLE, name), NODE_ADDRESSES, family);
      const packets = evenly(packetsOf(model, family), MOST_PACKETS);
      const probes = packets.map(probeOf);
      const answers = await hosts.ask(probes);
      const wrong = packets.flatMap((packet, at) => {
        const [probe, expected] = [probes[at], wordsOf(model.answer(packet))];
        const actual = probe === undefined ? 'not asked' : seen(answers[at], probe);
        return expected.includes(actual)
          ? []
          : [`${JSON.stringify(packet)}: Services ${expected.join(' | ')}; kernel ${actual}`];
      });
      tally.asked += packets.length;
      tally.agree += packets.length - wrong.length;
      expect(wrong).toEqual([]);
    }
  });
});
