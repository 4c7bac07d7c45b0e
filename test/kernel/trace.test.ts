/**
 * The kernel judges `trace`: packets from everywhere to every address of captured cases' Services go through the rules
 * that `compile` prints, and what the kernel does with each is among what trace says.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evenly } from '../helpers/evenly.ts';
import { oracleCases } from '../helpers/oracle.ts';
import { packetsOf } from '../trace/model-packets.ts';
import { buildHosts, type Hosts } from './hosts.ts';
import { VARIANTS } from './load-and-save.ts';
import {
  type CompiledCase,
  compiledCases,
  load,
  packetFor,
  promised,
  seen,
  tracedHere,
} from './loaded-case.ts';
import { whyNoKernel } from './namespace.ts';

const RELEASES = ['1.14', '1.17', '1.23', '1.24', '1.26', '1.30', '1.36'] as const;
const IS_FULL = process.env['SVC2IPT_FULL'] === '1';
/** Each release gets one case of so many, in each variant other ones, so that together they have them all. */
const ONE_CASE_OF = RELEASES.length * VARIANTS.length;
const MOST_PACKETS = IS_FULL ? Infinity : 400;

interface Tally {
  asked: number;
  agree: number;
}

/** Packets with which the kernel does what trace does not name, with both answers. */
async function disagreements(hosts: Hosts, one: CompiledCase, tally: Tally): Promise<readonly string[]> {
  const packets = evenly(packetsOf(one.model, one.family), MOST_PACKETS).map((line) => packetFor(line, one));
  const answers = await hosts.ask(packets);
  tally.asked += packets.length;
  const wrong = packets.flatMap((packet, at) => {
    const expected = tracedHere(one, packet).map(promised);
    const actual = seen(answers[at], packet);
    const way = packet.local ? 'local' : packet.inInterface;
    return expected.includes(actual)
      ? []
      : [`${packet.source} (${way}) to ${packet.to}: trace ${expected.join(' | ')}; kernel ${actual}`];
  });
  tally.agree += packets.length - wrong.length;
  return wrong;
}

describe.skipIf(whyNoKernel() !== undefined).each(VARIANTS)('the kernel with iptables-%s', (variant) => {
  let hosts: Hosts;
  beforeAll(async () => {
    hosts = await buildHosts();
  });
  afterAll(async () => {
    await hosts.close();
  });

  it.each(RELEASES)(
    'does with packets what trace says, by the rules of %s',
    async (version) => {
      const tally = { asked: 0, agree: 0 };
      const wrong: string[] = [];
      const turn = RELEASES.indexOf(version) * VARIANTS.length + VARIANTS.indexOf(variant);
      for (const name of oracleCases().filter((_, at) => IS_FULL || at % ONE_CASE_OF === turn)) {
        const cases = compiledCases(name, version);
        await load(hosts, variant, cases);
        for (const one of cases) {
          for (const line of await disagreements(hosts, one, tally)) wrong.push(`${name}: ${line}`);
        }
      }
      process.stdout.write(
        `kernel against trace, iptables-${variant}, ${version}: ${tally.agree} agree / ${tally.asked} asked\n`,
      );
      expect(wrong).toEqual([]);
      expect(tally.asked).toBeGreaterThan(100);
    },
    IS_FULL ? 1_200_000 : 120_000,
  );

  it.each([
    {
      what: 'an endpoint',
      from: 'DNAT --to-destination 10.244.1.10:',
      to: 'DNAT --to-destination 10.244.1.99:',
    },
    { what: 'a mark', from: '--set-xmark 0x4000/0x4000', to: '--set-xmark 0x0/0x0' },
    { what: 'a verdict', from: '-j REJECT --reject-with icmp-port-unreachable', to: '-j DROP' },
  ])('does otherwise by rules with a mistake, which the same test finds: $what', async ({ from, to }) => {
    const found: string[] = [];
    for (const name of ['14-loadbalancer', '05-clusterip-no-endpoints']) {
      const cases = compiledCases(name, '1.36').filter(({ family }) => family === 'IPv4');
      for (const one of cases) {
        await load(hosts, variant, [{ ...one, restore: one.restore.replaceAll(from, to) }]);
        for (const line of await disagreements(hosts, one, { asked: 0, agree: 0 })) found.push(line);
      }
    }
    expect(found).not.toEqual([]);
  });
});
