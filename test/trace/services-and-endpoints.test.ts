/**
 * Every captured case: packets from everywhere to every address of every Service go where the manifests say. The rules
 * are what real kube-proxy of the newest release left on a node, the answers come from an independent model.
 */
import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readDump } from '../../src/modes/iptables/read-dump.ts';
import { NEWEST } from '../../src/dialect/version.ts';
import { formatRational } from '../../src/packets/rational.ts';
import { dumpedNode } from '../../src/trace/node.ts';
import { packetOfLine } from '../../src/trace/questions.ts';
import { type TracedOutcome, tracePacket } from '../../src/trace/trace-packet.ts';
import { sampled } from '../helpers/diff-oracle.ts';
import { captures, ORACLE } from '../helpers/oracle.ts';
import { type ModelAnswer, type ModelPacket, ServiceModel } from './service-model.ts';

const NODE_ADDRESSES = ['192.168.0.2', '10.1.0.2', 'fd00:192::2'];
const tally = { asked: 0, agree: 0 };
afterAll(() => {
  process.stdout.write(`trace against manifests: ${tally.agree} agree / ${tally.asked} asked\n`);
});

const newest = captures().filter(({ version }) => version === NEWEST);

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

/** Each client to each address and port; beside them, ports and addresses that no Service has. */
function packetsOf(model: ServiceModel, family: 'IPv4' | 'IPv6'): readonly ModelPacket[] {
  const isSix = family === 'IPv6';
  const own = NODE_ADDRESSES.filter((ip) => isIPv6(ip) === isSix);
  const format = (ip: string): string => (isSix ? `[${ip}]` : ip);
  const destinations = new Set<string>();
  for (const { ip, port, protocol, endpoints } of model.portals) {
    for (const address of ip === undefined ? [...own, isSix ? '::1' : '127.0.0.1'] : [ip]) {
      destinations.add(`${format(address)}:${port}/${protocol}`);
    }
    if (ip !== undefined) {
      destinations.add(`${format(ip)}:${port + 1}/${protocol}`);
      destinations.add(`${format(ip)}:${port}/${protocol === 'TCP' ? 'UDP' : 'TCP'}`);
    }
    for (const endpoint of endpoints.slice(0, 1)) {
      destinations.add(`${format(endpoint.ip)}:${endpoint.port}/${protocol}`);
    }
  }
  const pods = model.portals.flatMap(({ endpoints }) =>
    endpoints.filter(({ local }) => local).map(({ ip }) => ip),
  );
  const clients = clientsOf(own, isSix, pods);
  return [...destinations].flatMap((to) => clients(to));
}

function clientsOf(
  own: readonly string[],
  isSix: boolean,
  pods: readonly string[],
): (to: string) => readonly ModelPacket[] {
  const [node = ''] = own;
  const pod = isSix ? 'fd00:10:244:1::77' : '10.244.1.77';
  const outside = isSix
    ? ['2001:db8::9', 'fd00:192::9']
    : ['172.30.9.9', '203.0.113.5', '192.168.0.77', '10.0.0.9', '10.244.2.77'];
  const loopback = isSix ? '::1' : '127.0.0.1';
  return (to) => {
    const isToLoopback = to.startsWith(isSix ? '[::1]' : '127.');
    const local: readonly ModelPacket[] = own.map((from) => ({ from, local: true, to }));
    // What comes from another host for a loopback address is dropped ahead of all rules.
    if (isToLoopback) return [{ from: loopback, local: true, to }];
    return [
      ...local,
      { from: pod, inInterface: 'veth1', to },
      { from: pod, inInterface: 'cbr0', to },
      ...[...new Set(pods)]
        .filter((ip) => ip !== node)
        .slice(0, 3)
        .map((from) => ({ from, inInterface: 'veth2', to })),
      ...outside.map((from) => ({ from, inInterface: 'eth0', to })),
    ];
  };
}

/** A line for each endpoint, in the order of their text. */
const inWords = (outcomes: readonly TracedOutcome[]): readonly string[] =>
  outcomes
    .map(({ verdict, to, share, masquerade, undecided }) =>
      [verdict, to, formatRational(share), masquerade, ...undecided].join(' '),
    )
    .sort();

function wordsOf({ verdict, endpoints, masquerade }: ModelAnswer): readonly string[] {
  if (verdict !== 'DNAT') return [`${verdict}  1 ${masquerade}`];
  const share = endpoints.length === 1 ? '1' : `1/${endpoints.length}`;
  return endpoints
    .map((endpoint) => {
      const [to = '', own = String(masquerade)] = endpoint.split(' ');
      return `DNAT ${to} ${share} ${own}`;
    })
    .sort();
}
