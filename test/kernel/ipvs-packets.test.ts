/**
 * The kernel judges `trace` in mode ipvs by all that is decided without IPVS: with the rules, the sets and the bound
 * addresses of a node, but without a virtual server, it does with packets what trace says of such a node. So sets, marks,
 * refused ports and source ranges are those of the kernel; what virtual servers choose is not tried here.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile, isOfMode } from '../../src/compile.ts';
import { NEWEST } from '../../src/dialect/version.ts';
import { IPVS } from '../../src/modes/ipvs/mode.ts';
import { compileIpvs } from '../../src/packets/ipvs/compile-program.ts';
import { type IpFamily } from '../../src/text/ip.ts';
import { compiledNode } from '../../src/trace/node.ts';
import { type TracedOutcome } from '../../src/trace/trace-packet.ts';
import { evenly } from '../helpers/evenly.ts';
import { ipvsCases, ipvsFolders, ipvsRequest } from '../helpers/ipvs-oracle.ts';
import { fromItself, IpvsServiceModel } from '../trace/ipvs-service-model.ts';
import { NODE_ADDRESSES, packetsOf } from '../trace/model-packets.ts';
import { buildHosts, type Hosts } from './hosts.ts';
import { type CompiledCase, EMPTY, packetFor, promised, seen, tracedHere } from './loaded-case.ts';
import { VARIANTS } from './load-and-save.ts';
import { whyNoKernel } from './namespace.ts';
import { joinPieces } from '../../src/text/pieces.ts';

const FAMILIES: readonly IpFamily[] = ['IPv4', 'IPv6'];
const IS_FULL = process.env['SVC2IPT_FULL'] === '1';
const MOST_PACKETS = IS_FULL ? Infinity : 250;
/** Of each kind of Service one; with SVC2IPT_FULL=1 all cases. */
const SAMPLE = ['08-', '12-', '19-', '26-', '30-', '50-', '60-'];
const CASES = ipvsCases().filter((name) => IS_FULL || SAMPLE.some((start) => name.startsWith(start)));

/** A case without its virtual servers, and what loads it. */
interface IpvsCase extends CompiledCase {
  readonly model: IpvsServiceModel;
  readonly sets: string;
  readonly addresses: readonly string[];
}

function compiledCase(name: string, family: IpFamily): IpvsCase {
  const { value } = compile(ipvsRequest(name, NEWEST, family));
  if (value === undefined || !isOfMode(value, 'ipvs')) throw new Error(`${name} does not compile`);
  const { manifests, config } = ipvsFolders(name);
  const program = compileIpvs({ ...value.model, servers: [] }, value.settings.nodeAddresses);
  const print = (part: string): string =>
    joinPieces(IPVS.print(value.model, { parts: [part], format: 'restore' }));
  return {
    family,
    node: { ...compiledNode(value), program },
    model: new IpvsServiceModel(manifests, NODE_ADDRESSES, family, config),
    // Without IPVS in the kernel nothing matches by it.
    restore: print('iptables').replace(/^-A .* -m ipvs .*\n/gm, ''),
    sets: print('ipset'),
    addresses: value.model.addresses,
  };
}

async function load(hosts: Hosts, variant: string, cases: readonly IpvsCase[]): Promise<void> {
  const program = (family: IpFamily): string =>
    `${family === 'IPv4' ? 'iptables' : 'ip6tables'}-${variant}-restore`;
  for (const family of FAMILIES) await hosts.onNode(program(family), [], EMPTY);
  await hosts.onNode('ipset', ['destroy']);
  await hosts.onNode('ip', ['address', 'flush', 'dev', 'lo', 'scope', 'global']);
  for (const { family, sets, restore, addresses } of cases) {
    await hosts.onNode('ipset', ['restore'], sets);
    await hosts.onNode(program(family), ['--noflush'], restore);
    for (const ip of addresses)
      await hosts.onNode('ip', ['address', 'add', ip, 'dev', 'lo', 'scope', 'global']);
  }
  await hosts.forget();
}

/** Packets with which the kernel does what trace does not name, with both answers. */
async function disagreements(hosts: Hosts, one: IpvsCase, tally: Tally): Promise<readonly string[]> {
  const usual = packetsOf(one.model, one.family);
  const lines = evenly([...usual, ...fromItself(one.model, usual)], MOST_PACKETS);
  const asked = lines.flatMap((line) => {
    const packet = packetFor(line, one);
    const outcomes = tracedHere(one, packet);
    const isToNode = one.addresses.includes(packet.destination);
    // What was masqueraded on its way to the node itself has another source in INPUT. IPVS would have taken it before.
    const isRewritten = isToNode && packet.local && outcomes.some(isMasqueraded);
    const expected = outcomes.map(promised);
    return isRewritten ? [] : [{ ...packet, isToNode, expected }];
  });
  const answers = await hosts.ask(asked);
  const wrong = asked.flatMap(({ expected, ...packet }, at) => {
    const actual = seen(answers[at], packet);
    const way = packet.local ? 'local' : packet.inInterface;
    return expected.includes(actual)
      ? []
      : [`${packet.source} (${way}) to ${packet.to}: trace ${expected.join(' | ')}; kernel ${actual}`];
  });
  tally.asked += asked.length;
  tally.agree += asked.length - wrong.length;
  return wrong;
}

const isMasqueraded = ({ path }: TracedOutcome): boolean =>
  path.some(({ rule }) => rule.text().includes('-j MASQUERADE'));

interface Tally {
  asked: number;
  agree: number;
}

describe.skipIf(whyNoKernel() !== undefined).each(IS_FULL ? VARIANTS : VARIANTS.slice(0, 1))(
  'the kernel with iptables-%s and ipset',
  (variant) => {
    const tally: Tally = { asked: 0, agree: 0 };
    let hosts: Hosts;
    beforeAll(async () => {
      hosts = await buildHosts();
    });
    afterAll(async () => {
      await hosts.close();
      process.stdout.write(
        `kernel against trace, mode ipvs without virtual servers, iptables-${variant}: ${tally.agree} agree / ${tally.asked} asked\n`,
      );
    });

    it.each(CASES)(
      'does with packets what trace says: %s',
      async (name) => {
        const cases = FAMILIES.map((family) => compiledCase(name, family));
        await load(hosts, variant, cases);
        const wrong: string[] = [];
        for (const one of cases) for (const line of await disagreements(hosts, one, tally)) wrong.push(line);
        expect(wrong).toEqual([]);
      },
      120_000,
    );

    it.each(['add KUBE-CLUSTER-IP ', 'add KUBE-IPVS-IPS ', 'add KUBE-LOAD-BALANCER-SOURCE-CIDR '])(
      'does otherwise without an entry, which the same test finds: %s',
      async (entry) => {
        const one = compiledCase('19-loadbalancer-source-ranges', 'IPv4');
        const lines = one.sets.split('\n').filter((line) => !line.startsWith(entry));
        await load(hosts, variant, [{ ...one, sets: lines.join('\n') }]);
        expect(await disagreements(hosts, one, { asked: 0, agree: 0 })).not.toEqual([]);
      },
    );
  },
);
