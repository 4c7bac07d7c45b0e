/** Connections are shared out among endpoints as `trace` says, and stay with their endpoint where they shall. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { valueOf } from '../../src/packets/deferred-share.ts';
import { toNumber } from '../../src/packets/rational.ts';
import { formatEndpoint } from '../../src/trace/packet.ts';
import { probabilityOfCounts } from '../helpers/chi-squared.ts';
import { type ModelPacket } from '../trace/service-model.ts';
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

const RELEASES = ['1.14', '1.17', '1.23', '1.36'] as const;
/** Counts that right shares bring about less often than this are taken for the work of wrong ones. */
const SIGNIFICANCE = 1e-9;
const CONNECTIONS = 3000;
const ELEVEN = '04-clusterip-eleven-endpoints';
const THREE = '03-clusterip-three-endpoints-httpd';
const STICKY = '29-session-affinity-clusterip';

function onlyCase(name: string, version: (typeof RELEASES)[number]): CompiledCase {
  const found = compiledCases(name, version).find(({ family }) => family === 'IPv4');
  if (found === undefined) throw new Error(`${name} has no rules in ${version}`);
  return found;
}

/** A client outside asks for the first cluster IP of a case. */
function lineTo({ model }: CompiledCase, from = '203.0.113.5'): ModelPacket {
  const portal = model.portals.find(({ kind }) => kind === 'cluster');
  if (portal === undefined) throw new Error('no Service has a cluster IP');
  return { from, inInterface: 'eth0', to: `${portal.ip ?? ''}:${portal.port}/${portal.protocol}` };
}

/** How probable it is that the kernel shares out connections like this, if trace is right. */
async function probability(hosts: Hosts, one: CompiledCase): Promise<number> {
  const packet = packetFor(lineTo(one), one);
  const shares = new Map(
    tracedHere(one, packet).map((outcome) => [promised(outcome), toNumber(valueOf(outcome.kernelShare))]),
  );
  const counts = new Map<string, number>();
  for (const answer of await hosts.ask(Array.from({ length: CONNECTIONS }, () => packet))) {
    const to = seen(answer, packet);
    counts.set(to, (counts.get(to) ?? 0) + 1);
  }
  return probabilityOfCounts(counts, shares);
}

describe.skipIf(whyNoKernel() !== undefined).each(VARIANTS)('the kernel with iptables-%s', (variant) => {
  let hosts: Hosts;
  beforeAll(async () => {
    hosts = await buildHosts();
  });
  afterAll(async () => {
    await hosts.close();
  });

  it.each(RELEASES)('shares out connections as trace says, by the rules of %s', async (version) => {
    for (const name of [THREE, ELEVEN]) {
      const one = onlyCase(name, version);
      await load(hosts, variant, [one]);
      expect(await probability(hosts, one), name).toBeGreaterThan(SIGNIFICANCE);
    }
  });

  it('shares them out otherwise by a wrong probability, which the same test finds', async () => {
    const one = onlyCase(THREE, '1.36');
    const [right = ''] = /--probability 0\.3\d+/.exec(one.restore) ?? [];
    expect(right).not.toBe('');
    for (const wrong of ['0.25', '0.5']) {
      await load(hosts, variant, [{ ...one, restore: one.restore.replace(right, `--probability ${wrong}`) }]);
      expect(await probability(hosts, one), wrong).toBeLessThan(SIGNIFICANCE);
    }
  });

  it.each(RELEASES)('keeps clients with their endpoint by session affinity of %s', async (version) => {
    const one = onlyCase(STICKY, version);
    await load(hosts, variant, [one]);
    const clients = Array.from({ length: 20 }, (_, at) => packetFor(lineTo(one, `203.0.113.${at + 1}`), one));
    const first = await hosts.ask(clients);
    const endpoints = clients.map((packet, at) => seen(first[at], packet));
    const [some] = clients;
    const possible = some === undefined ? [] : tracedHere(one, some).map(promised);
    // Twenty clients choose the same one of two endpoints once in half a million times.
    expect(new Set(endpoints).size).toBeGreaterThan(1);
    expect(possible).toEqual(expect.arrayContaining([...new Set(endpoints)]));
    for (let round = 0; round < 4; round += 1) {
      const again = await hosts.ask(clients);
      expect(clients.map((packet, at) => seen(again[at], packet))).toEqual(endpoints);
    }
    const known = first.map((answer, at) => {
      const knownTo = answer.verdict === 'SENT' ? formatEndpoint(answer.address, answer.port) : undefined;
      return packetFor({ ...lineTo(one, `203.0.113.${at + 1}`), knownTo }, one);
    });
    expect(known.map((packet) => tracedHere(one, packet).map(promised))).toEqual(
      endpoints.map((endpoint) => [endpoint]),
    );
  });
});
