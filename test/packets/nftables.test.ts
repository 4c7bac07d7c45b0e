/** The evaluator on rules of nftables: each expression, statement and hook by itself. */
import { describe, expect, it } from 'vitest';
import { conditionsOf } from '../../src/packets/clients.ts';
import { valueOf } from '../../src/packets/deferred-share.ts';
import { everyPacket } from '../../src/packets/packet-set.ts';
import { evaluate } from '../../src/packets/evaluate.ts';
import { translationTo } from '../../src/packets/nftables/translations.ts';
import { formatRational } from '../../src/packets/rational.ts';
import { type Asked, traceProgram } from './trace-rules.ts';
import { base, chain, nftOutcomes, nftProgram, table } from './trace-nft-rules.ts';

const PRE = 'filter hook prerouting priority filter; policy accept';
const DSTNAT = 'nat hook prerouting priority dstnat; policy accept';
const OUTPUT = 'nat hook output priority -100; policy accept';
const SRCNAT = 'nat hook postrouting priority srcnat; policy accept';

/** The outcome of a rule in a base chain of prerouting; `objects` are sets and chains beside it. */
const rule = (
  text: string,
  asked: Asked = {},
  {
    head = 'ip t',
    family = 'IPv4',
    objects = '',
  }: { head?: string; family?: 'IPv4' | 'IPv6'; objects?: string } = {},
): readonly string[] => nftOutcomes(table(head, objects, base('c', PRE, text)), asked, family);

const UDP: Asked = { to: '10.96.0.1:80/UDP' };
const PASSES = ['1 ACCEPT'];
const DROPS = ['1 DROP'];

describe('a match', () => {
  it.each<[text: string, asked: Asked, matches: boolean]>([
    ['ip daddr 10.96.0.1', {}, true],
    ['ip daddr 10.96.0.2', {}, false],
    ['ip daddr != 10.96.0.2', {}, true],
    ['ip daddr 10.96.0.0/12', {}, true],
    ['ip daddr 10.96.0.0-10.96.0.1', {}, true],
    ['ip daddr 10.96.0.2-10.96.0.9', {}, false],
    ['ip daddr { 10.96.0.1, 10.97.0.0/16 }', {}, true],
    ['ip daddr != { 10.96.0.1, 10.97.0.0/16 }', {}, false],
    ['ip saddr 172.30.0.0/16', {}, true],
    ['ip6 daddr fd00::1', {}, false],
    ['ip6 daddr != fd00::1', {}, false],
    ['ip protocol tcp', {}, true],
    ['meta l4proto tcp', {}, true],
    ['meta l4proto { udp, sctp }', {}, false],
    ['meta l4proto != udp', {}, true],
    ['th dport 80', {}, true],
    ['tcp dport 80', {}, true],
    ['udp dport 80', {}, false],
    ['udp dport != 81', {}, false],
    ['tcp dport 79-81', {}, true],
    ['tcp dport >= 81', {}, false],
    ['tcp dport < 81', {}, true],
    ['tcp dport > 79', {}, true],
    ['tcp dport <= 79', {}, false],
    ['tcp sport 1', {}, false],
    ['iifname "eth0"', {}, true],
    ['iifname "eth*"', {}, true],
    ['iifname != "veth*"', {}, true],
    ['iif "lo"', {}, false],
    ['oifname "eth0"', {}, false],
    ['ct state new', {}, true],
    ['ct state established,related', {}, false],
    ['ct state { new, invalid }', {}, true],
    ['ct state != new', {}, false],
    ['ct status dnat', {}, false],
    ['ct mark 0x00000000', {}, true],
    ['meta mark 0x00000000', {}, true],
    ['meta mark { 0x00000001, 0x00000002 }', {}, false],
    ['meta mark & 0x00004000 != 0x00000000', {}, false],
    ['meta mark & 0x00004000 == 0x00000000', {}, true],
    ['meta nfproto ipv4', {}, true],
    ['meta nfproto ipv6', {}, false],
    ['meta protocol ip', {}, true],
    ['fib daddr type local', {}, false],
    ['fib daddr type local', { to: '192.168.0.2:80' }, true],
    ['fib daddr type local', { to: '127.0.0.1:80', local: true, from: '127.0.0.1' }, true],
    ['fib daddr type != local', {}, true],
    ['fib saddr type local', { from: '192.168.0.2' }, true],
    ['fib daddr type multicast', { to: '224.0.0.9:80' }, true],
    ['ip daddr . tcp dport { 10.96.0.1 . 80 }', {}, true],
    ['ip daddr . meta l4proto . th dport { 10.96.0.1 . udp . 80, 10.96.0.1 . tcp . 443 }', {}, false],
    ['ip daddr . th dport { 10.96.0.0/16 . 70-90 }', {}, true],
    ['ip daddr . th dport != { 10.96.0.1 . 81 }', {}, true],
    ['ip daddr . tcp dport != { 10.96.0.1 . 80 }', {}, false],
    ['ip6 saddr . tcp dport { fd00::1 . 80 }', {}, false],
    ['ip6 nexthdr tcp', {}, false],
    ['ip saddr > 172.30.9.8', {}, true],
    ['ip daddr { 10.96.0.0-10.96.0.1 }', {}, true],
    ['meta l4proto 6', {}, true],
    ['meta l4proto 7-17', {}, false],
    ['meta l4proto 6-17', UDP, true],
    ['sctp dport 80', { to: '10.96.0.1:80/SCTP' }, true],
    ['iifname "eth0*"', {}, true],
    ['iifname "eth\\*"', {}, false],
    ['oif "lo"', {}, false],
    ['meta protocol ip6', {}, false],
    ['ct status snat', {}, false],
    ['ct mark & 0x00000001 == 0x00000000', {}, true],
    ['numgen random mod 3 < 0', {}, false],
  ])('%s of %o: %s', (text, asked, matches) => {
    expect(rule(`${text} drop`, asked)).toEqual(matches ? DROPS : PASSES);
  });

  it('asks named sets', () => {
    const objects = 'set s {\n type ipv4_addr\n elements = { 10.96.0.1, 10.96.0.9 }\n}\n';
    expect(rule('ip daddr @s drop', {}, { objects })).toEqual(DROPS);
    expect(rule('ip saddr @s drop', {}, { objects })).toEqual(PASSES);
    expect(rule('ip daddr != @s drop', {}, { objects })).toEqual(PASSES);
  });

  it('has no answer for what depends on more than rules', () => {
    expect(rule('meta skuid 0 drop')).toEqual([
      '1 DROP ip t/c:1: meta skuid 0: matches',
      '1 ACCEPT ip t/c:1: meta skuid 0: does not match',
    ]);
    expect(rule('limit rate 5/second drop')).toEqual([
      '1 DROP ip t/c:1: limit rate 5/second: matches',
      '1 ACCEPT ip t/c:1: limit rate 5/second: does not match',
    ]);
    expect(rule('ip daddr @missing drop')).toEqual([
      '1 DROP ip t/c:1: ip daddr @missing: matches',
      '1 ACCEPT ip t/c:1: ip daddr @missing: does not match',
    ]);
  });

  it.each([
    'ip ttl 5',
    'ip ttl & 1 == 1',
    'ip saddr > { 10.0.0.1, 10.0.0.3 }',
    'ip daddr odd',
    'ip daddr 10.0.0.0/99',
    'ip daddr odd-10.0.0.9',
    'ip daddr "quoted"',
    'ip daddr < @missing',
    'ip daddr . tcp dport != @missing',
    'ip daddr . tcp dport < { 10.96.0.1 . 80 }',
    'ip daddr . tcp dport != { 10.96.0.1 . http }',
    'ip daddr . ip ttl != { 10.96.0.1 . 5 }',
    'ether saddr 02:00:00:00:00:01',
    'icmp type 8',
    'tcp dport http',
    'tcp dport 70000',
    'tcp dport 1-70000',
    'tcp dport >= 80-90',
    'tcp dport < @missing',
    'meta l4proto odd',
    'meta l4proto 300',
    'meta nfproto 2',
    'meta nfproto < ipv4',
    'meta nfproto @missing',
    'meta mark 1-2',
    'meta mark | 0x00000001 == 0x00000001',
    'meta mark & 0x00000001 < 0x00000001',
    'meta mark & 0x00000001 == 1-2',
    'meta cpu & 1 == 1',
    'iif 3',
    'ct state odd',
    'ct status assured',
    'ct direction original',
    'fib daddr . iif type local',
    'fib mark type local',
    'fib daddr oif 0',
    'fib daddr type 5',
    'fib daddr type blackhole',
    'numgen random mod 0 < 2',
    'numgen random mod 5 < x',
    'numgen inc mod 5 < 1-3',
  ])('has no answer for %s', (text) => {
    expect(rule(`${text} drop`)).toEqual([
      `1 DROP ip t/c:1: ${text}: matches`,
      `1 ACCEPT ip t/c:1: ${text}: does not match`,
    ]);
  });

  it('has no answer for an element that it cannot read', () => {
    expect(rule('ip daddr . tcp dport { 10.96.0.1 . http, 10.96.0.1 } drop')).toEqual([
      '1 DROP ip t/c:1: element 10.96.0.1 . http: matches',
      '1 DROP ip t/c:1: element 10.96.0.1 . http: does not match ip t/c:1: element 10.96.0.1: matches',
      '1 ACCEPT ip t/c:1: element 10.96.0.1 . http: does not match ip t/c:1: element 10.96.0.1: does not match',
    ]);
    expect(rule('tcp dport vmap { 80 : 5 }')).toEqual(['1 ACCEPT ip t/c:1: element 80: ignored']);
    expect(rule('ip6 daddr vmap { fd00::1 : drop }')).toEqual(PASSES);
  });

  it('keeps rules of both families apart in a table of both', () => {
    const text = 'ip daddr 10.96.0.1 drop\nip6 daddr fd00:96::1 reject';
    expect(rule(text, {}, { head: 'inet t' })).toEqual(DROPS);
    expect(rule(text, {}, { head: 'inet t', family: 'IPv6' })).toEqual(['1 REJECT']);
    expect(rule(text, {}, { head: 'ip6 t' })).toEqual(PASSES);
  });
});

describe('a verdict map', () => {
  const chains = chain('no', 'reject') + chain('yes', 'ip daddr 10.96.0.1 return', 'drop');

  it('sends packets by their key, and lets others pass', () => {
    const objects =
      `${chains}map m {\n type ipv4_addr . inet_proto . inet_service : verdict\n elements = { 10.96.0.1 . tcp . 80 : goto no,` +
      ' 10.96.0.2 . tcp . 80 comment "x" : drop, 10.96.0.1 . tcp . 81 : jump yes }\n}\n';
    const text = 'ip daddr . meta l4proto . th dport vmap @m\nudp dport 80 drop';
    const to = (target: string): readonly string[] => rule(text, { to: target }, { objects });
    expect(to('10.96.0.1:80')).toEqual(['1 REJECT']);
    expect(to('10.96.0.2:80')).toEqual(DROPS);
    expect(to('10.96.0.1:81')).toEqual(PASSES);
    expect(to('10.96.0.1:82')).toEqual(PASSES);
    expect(to('10.96.0.1:80/UDP')).toEqual(DROPS);
  });

  it('asks what stands ahead of it, and goes on behind it', () => {
    const text = 'ip saddr 172.30.0.0/16 tcp dport vmap { 80 : drop, 81-90 : continue } reject';
    expect(rule(text)).toEqual(DROPS);
    expect(rule(text, { to: '10.96.0.1:85' })).toEqual(['1 REJECT']);
    expect(rule(text, { to: '10.96.0.1:91' })).toEqual(PASSES);
    expect(rule(text, { from: '10.0.0.1' })).toEqual(PASSES);
  });

  it('does what stands ahead of it once, for packets of every key and of none', () => {
    const text = (port: number): string =>
      `meta mark set meta mark ^ 0x1 tcp dport vmap { ${port} : accept, 81 : drop }\nmeta mark 0x1 reject`;
    expect(rule(text(82))).toEqual(['1 REJECT']);
    expect(rule(text(80))).toEqual(PASSES);
    expect(rule('meta mark set 0x1 meta mark vmap { 0x1 : drop }')).toEqual([
      '1 ACCEPT ip t/c:1: meta mark vmap { 0x00000001 : drop }: ignored',
    ]);
  });

  it('finds one of many elements', () => {
    const elements = Array.from({ length: 300 }, (_, at) => `tcp . ${30000 + at} : goto n${at}`);
    const objects =
      `set own {\n type ipv4_addr\n elements = { 192.168.0.2 }\n}\n` +
      `map m {\n type inet_proto . inet_service : verdict\n elements = { ${elements.join(', ')} }\n}\n` +
      elements.map((_, at) => chain(`n${at}`, at === 17 ? 'reject' : 'drop')).join('');
    const program = nftProgram(
      table('ip t', objects, base('c', PRE, 'ip daddr @own meta l4proto . th dport vmap @m')),
    );
    const visits: number[] = [];
    const to = (port: number): readonly string[] =>
      traceProgram(program, { to: `192.168.0.2:${port}` }).outcomes.map(({ verdict }) => verdict);
    expect([to(30016), to(30017), to(30300)]).toEqual([['DROP'], ['REJECT'], ['ACCEPT']]);
    const { broken } = evaluate(program, everyPacket('IPv4'), {
      knownClients: false,
      observe: ({ rule: met }) => visits.push(met.ref.number),
    });
    expect(broken).toBeUndefined();
    expect(visits.length).toBeLessThan(3000);
  });
});

describe('numgen', () => {
  const balanced = (text: string): readonly string[] =>
    nftOutcomes(table('ip t', base('c', DSTNAT, text), chain('a', 'drop')));

  it('spreads over a map of addresses and ports', () => {
    expect(
      balanced(
        'dnat ip to numgen random mod 3 map { 0 : 10.0.0.1 . 8080, 1 : 10.0.0.2 . 8080, 2 : 10.0.0.3 . 81 }',
      ),
    ).toEqual(['1/3 DNAT 10.0.0.1:8080', '1/3 DNAT 10.0.0.2:8080', '1/3 DNAT 10.0.0.3:81']);
  });

  it('spreads over verdicts, and lets numbers without an element pass', () => {
    expect(balanced('numgen random mod 4 vmap { 0-1 : goto a, 2 : continue }')).toEqual([
      '1/2 DROP',
      '1/2 ACCEPT',
    ]);
    expect(balanced('numgen inc mod 4 offset 10 vmap { 10 : goto a }')).toEqual(['1/4 DROP', '3/4 ACCEPT']);
  });

  it('is a share where a rule compares it', () => {
    expect(balanced('numgen random mod 5 < 2 drop')).toEqual(['2/5 DROP', '3/5 ACCEPT']);
    expect(balanced('numgen random mod 5 { 0, 3 } drop')).toEqual(['2/5 DROP', '3/5 ACCEPT']);
  });

  it('keeps the share of the kernel, too', () => {
    const program = nftProgram(
      table('ip t', base('c', DSTNAT, 'numgen random mod 3 vmap { 0 : drop, 1 : accept }')),
    );
    const shares = traceProgram(program, {}).outcomes.map(({ verdict, kernelShare }) => [
      verdict,
      formatRational(valueOf(kernelShare)),
    ]);
    expect(shares).toEqual([
      ['DROP', '715827883/2147483648'],
      ['ACCEPT', '1431655765/2147483648'],
    ]);
  });
});

describe('a statement', () => {
  const nat = (text: string, asked: Asked = {}): readonly string[] =>
    nftOutcomes(
      table(
        'ip t',
        base('pre', DSTNAT, text),
        base('out', OUTPUT, text),
        base('post', SRCNAT, 'meta mark & 0x00004000 != 0x00000000 masquerade fully-random'),
      ),
      asked,
    );

  it.each([
    ['dnat to 10.0.0.1:8080', ['1 DNAT 10.0.0.1:8080']],
    ['dnat to 10.0.0.1', ['1 DNAT 10.0.0.1:80']],
    ['dnat to 10.0.0.1-10.0.0.2', ['1 ACCEPT ip t/pre:1: dnat to 10.0.0.1-10.0.0.2: ignored']],
    ['dnat ip to ip daddr map { 10.96.0.1 : 10.0.0.1, 10.96.0.2 : 10.0.0.2 }', ['1 DNAT 10.0.0.1:80']],
    ['dnat ip to tcp dport map { 80 : 10.0.0.1 . 8080 }', ['1 DNAT 10.0.0.1:8080']],
    ['redirect to :9090', ['1 DNAT 192.168.0.2:9090']],
    ['meta mark set meta mark | 0x00004000 dnat to 10.0.0.1:8080', ['1 DNAT 10.0.0.1:8080 masquerade']],
    ['meta mark set 0x00004000', ['1 ACCEPT masquerade']],
    ['meta mark set 0x00004000\nmeta mark set meta mark ^ 0x00004000', ['1 ACCEPT']],
    ['meta mark set 0x0000ffff\nmeta mark set meta mark & 0x0000bfff', ['1 ACCEPT']],
    ['ct mark set 0x00004000\nmeta mark set ct mark', ['1 ACCEPT masquerade']],
    ['counter packets 0 bytes 0 log prefix "x" drop', ['1 DROP']],
    ['log prefix "x"\ndrop', ['1 DROP']],
    ['xt target "DNAT"', ['1 ACCEPT ip t/pre:1: xt target "DNAT": ignored']],
    ['snat to 10.0.0.9', ['1 ACCEPT masquerade']],
    ['ip ttl set 5', ['1 ACCEPT']],
    ['meta mark set ct mark | 0x00000001\nct mark set meta mark\nct mark != 0x00000001 drop', ['1 ACCEPT']],
    ['add @seen { ip daddr }\nupdate @seen { ip ttl }', ['1 ACCEPT']],
    ['jump missing\ndrop', ['1 DROP ip t/pre:1: chain ip t/missing, which is not there: ignored']],
  ])('%s', (text, expected) => {
    expect(nat(text)).toEqual(expected);
  });

  it.each([
    'dnat to 10.0.0.0/8',
    'dnat ip to ip ttl map { 5 : 10.0.0.1 }',
    'dnat ip to ip daddr map @missing',
    'dnat ip to numgen random mod 2 map @missing',
    'dnat ip to numgen random mod 2 map { 0 : drop }',
    'dnat ip to numgen random mod 2 map { 0 : 10.0.0.1 . http }',
    'dnat ip to numgen random mod 2 map { 0 : 10.0.0.1 . 80 . 81 }',
    'dnat ip to numgen random mod 2 map { 0 : "quoted" }',
    'dnat ip to numgen random mod 0 map { 0 : 10.0.0.1 . 80 }',
    'numgen random mod 2 vmap @missing',
    'numgen random mod 2 vmap { 0 : 5 }',
    'numgen random mod 2 vmap { x : drop }',
    'meta mark set meta cpu',
    'meta mark set meta mark & meta',
    'meta mark set ip ttl & 0x00000001',
    'meta pkttype set host',
    'fib daddr oif set 5',
    'delete @seen { ip saddr }',
  ])('has no known effect: %s', (text) => {
    expect(nat(text)).toEqual([`1 ACCEPT ip t/pre:1: ${text}: ignored`]);
  });

  it('translates for its own family alone', () => {
    const text = 'dnat ip6 to [fd00::1]:80\ndnat ip to 10.0.0.1:80';
    expect(nftOutcomes(table('inet t', base('c', DSTNAT, text)))).toEqual(['1 DNAT 10.0.0.1:80']);
    expect(nftOutcomes(table('inet t', base('c', DSTNAT, text)), {}, 'IPv6')).toEqual([
      '1 DNAT [fd00::1]:80',
    ]);
  });

  it('translates to one of a range of addresses', () => {
    const range = { kind: 'range', from: '10.0.0.1', to: '10.0.0.2' } as const;
    expect(translationTo(range, { kind: 'number', value: 80 })).toEqual({
      kind: 'translate-destination',
      choices: [
        { address: 0x0a000001n, port: 80n },
        { address: 0x0a000002n, port: 80n },
      ],
    });
    expect(translationTo({ kind: 'prefix', address: '10.0.0.2', length: 31 }, undefined)).toEqual({
      kind: 'translate-destination',
      choices: [{ address: 0x0a000002n }, { address: 0x0a000003n }],
    });
    expect(translationTo({ ...range, to: 'odd' }, undefined)).toBeUndefined();
    expect(translationTo({ kind: 'concat', parts: [range] }, undefined)).toBeUndefined();
    expect(translationTo({ ...range, to: '10.0.9.9' }, undefined)).toBeUndefined();
    expect(translationTo({ ...range, to: '10.0.0.0' }, undefined)).toBeUndefined();
  });

  it('notrack hides packets from nat', () => {
    const raw = base('raw', 'filter hook prerouting priority raw; policy accept', 'notrack');
    expect(nftOutcomes(table('ip t', raw, base('c', DSTNAT, 'dnat to 10.0.0.1:80')))).toEqual(PASSES);
  });

  it('remembers clients in dynamic sets', () => {
    const set = 'set who {\n type ipv4_addr\n flags dynamic,timeout\n timeout 3h\n}\n';
    const text = table(
      'ip t',
      set,
      base('c', PRE, 'ip saddr @who drop', 'update @who { ip saddr }', 'ip saddr @who reject'),
    );
    expect(nftOutcomes(text)).toEqual(['1 REJECT']);
    const { outcomes } = evaluate(nftProgram(text), everyPacket('IPv4'), { knownClients: true });
    expect([...new Set(outcomes.map(({ verdict }) => verdict))]).toContain('DROP');
    const free = evaluate(nftProgram(text), everyPacket('IPv4'), { knownClients: undefined });
    const ages = free.outcomes.flatMap(({ packets }) =>
      conditionsOf(packets.clients).flatMap((condition) => condition.ages),
    );
    // Three hours are told in milliseconds, ages in seconds.
    expect(ages).toContainEqual([0n, 10_800n]);
    const listed = text.replace('timeout 3h', 'timeout 3h\n elements = { 172.30.9.9 expires 5s }');
    expect(nftOutcomes(listed)).toEqual(DROPS);
  });

  it('masquerades connections of a pod to itself', () => {
    const text = table(
      'ip t',
      'set h {\n type ipv4_addr . ipv4_addr . inet_proto . inet_service\n elements = { 10.244.1.5 . 10.244.1.5 . tcp . 8080 }\n}\n',
      base('pre', DSTNAT, 'dnat to 10.244.1.5:8080'),
      base(
        'post',
        SRCNAT,
        'ct status dnat ip saddr . ip daddr . meta l4proto . th dport @h masquerade fully-random',
      ),
    );
    expect(nftOutcomes(text, { from: '10.244.1.5' })).toEqual(['1 DNAT 10.244.1.5:8080 masquerade']);
    expect(nftOutcomes(text, { from: '10.244.1.6' })).toEqual(['1 DNAT 10.244.1.5:8080']);
  });
});

describe('base chains', () => {
  const at = (priority: string, verdict: string): string =>
    base(
      `c${priority.replace(/\W/g, '')}`,
      `filter hook prerouting priority ${priority}; policy accept`,
      verdict,
    );

  it('are called by priority, whatever the table', () => {
    expect(nftOutcomes(table('ip a', at('10', 'drop')) + table('inet b', at('-5', 'reject')))).toEqual([
      '1 REJECT',
    ]);
  });

  it('of one priority are called in the opposite order of their making', () => {
    expect(nftOutcomes(table('ip a', at('0', 'drop')) + table('ip b', at('0', 'reject')))).toEqual([
      '1 REJECT',
    ]);
  });

  it('accept ends one, drop ends all', () => {
    expect(nftOutcomes(table('ip a', at('0', 'accept')) + table('ip b', at('5', 'drop')))).toEqual(DROPS);
    expect(nftOutcomes(table('ip a', at('0', 'drop')) + table('ip b', at('5', 'accept')))).toEqual(DROPS);
  });

  it('have policies', () => {
    const closed = 'filter hook prerouting priority 0; policy drop';
    expect(nftOutcomes(table('ip a', base('c', closed, 'tcp dport 80 accept')))).toEqual(PASSES);
    expect(nftOutcomes(table('ip a', base('c', closed, 'tcp dport 81 accept')))).toEqual(DROPS);
    expect(nftOutcomes(table('ip a', base('c', closed, 'goto x'), chain('x', 'return')))).toEqual(DROPS);
    expect(nftOutcomes(table('ip a', base('c', closed, 'jump x', 'accept'), chain('x', 'return')))).toEqual(
      PASSES,
    );
  });

  it('of nat are called in one place, in the order of their priorities', () => {
    const nat = base('n', 'nat hook prerouting priority -300; policy accept', 'dnat to 10.0.0.1:80');
    const filter = base('f', 'filter hook prerouting priority -200; policy accept', 'ip daddr 10.0.0.1 drop');
    expect(nftOutcomes(table('ip a', nat, filter))).toEqual(['1 DNAT 10.0.0.1:80']);
    const later = base('l', 'nat hook prerouting priority -301; policy accept', 'dnat to 10.0.0.2:80');
    expect(nftOutcomes(table('ip a', nat, later))).toEqual(['1 DNAT 10.0.0.2:80']);
  });

  it('of dormant tables and of other families are not called', () => {
    expect(nftOutcomes(`table ip a {\nflags dormant\n${at('0', 'drop')}}\n`)).toEqual(PASSES);
    expect(nftOutcomes(table('ip6 a', at('0', 'drop')) + table('arp b', at('0', 'drop')))).toEqual(PASSES);
  });
});

it('names rules by table, chain and place', () => {
  const program = nftProgram(
    table('ip kube-proxy', base('c', PRE, 'tcp dport 1 drop', 'jump x'), chain('x', 'drop')),
  );
  const [outcome] = traceProgram(program, {}).outcomes;
  expect(outcome?.path.map(({ rule: { chain: of, number, text } }) => `${of}:${number} ${text()}`)).toEqual([
    'ip kube-proxy/c:2 jump x',
    'ip kube-proxy/x:1 drop',
  ]);
});
