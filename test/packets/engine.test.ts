import { describe, expect, it } from 'vitest';
import { valueOf } from '../../src/packets/deferred-share.ts';
import { rulesOf } from '../../src/packets/outcome.ts';
import { seenWithin } from '../../src/packets/client-ages.ts';
import { agesOn } from '../../src/packets/clients.ts';
import { evaluate } from '../../src/packets/evaluate.ts';
import { everyPacket, narrow } from '../../src/packets/packet-set.ts';
import { addressNumber } from '../../src/text/ip-number.ts';
import { sameSets, subtractSets } from './set-algebra.ts';
import { type Asked, outcomes, programOf, type Rules, trace } from './trace-rules.ts';

/** Whether a packet matches what stands ahead of `-j DROP` in filter FORWARD. */
const drops = (match: string, asked: Asked = {}): boolean =>
  outcomes({ filter: [`-A FORWARD ${match} -j DROP`] }, asked)[0] === '1 DROP';

const UDP = { to: '10.96.0.1:53/UDP' };
const POD = { from: '10.244.1.77', inInterface: 'veth1' };

describe('a match holds, or not', () => {
  it.each<[match: string, asked: Asked, matches: boolean]>([
    ['-s 172.30.0.0/16', {}, true],
    ['! -s 172.30.0.0/16', {}, false],
    ['-s 172.31.0.0/16', {}, false],
    ['-s 172.30.0.9/255.255.0.255', {}, true],
    ['-s 172.30.0.8/255.255.0.255', {}, false],
    ['-d 10.96.0.1/32', {}, true],
    ['! -d 10.96.0.1/32', {}, false],
    ['-i eth0', {}, true],
    ['! -i eth0', {}, false],
    ['-i eth+', {}, true],
    ['-i veth+', {}, false],
    ['! -i veth+', POD, false],
    ['-p tcp', {}, true],
    ['-p tcp', UDP, false],
    ['! -p tcp', UDP, true],
    ['-p 132', { to: '10.96.0.1:9/SCTP' }, true],
    ['-p tcp -m tcp --dport 80', {}, true],
    ['-p tcp -m tcp --dport 81', {}, false],
    ['-p tcp -m tcp ! --dport 80', {}, false],
    ['-p tcp -m tcp --dport 79:81', {}, true],
    ['-p tcp -m tcp --dport 81:', {}, false],
    ['-p tcp -m tcp --dport :80', {}, true],
    ['-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN', {}, true],
    ['-p tcp -m tcp --syn', {}, true],
    ['-p tcp -m tcp ! --syn', {}, false],
    ['-p tcp -m multiport --dports 22,80,443', {}, true],
    ['-p tcp -m multiport --dports 22,8000:8100', {}, false],
    ['-p tcp -m multiport ! --dports 22,80', {}, false],
    ['-p tcp -m multiport --ports 80', {}, true],
    ['-p tcp -m multiport ! --ports 80', {}, false],
    ['-m iprange --src-range 172.30.9.1-172.30.9.10', {}, true],
    ['-m iprange ! --src-range 172.30.9.1-172.30.9.10', {}, false],
    ['-m iprange --dst-range 10.96.0.2-10.96.0.9', {}, false],
    ['-m addrtype --dst-type LOCAL', {}, false],
    ['-m addrtype ! --dst-type LOCAL', {}, true],
    ['-m addrtype --src-type LOCAL', { from: '192.168.0.2', inInterface: 'lo' }, true],
    ['-m addrtype --src-type LOCAL', { from: '127.0.0.9', inInterface: 'lo' }, true],
    ['-m addrtype --dst-type LOCAL,MULTICAST', { to: '224.0.0.1:80' }, true],
    ['-m conntrack --ctstate NEW', {}, true],
    ['-m conntrack --ctstate RELATED,ESTABLISHED', {}, false],
    ['-m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT', {}, true],
    ['-m conntrack --ctstate INVALID', {}, false],
    ['-m state --state NEW,ESTABLISHED', {}, true],
    ['-m state ! --state NEW', {}, false],
    ['-m mark --mark 0x0/0x4000', {}, true],
    ['-m mark --mark 0x4000/0x4000', {}, false],
    ['-m mark ! --mark 0x4000/0x4000', {}, true],
    ['-m connmark --mark 0x0', {}, true],
    ['-m connmark ! --mark 0x0', {}, false],
    ['-m comment --comment "anything"', {}, true],
    ['-m nfacct --nfacct-name counter', {}, true],
    ['-m recent --rcheck --seconds 10 --reap --name X --mask 255.255.255.255 --rsource', {}, false],
    ['-m recent ! --rcheck --name X', {}, true],
    ['-m recent --update --seconds 10 --name X', {}, false],
    ['-m recent --set --name X --mask 255.255.255.255 --rsource', {}, true],
    ['-m statistic --mode random --probability 0.00000000000', {}, false],
    ['-m recent --rcheck', {}, false],
    ['-p udp -m udp --sport 1024:', UDP, true],
    ['-p udp -m udp --dport :52', UDP, false],
    ['-p sctp -m sctp --destination-port 9', { to: '10.96.0.1:9/SCTP' }, true],
    ['-m iprange --src-range 172.30.9.9', {}, true],
    ['-m iprange --dst-range 10.96.0.0-10.96.0.9', {}, true],
    ['-m addrtype --src-type LOCAL,MULTICAST', {}, false],
    ['-s 172.30.0.0/0.0.0.0', {}, true],
    ['-f', {}, false],
    ['! -f', {}, true],
  ])('%s %j: %s', (match, asked, matches) => {
    expect(drops(match, asked)).toBe(matches);
  });
});

const toPod = '-A PREROUTING -d 10.96.0.1/32 -j DNAT --to-destination 10.244.1.5:8080';

describe('the way of a packet', () => {
  it('calls tables in the order of the kernel', () => {
    const rules: Rules = {
      filter: ['-A FORWARD -m comment --comment f', '-A FORWARD -j LOOK', '-A LOOK -j RETURN'],
      nat: ['-A PREROUTING -j LOOK', '-A POSTROUTING -j LOOK', '-A LOOK -j RETURN'],
      mangle: ['-A PREROUTING -j LOOK', '-A FORWARD -j LOOK', '-A POSTROUTING -j LOOK', '-A LOOK -j RETURN'],
      raw: ['-A PREROUTING -j LOOK', '-A LOOK -j RETURN'],
    };
    const [outcome] = trace(rules, {}).outcomes;
    expect(outcome?.path.map(({ rule }) => `${rule.chain}:${rule.number}`)).toEqual([
      'raw/PREROUTING:1',
      'raw/LOOK:1',
      'mangle/PREROUTING:1',
      'mangle/LOOK:1',
      'nat/PREROUTING:1',
      'nat/LOOK:1',
      'mangle/FORWARD:1',
      'mangle/LOOK:1',
      'filter/FORWARD:2',
      'filter/LOOK:1',
      'mangle/POSTROUTING:1',
      'mangle/LOOK:1',
      'nat/POSTROUTING:1',
      'nat/LOOK:1',
    ]);
    expect(rulesOf(undefined)).toEqual([]);
  });

  it('leads to INPUT or FORWARD by the destination that DNAT left', () => {
    const filter = ['-A INPUT -j DROP', '-A FORWARD -j REJECT --reject-with icmp-port-unreachable'];
    expect(outcomes({ filter }, { to: '192.168.0.2:80' })).toEqual(['1 DROP']);
    expect(outcomes({ filter })).toEqual(['1 REJECT']);
    const toHost = '-A PREROUTING -d 10.96.0.1/32 -j DNAT --to-destination 192.168.0.2:6443';
    expect(outcomes({ nat: [toHost], filter })).toEqual(['1 DROP']);
    expect(outcomes({ nat: [toHost] })).toEqual(['1 DNAT 192.168.0.2:6443']);
  });

  it('masquerades nothing that stays on the host', () => {
    const nat = [
      '-A PREROUTING -d 10.96.0.1/32 -j DNAT --to-destination 192.168.0.2:6443',
      '-A POSTROUTING -j MASQUERADE',
    ];
    expect(outcomes({ nat })).toEqual(['1 DNAT 192.168.0.2:6443']);
    expect(outcomes({ nat }, { to: '10.96.0.2:80' })).toEqual(['1 ACCEPT masquerade']);
  });

  it('of a process of the host begins in OUTPUT, and comes back in by lo when it is for the host', () => {
    const rules: Rules = {
      nat: ['-A PREROUTING -j DNAT --to-destination 10.244.1.1:1'],
      filter: [
        '-A INPUT -i lo -p tcp -m tcp --dport 81 -j DROP',
        '-A OUTPUT -o lo -p tcp -m tcp --dport 82 -j DROP',
      ],
    };
    const ask = (port: number): readonly string[] =>
      outcomes(rules, { from: '192.168.0.2', local: true, to: `192.168.0.2:${port}` });
    expect([80, 81, 82].map(ask)).toEqual([['1 ACCEPT'], ['1 DROP'], ['1 DROP']]);
    expect(
      outcomes(
        { nat: ['-A OUTPUT -d 10.96.0.1/32 -j REDIRECT --to-ports 8080'] },
        { local: true, from: '192.168.0.2' },
      ),
    ).toEqual(['1 DNAT 127.0.0.1:8080']);
  });

  it('keeps what policies drop from going on', () => {
    expect(outcomes({ filter: ['-P FORWARD DROP'] })).toEqual(['1 DROP']);
    expect(outcomes({ filter: ['-P FORWARD DROP', '-A FORWARD -p tcp -j ACCEPT'] })).toEqual(['1 ACCEPT']);
    expect(outcomes({ filter: ['-P FORWARD DROP', '-A FORWARD -j X', '-A X -p tcp -j RETURN'] })).toEqual([
      '1 DROP',
    ]);
  });

  it('ends in a table with ACCEPT, not in the next one', () => {
    const rules: Rules = {
      mangle: ['-A PREROUTING -j ACCEPT', '-A PREROUTING -j DROP'],
      filter: ['-A FORWARD -j DROP'],
    };
    expect(outcomes(rules)).toEqual(['1 DROP']);
  });

  it('asks nat once: the first translation holds', () => {
    const nat = [toPod, '-A PREROUTING -d 10.96.0.1/32 -j DNAT --to-destination 10.244.1.6:8080'];
    expect(outcomes({ nat })).toEqual(['1 DNAT 10.244.1.5:8080']);
  });

  it('asks nat nothing of what is not tracked', () => {
    expect(outcomes({ raw: ['-A PREROUTING -p tcp -j NOTRACK'], nat: [toPod] })).toEqual(['1 ACCEPT']);
    expect(outcomes({ raw: ['-A PREROUTING -p tcp -j CT --notrack'], nat: [toPod] })).toEqual(['1 ACCEPT']);
    const filter = ['-A FORWARD -m conntrack --ctstate UNTRACKED -j DROP'];
    expect(outcomes({ raw: ['-A PREROUTING -p tcp -j NOTRACK'], filter })).toEqual(['1 DROP']);
  });

  it('goes back to the caller of a chain, and with goto to the caller of the caller', () => {
    const back = ['-A FORWARD -j A', '-A FORWARD -j REJECT --reject-with icmp-port-unreachable'];
    expect(outcomes({ filter: [...back, '-A A -j B', '-A A -j DROP', '-A B -j RETURN'] })).toEqual([
      '1 DROP',
    ]);
    expect(outcomes({ filter: [...back, '-A A -g B', '-A A -j DROP', '-A B -j RETURN'] })).toEqual([
      '1 REJECT',
    ]);
  });
});

describe('marks', () => {
  const marked = (set: string, test: string): readonly string[] =>
    outcomes({ mangle: [`-A PREROUTING -j MARK ${set}`], filter: [`-A FORWARD -m mark ${test} -j DROP`] });

  it.each([
    ['--set-xmark 0x4000/0x4000', '--mark 0x4000/0x4000', '1 DROP'],
    ['--set-xmark 0x4000/0x4000', '--mark 0x4000', '1 DROP'],
    ['--set-xmark 0x4000/0x4000', '! --mark 0x4000/0x4000', '1 ACCEPT'],
    ['--set-xmark 0x80000000/0x80000000', '--mark 0x80000000/0x80000000', '1 DROP'],
    ['--or-mark 0x3', '--mark 0x1/0x1', '1 DROP'],
    ['--and-mark 0x0', '--mark 0x0', '1 DROP'],
  ])('%s, then %s: %s', (set, test, outcome) => {
    expect(marked(set, test)).toEqual([outcome]);
  });

  it('are cleared by exclusive or, as kube-proxy does behind its test', () => {
    const mangle = [
      '-A PREROUTING -j MARK --set-xmark 0x4000/0x4000',
      '-A PREROUTING -j MARK --set-xmark 0x4000/0x0',
    ];
    expect(outcomes({ mangle, filter: ['-A FORWARD -m mark --mark 0x0 -j DROP'] })).toEqual(['1 DROP']);
  });

  it('are saved to the connection and restored', () => {
    const mangle = [
      '-A PREROUTING -j MARK --set-xmark 0xff/0xff',
      '-A PREROUTING -j CONNMARK --save-mark --nfmask 0xf --ctmask 0xf',
      '-A PREROUTING -j MARK --set-xmark 0x0/0xffffffff',
      '-A PREROUTING -m connmark --mark 0xf -j CONNMARK --restore-mark',
    ];
    expect(outcomes({ mangle, filter: ['-A FORWARD -m mark --mark 0xf -j DROP'] })).toEqual(['1 DROP']);
    const set = [
      '-A PREROUTING -j CONNMARK --set-xmark 0x2/0x2',
      '-A PREROUTING -j CONNMARK --restore-mark --nfmask 0x2 --ctmask 0x2',
    ];
    expect(outcomes({ mangle: set, filter: ['-A FORWARD -m mark --mark 0x2 -j DROP'] })).toEqual(['1 DROP']);
  });
});

describe('targets', () => {
  it.each([
    ['-j DNAT --to-destination 10.244.1.5:8080', ['1 DNAT 10.244.1.5:8080']],
    ['-j DNAT --to-destination 10.244.1.5', ['1 DNAT 10.244.1.5:80']],
    ['-p tcp -j DNAT --to-destination :8080', ['1 DNAT 10.96.0.1:8080']],
    [
      '-j DNAT --to-destination 10.244.1.5-10.244.1.6:80',
      ['1/2 DNAT 10.244.1.5:80', '1/2 DNAT 10.244.1.6:80'],
    ],
    ['-j DNAT --to-destination 10.244.1.5:80 --persistent', ['1 DNAT 10.244.1.5:80']],
    ['-p tcp -j REDIRECT --to-ports 8080', ['1 DNAT 192.168.0.2:8080']],
    ['-j LOG --log-prefix "dropped: "', ['1 ACCEPT']],
    ['-j NFLOG --nflog-group 2', ['1 ACCEPT']],
    ['-m comment --comment "only counts"', ['1 ACCEPT']],
    ['-p tcp -j REDIRECT', ['1 DNAT 192.168.0.2:80']],
    ['-j CT --zone 3', ['1 ACCEPT']],
    ['-j TARPIT', ['1 DROP']],
    ['-j RETURN', ['1 ACCEPT']],
    ['-j DROP', ['1 DROP']],
  ])('%s', (target, expected) => {
    expect(outcomes({ nat: [`-A PREROUTING ${target}`] })).toEqual(expected);
  });

  it.each(['MASQUERADE', 'MASQUERADE --random-fully', 'SNAT --to-source 192.168.0.2'])(
    '%s rewrites the source',
    (target) => {
      expect(outcomes({ nat: [toPod, `-A POSTROUTING -j ${target}`] })).toEqual([
        '1 DNAT 10.244.1.5:8080 masquerade',
      ]);
    },
  );

  it('are told in brackets for IPv6', () => {
    const nat = ['-A PREROUTING -d fd00:96::1/128 -j DNAT --to-destination [fd00:10:244:1::5]:8080'];
    expect(outcomes({ nat }, {}, 'IPv6')).toEqual(['1 DNAT [fd00:10:244:1::5]:8080']);
  });

  it.each([
    ['fd00::5', '1 DNAT [fd00::5]:80'],
    ['[fd00::5]', '1 DNAT [fd00::5]:80'],
    ['[::ffff:1]:8080', '1 DNAT [::ffff:1]:8080'],
    ['odd', '1 ACCEPT nat/PREROUTING:1 (line 6): -j DNAT --to-destination odd: ignored'],
  ])('read %s for IPv6', (destination, outcome) => {
    const nat = [`-A PREROUTING -j DNAT --to-destination ${destination}`];
    expect(outcomes({ nat }, {}, 'IPv6')).toEqual([outcome]);
  });

  it('know multicast and the loopback address of IPv6', () => {
    const filter = [
      '-A INPUT -m addrtype --dst-type LOCAL -j DROP',
      '-A FORWARD -m addrtype --dst-type MULTICAST -j DROP',
      '-A OUTPUT -j ACCEPT',
    ];
    expect(outcomes({ filter }, { to: '[ff02::1]:80' }, 'IPv6')).toEqual(['1 DROP']);
    expect(outcomes({ filter }, { to: '[::1]:80', from: '::1', local: true }, 'IPv6')).toEqual(['1 DROP']);
    const nat = ['-A OUTPUT -j REDIRECT --to-ports 8080'];
    const here = { to: '[fd00:96::1]:80', from: 'fd00:192::2', local: true };
    expect(outcomes({ nat }, here, 'IPv6')).toEqual(['1 DNAT [::1]:8080']);
  });
});

describe('shares', () => {
  const spread = (...probabilities: readonly string[]): readonly string[] => [
    '-A PREROUTING -j SPREAD',
    ...probabilities.map(
      (probability, at) =>
        `-A SPREAD -m statistic --mode random --probability ${probability} -j DNAT --to-destination 10.244.1.${at + 1}:80`,
    ),
    `-A SPREAD -j DNAT --to-destination 10.244.1.${probabilities.length + 1}:80`,
  ];

  it('are what an even spread means', () => {
    const even = ['1/3 DNAT 10.244.1.1:80', '1/3 DNAT 10.244.1.2:80', '1/3 DNAT 10.244.1.3:80'];
    expect(outcomes({ nat: spread('0.33333333349', '0.50000000000') })).toEqual(even);
    expect(outcomes({ nat: spread('0.33332999982', '0.50000000000') }), 'with five digits').toEqual(even);
  });

  it('are what an uneven spread says', () => {
    expect(outcomes({ nat: spread('0.29999999981') })).toEqual([
      '3/10 DNAT 10.244.1.1:80',
      '7/10 DNAT 10.244.1.2:80',
    ]);
    expect(outcomes({ nat: spread('0.50000000000', '0.50000000000') })).toEqual([
      '1/2 DNAT 10.244.1.1:80',
      '1/4 DNAT 10.244.1.2:80',
      '1/4 DNAT 10.244.1.3:80',
    ]);
  });

  it('are exact for the kernel, too', () => {
    const [first, , last] = trace({ nat: spread('0.33333333349', '0.50000000000') }, {}).outcomes;
    expect(valueOf(first!.kernelShare)).toEqual({ numerator: 715827883n, denominator: 2147483648n });
    expect(valueOf(last!.kernelShare)).toEqual({ numerator: 1431655765n, denominator: 4294967296n });
  });

  it('of every n-th packet are 1/n', () => {
    const nat = [
      '-A PREROUTING -m statistic --mode nth --every 4 --packet 0 -j DNAT --to-destination 10.244.1.1:80',
    ];
    expect(outcomes({ nat })).toEqual(['1/4 DNAT 10.244.1.1:80', '3/4 ACCEPT']);
  });

  it('add up where two ways lead to the same', () => {
    const nat = [
      '-A PREROUTING -m statistic --mode random --probability 0.50000000000 -j MARK --set-xmark 0x1/0x1',
      toPod,
    ];
    expect(outcomes({ nat })).toEqual(['1 DNAT 10.244.1.5:8080']);
  });
});

describe('what nobody can decide', () => {
  const unknown = '-m set --match-set clients src';

  it('parts the answer, and is named by rule and line', () => {
    expect(outcomes({ filter: [`-A FORWARD ${unknown} -j DROP`] })).toEqual([
      `1 DROP filter/FORWARD:1 (line 5): ${unknown}: matches`,
      `1 ACCEPT filter/FORWARD:1 (line 5): ${unknown}: does not match`,
    ]);
  });

  it.each([
    '-m statistic --mode nth --every 0 --packet 0',
    '-m statistic --mode nth --packet 0',
    '-m statistic --mode nth ! --every 3 --packet 0',
    '-m recent --name X',
    '-m recent ! --set --name X',
    '-m recent --rcheck --hitcount 3 --name X',
    '-m multiport --dports http',
    '-m multiport --dports 80,:',
    '-m multiport --dports 90:80',
    '-m multiport --sports 80:99999',
    '-m multiport --ports 80,http',
    '-m iprange --src-range 10.0.0.1-fd00::1',
    '-m addrtype --dst-type BLACKHOLE',
    '-m addrtype --src-type LOCAL,UNICAST',
    '-m connmark --mark mine',
    '-m tcp --tcp-flags SYN,ACK SYN',
    '-m tcp --tcp-option 2',
    '-m owner --uid-owner 0',
  ])('is a match: %s', (match) => {
    expect(outcomes({ filter: [`-A FORWARD ${match} -j DROP`] })).toEqual([
      `1 DROP filter/FORWARD:1 (line 5): ${match}: matches`,
      `1 ACCEPT filter/FORWARD:1 (line 5): ${match}: does not match`,
    ]);
  });

  it.each<[header: string, what: string]>([
    ['-d 10.0.0.0/85.85.85.85', 'destination 10.0.0.0/85.85.85.85'],
    ['-p odd', 'protocol odd'],
  ])('is a header: %s', (header, what) => {
    expect(outcomes({ filter: [`-A FORWARD ${header} -j DROP`] })).toEqual([
      `1 DROP filter/FORWARD:1 (line 5): ${what}: matches`,
      `1 ACCEPT filter/FORWARD:1 (line 5): ${what}: does not match`,
    ]);
  });

  it.each([
    '-j DNAT --random',
    '-j DNAT --to-destination [fd00::1]:80',
    '-j DNAT --to-destination 10.244.1.9-10.244.1.5',
    '-j DNAT --to-destination 10.244.0.1-10.244.1.5:80',
    '-j REDIRECT --to-ports 80-90',
    '-j CONNMARK --restore-mark --mask mine',
    '-j CONNMARK --save-mark --nfmask mine',
    '-j CONNMARK --set-xmark mine',
    '-j CONNMARK --and-mark 0x1',
    '-j CONNMARK',
    '-j NETMAP --to 10.0.0.0/8',
  ])('is a target: %s', (target) => {
    expect(outcomes({ nat: [`-A PREROUTING ${target}`] })).toEqual([
      `1 ACCEPT nat/PREROUTING:1 (line 6): ${target}: ignored`,
    ]);
  });

  it('is not asked of packets that do not come to it', () => {
    expect(outcomes({ filter: [`-A FORWARD -p udp ${unknown} -j DROP`] })).toEqual(['1 ACCEPT']);
  });

  it('is forgotten where it makes no difference', () => {
    expect(outcomes({ filter: [`-A FORWARD ${unknown} -j LOG`] })).toEqual(['1 ACCEPT']);
    expect(outcomes({ filter: [`-A FORWARD ${unknown} -j X`, '-A X -j RETURN'] })).toEqual(['1 ACCEPT']);
    expect(outcomes({ filter: [`-A FORWARD ${unknown} -j ACCEPT`] })).toEqual(['1 ACCEPT']);
    const many = Array.from({ length: 200 }, () => `-A FORWARD ${unknown} -j LOG`);
    expect(outcomes({ filter: many })).toEqual(['1 ACCEPT']);
  });

  it('is told of targets and chains, too', () => {
    expect(outcomes({ mangle: ['-A PREROUTING -j NFQUEUE --queue-num 1'] })).toEqual([
      '1 ACCEPT mangle/PREROUTING:1 (line 7): -j NFQUEUE --queue-num 1: ignored',
    ]);
    expect(outcomes({ filter: ['-A FORWARD -j MISSING'] })).toEqual([
      '1 ACCEPT filter/FORWARD:1 (line 5): chain filter/MISSING, which is not there: ignored',
    ]);
  });

  it('stays within bounds, however much there is of it', () => {
    const rules = Array.from(
      { length: 500 },
      (_, at) => `-A FORWARD ${unknown} -j MARK --set-xmark ${1 << (at % 8)}/0x0`,
    );
    expect(outcomes({ filter: rules }).length).toBeLessThan(2000);
  });

  it('is the interface by which a packet leaves', () => {
    expect(outcomes({ filter: ['-A FORWARD -o docker0 -j DROP'] })).toEqual([
      '1 DROP if it leaves by docker0',
      '1 ACCEPT if it leaves by another interface',
    ]);
    expect(outcomes({ filter: ['-A FORWARD -o docker0 -j ACCEPT'] })).toEqual(['1 ACCEPT']);
  });
});

describe('broken rules', () => {
  it('that lead to themselves are told, not followed', () => {
    const [told] = outcomes({ filter: ['-A FORWARD -j A', '-A A -j B', '-A B -j A'] });
    expect(told).toMatch(/^broken at filter\/[AB]: the jumps are nested more than 400 deep here/);
    const [gone] = outcomes({ filter: ['-A FORWARD -j A', '-A A -g B', '-A B -g A'] });
    expect(gone).toMatch(/^broken at filter\/[AB]: the jumps are nested more than 400 deep here/);
  });

  it('that nest 20,000 chains are told', () => {
    const chains = Array.from({ length: 20_000 }, (_, at) => `-A C${at} -j C${at + 1}`);
    const [told] = outcomes({ filter: ['-A FORWARD -j C0', ...chains, '-A C20000 -j RETURN'] });
    expect(told).toMatch(/^broken at filter\/C399: the jumps are nested more than 400 deep here/);
  });

  it('that double their work with each chain are given up', () => {
    const chains = Array.from({ length: 60 }, (_, at) => [
      `-A C${at} -j C${at + 1}`,
      `-A C${at} -j C${at + 1}`,
    ]);
    const rules = { filter: ['-A FORWARD -j C0', ...chains.flat(), '-A C60 -j RETURN'] };
    const { broken } = evaluate(programOf(rules), everyPacket('IPv4'), {
      knownClients: false,
      mostRules: 1000,
    });
    expect(broken?.why).toBe('the packets did not come through after 1000 rules');
  });
});

describe('sets of packets', () => {
  it('are parted where rules part them, and nowhere else', () => {
    const nat = Array.from(
      { length: 40 },
      (_, at) =>
        `-A PREROUTING -d 10.96.0.${at}/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.244.1.${at}:8080`,
    );
    const asked = narrow(everyPacket('IPv4'), { origin: [[0n, 0n]], conntrack: [[0n, 0n]] });
    if (asked === undefined) throw new Error('no packets');
    const found = evaluate(programOf({ nat }), asked, { knownClients: false }).outcomes;
    const sent = found.filter(({ verdict }) => verdict === 'DNAT');
    const first = sent.find(({ to }) => to?.address === addressNumber('10.244.1.7'));
    expect(sent).toHaveLength(40);
    expect(first?.packets.fields).toEqual({
      ...asked.fields,
      protocol: [[6n, 6n]],
      destination: [[addressNumber('10.96.0.7'), addressNumber('10.96.0.7')]],
      destinationPort: [[80n, 80n]],
    });
    const rest = subtractSets(
      [asked],
      sent.map(({ packets }) => packets),
    );
    const kept = found.filter(({ verdict }) => verdict === 'ACCEPT').map(({ packets }) => packets);
    expect(sameSets(rest, kept)).toBe(true);
  });

  it('are parted by the lists that clients are on', () => {
    const nat = [
      '-A PREROUTING -m recent --rcheck --seconds 10 --reap --name X -j DNAT --to-destination 10.244.1.1:80',
    ];
    const found = evaluate(programOf({ nat }), everyPacket('IPv4'), { knownClients: undefined }).outcomes;
    const known = found
      .filter(({ verdict }) => verdict === 'DNAT')
      .map(({ packets }) => agesOn(packets.clients, 'X'));
    expect(new Set(known)).toEqual(new Set([seenWithin(10)]));
  });
});
