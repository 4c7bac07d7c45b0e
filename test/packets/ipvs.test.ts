/** What IPVS does with packets: virtual servers, schedulers, weights, persistence, and `-m ipvs`. */
import { describe, expect, it } from 'vitest';
import { readDump } from '../../src/modes/iptables/read-dump.ts';
import { readSets } from '../../src/netfilter/ipset/read.ts';
import { readServers } from '../../src/netfilter/ipvs/read.ts';
import { compileIpvs } from '../../src/packets/ipvs/compile-program.ts';
import { type Program } from '../../src/packets/program.ts';
import { tracePacket } from '../../src/trace/trace-packet.ts';
import { packetsFor } from '../../src/trace/questions.ts';
import { type Asked, inWords, NODE_ADDRESSES, type Rules, saveText, traceProgram } from './trace-rules.ts';

const VIP = '10.96.0.1';

/** A node with virtual servers, and 10.96.0.1 on kube-ipvs0. */
function nodeOf(servers: string, rules: Rules = {}, sets = ''): Program {
  const dump = readDump({ name: 'rules', text: saveText({ filter: [], ...rules }) }, 'IPv4').value;
  const table = readServers({ name: 'servers', text: servers });
  if (dump === undefined || table.value === undefined) throw new Error(JSON.stringify(table.problems));
  const node = {
    family: 'IPv4' as const,
    rules: dump,
    sets: readSets({ name: 'sets', text: sets }).value ?? [],
    servers: table.value,
    addresses: [VIP],
  };
  return compileIpvs(node, NODE_ADDRESSES);
}

/** A line for each outcome; in place of the share what else decides. */
function outcomes(program: Program, asked: Asked = {}): readonly string[] {
  const traced = traceProgram(program, asked);
  return inWords(traced).map((line, at) =>
    line.replace(/^\S+/, traced.outcomes[at]?.chosenBy ?? line.split(' ')[0] ?? ''),
  );
}

const server = (scheduler: string, weights: readonly number[], options = ''): string =>
  [
    `-A -t ${VIP}:80 -s ${scheduler}${options}`,
    ...weights.map((weight, at) => `-a -t ${VIP}:80 -r 10.244.1.${at + 1}:8080 -m -w ${weight}`),
    '',
  ].join('\n');

describe('a scheduler', () => {
  const TO = (at: number): string => `DNAT 10.244.1.${at}:8080`;

  it.each([
    ['rr', [1, 5], '', [`1/2 ${TO(1)}`, `1/2 ${TO(2)}`]],
    ['rr', [1, 0, 1], '', [`1/2 ${TO(1)}`, `1/2 ${TO(3)}`]],
    ['wrr', [1, 2, 0], '', [`1/3 ${TO(1)}`, `2/3 ${TO(2)}`]],
    ['lc', [1, 1], '', [`by load ${TO(1)}`, `by load ${TO(2)}`]],
    ['wlc', [1, 3], '', [`by load ${TO(1)}`, `by load ${TO(2)}`]],
    ['sed', [1, 1, 0], '', [`by load ${TO(1)}`, `by load ${TO(2)}`]],
    ['nq', [0, 1], '', [`1 ${TO(2)}`]],
    ['twos', [1, 1], '', [`by load ${TO(1)}`, `by load ${TO(2)}`]],
    ['lblc', [1, 1], '', [1, 2].map((at) => `by address of the Service and load ${TO(at)}`)],
    ['lblcr', [1, 1], '', [1, 2].map((at) => `by address of the Service and load ${TO(at)}`)],
    ['dh', [1, 1], '', [1, 2].map((at) => `by address of the Service ${TO(at)}`)],
    ['sh', [1, 1], '', [1, 2].map((at) => `by client address ${TO(at)}`)],
    ['sh', [1, 1], ' -b sh-port', [1, 2].map((at) => `by client address and port ${TO(at)}`)],
    ['mh', [1, 1, 0], ' -b mh-port', [1, 2].map((at) => `by client address and port ${TO(at)}`)],
    ['mh', [1, 1], '', [1, 2].map((at) => `by client address ${TO(at)}`)],
    ['fo', [1, 3, 2], '', [`1 ${TO(2)}`]],
    ['fo', [2, 2, 1], '', [`by rank ${TO(1)}`, `by rank ${TO(2)}`]],
    ['ovf', [2, 1], '', [`by rank and load ${TO(1)}`, `by rank and load ${TO(2)}`]],
    ['own', [1, 1], '', [`by scheduler own ${TO(1)}`, `by scheduler own ${TO(2)}`]],
    // Clients whose place in the hash table is that of a server of weight 0 are refused.
    ['sh', [1, 0], '', ['by client address REJECT', `by client address ${TO(1)}`]],
    ['sh', [1, 0], ' -b sh-fallback', [`1 ${TO(1)}`]],
    ['sh', [0, 0], '', ['1 REJECT']],
    ['rr', [0], '', ['1 REJECT']],
    ['rr', [], '', ['1 REJECT']],
  ])('%s %j %s', (scheduler, weights, options, expected) => {
    expect(outcomes(nodeOf(server(scheduler, weights, options)))).toEqual(expected);
  });
});

describe('a virtual server', () => {
  const RR = server('rr', [1]);

  it('takes new connections to its address, port and protocol', () => {
    expect(outcomes(nodeOf(RR), { to: `${VIP}:81` })).toEqual(['1 ACCEPT']);
    expect(outcomes(nodeOf(RR), { to: `${VIP}:80/UDP` })).toEqual(['1 ACCEPT']);
    expect(outcomes(nodeOf(RR), { to: '10.96.0.2:80' })).toEqual(['1 ACCEPT']);
    // Without the address on an interface, packets for it are forwarded.
    expect(outcomes(nodeOf(RR.replaceAll(VIP, '10.96.0.2')), { to: '10.96.0.2:80' })).toEqual(['1 ACCEPT']);
  });

  it('of every port, and of a mark', () => {
    const any = `-A -t ${VIP}:0 -s rr -p 300\n-a -t ${VIP}:0 -r 10.244.1.9:0 -m -w 1\n`;
    expect(outcomes(nodeOf(any + RR), { to: `${VIP}:81` })).toEqual(['1 DNAT 10.244.1.9:81']);
    expect(outcomes(nodeOf(any + RR))).toEqual(['1 DNAT 10.244.1.1:8080']);
    const marked = '-A -f 5 -s rr\n-a -f 5 -r 10.244.1.7:0 -m -w 1\n';
    const mangle = ['-A PREROUTING -s 172.30.9.9 -j MARK --set-xmark 0x5/0xffffffff'];
    expect(outcomes(nodeOf(RR + marked, { mangle }))).toEqual(['1 DNAT 10.244.1.7:80']);
    expect(outcomes(nodeOf(RR + marked, { mangle }), { from: '172.30.9.8' })).toEqual([
      '1 DNAT 10.244.1.1:8080',
    ]);
  });

  it('with tunnels is followed as far as the server', () => {
    expect(outcomes(nodeOf(RR.replace(' -m ', ' -i ')))).toEqual([
      '1 DNAT 10.244.1.1:8080 ipvs/10.96.0.1:80/TCP:1: forwarding by tunnel: ignored',
    ]);
  });

  it('stands behind table filter for what comes in, and sends it through OUTPUT and POSTROUTING', () => {
    const dropping = (...filter: readonly string[]): readonly string[] => outcomes(nodeOf(RR, { filter }));
    expect(dropping(`-A INPUT -d ${VIP} -j DROP`)).toEqual(['1 DROP']);
    expect(dropping(`-A FORWARD -j DROP`)).toEqual(['1 DNAT 10.244.1.1:8080']);
    expect(dropping(`-A OUTPUT -d 10.244.1.1 -j DROP`)).toEqual(['1 DROP']);
    expect(dropping(`-A OUTPUT -d ${VIP} -j DROP`)).toEqual(['1 DNAT 10.244.1.1:8080']);
    const nat = ['-A POSTROUTING -d 10.244.1.1 -j MASQUERADE', '-A OUTPUT -j DNAT --to-destination 10.0.0.9'];
    expect(outcomes(nodeOf(RR, { nat }))).toEqual(['1 DNAT 10.244.1.1:8080 masquerade']);
  });

  it('takes what the host sends ahead of table filter', () => {
    const local = { local: true, from: VIP };
    const filter = [`-A OUTPUT -d ${VIP} -j DROP`, '-A INPUT -j DROP'];
    expect(outcomes(nodeOf(RR, { filter }), local)).toEqual(['1 DNAT 10.244.1.1:8080']);
    expect(outcomes(nodeOf(RR, { filter: ['-A OUTPUT -d 10.244.1.1 -j DROP'] }), local)).toEqual(['1 DROP']);
    const nat = [`-A OUTPUT -d ${VIP} -j DNAT --to-destination 10.0.0.9`];
    expect(outcomes(nodeOf(RR, { nat }), local)).toEqual(['1 DNAT 10.0.0.9:80']);
  });

  it('leaves a server on this host where the packet is', () => {
    const own = `-A -t ${VIP}:443 -s rr\n-a -t ${VIP}:443 -r 192.168.0.2:6443 -m -w 1\n`;
    const rules = { nat: ['-A POSTROUTING -j MASQUERADE'], filter: ['-A OUTPUT -j DROP'] };
    const to = `${VIP}:443`;
    expect(outcomes(nodeOf(own, rules), { to })).toEqual(['1 DNAT 192.168.0.2:6443']);
    expect(outcomes(nodeOf(own, { nat: rules.nat }), { to, local: true, from: VIP })).toEqual([
      '1 DNAT 192.168.0.2:6443 masquerade',
    ]);
    // IPVS takes no packet twice.
    const again = `${own}-A -t 192.168.0.2:6443 -s rr\n-a -t 192.168.0.2:6443 -r 10.244.1.1:6443 -m -w 1\n`;
    expect(outcomes(nodeOf(again), { to, local: true, from: VIP })).toEqual(['1 DNAT 192.168.0.2:6443']);
  });
});

describe('persistence', () => {
  const STICKY = server('rr', [1, 1, 0], ' -p 300');

  it('sends clients to the server that they had, and others to any', () => {
    const program = nodeOf(STICKY);
    const here = {
      family: 'IPv4' as const,
      nodeAddresses: NODE_ADDRESSES.slice(0, 1),
      podNetwork: { family: 'IPv4' as const, address: '10.244.0.0', prefix: 16 },
      podInterface: undefined,
      taken: new Set<string>(),
      pods: new Map<string, readonly string[]>(),
      isBound: () => false,
    };
    const ask = (knownTo: string | undefined): readonly string[] | string => {
      const from = { from: '203.0.113.9', inInterface: 'eth0', local: false, knownTo };
      const packets = packetsFor(`${VIP}:80`, from, new Map([['IPv4', { program, portals: [], here }]]));
      if (typeof packets === 'string') return packets;
      return packets.flatMap((packet) => inWords(tracePacket(program, packet, false)));
    };
    expect(ask(undefined)).toEqual(['1/2 DNAT 10.244.1.1:8080', '1/2 DNAT 10.244.1.2:8080']);
    expect(ask('10.244.1.2:8080')).toEqual(['1 DNAT 10.244.1.2:8080']);
    expect(ask('10.244.1.3:8080')).toContain('no rule sends a client to 10.244.1.3:8080 again');
  });
});

describe('-m ipvs', () => {
  const RR = server('rr', [1]);
  const local = { local: true, from: VIP };
  const fate = (match: string, asked: Asked = local): readonly string[] =>
    outcomes(nodeOf(RR, { filter: [`-A OUTPUT -m ipvs ${match} -j DROP`] }), asked);
  const PASSES = ['1 DNAT 10.244.1.1:8080'];

  it.each([
    ['--ipvs', ['1 DROP']],
    ['! --ipvs', PASSES],
    [`--vproto 6 --vaddr ${VIP} --vport 80`, ['1 DROP']],
    ['--vproto 17', PASSES],
    ['! --vproto 17', ['1 DROP']],
    ['--vaddr 10.96.0.0/12', ['1 DROP']],
    [`! --vaddr ${VIP}`, PASSES],
    ['--vport 8080', PASSES],
    ['--vdir ORIGINAL', ['1 DROP']],
  ])('%s', (match, expected) => {
    expect(fate(match)).toEqual(expected);
  });

  it('is of no packet that IPVS has not taken, and undecided where nobody can tell', () => {
    const elsewhere = { local: true, from: '192.168.0.2', to: '10.0.0.9:80' };
    expect(fate('--vaddr 10.0.0.9', elsewhere)).toEqual(['1 ACCEPT']);
    expect(fate('! --vport 80', elsewhere)).toEqual(['1 ACCEPT']);
    expect(fate('! --ipvs', elsewhere)).toEqual(['1 DROP']);
    expect(fate('--vmethod MASQ')).toHaveLength(2);
    expect(fate('--vproto nonsense')).toHaveLength(2);
    expect(fate('--vdir REPLY')).toHaveLength(2);
  });
});
