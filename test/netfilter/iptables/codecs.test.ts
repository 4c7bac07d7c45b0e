import { describe, expect, it } from 'vitest';
import { parseRule } from '../../../src/netfilter/iptables/parse-rule.ts';
import { printRule } from '../../../src/netfilter/iptables/print.ts';
import { type Match, type Rule, type Target } from '../../../src/netfilter/iptables/model.ts';
import { type IpFamily } from '../../../src/text/ip.ts';
import { isWordError, splitWords } from '../../../src/text/words.ts';

function parse(text: string, family: IpFamily = 'IPv4'): Rule {
  const words = splitWords(text);
  if (isWordError(words)) throw new Error(words.message);
  const read = parseRule(words, { family, hasChain: (name) => name === 'CHAIN' });
  if ('message' in read) throw new Error(read.message);
  return read.rule;
}

const failure = (text: string): unknown => {
  const words = splitWords(text);
  return isWordError(words)
    ? words
    : parseRule(words, { family: 'IPv4', hasChain: (name) => name === 'CHAIN' });
};

const print = (rule: Rule, family: IpFamily = 'IPv4'): string =>
  printRule('X', rule, family).slice('-A X '.length);

const longText = 'x'.repeat(255);

describe('matches are printed as iptables-save prints them, and read back', () => {
  const cases: readonly (readonly [string, Match, IpFamily?])[] = [
    ['-m comment --comment web', { kind: 'comment', text: 'web' }],
    ['-m comment --comment "a/b:c -> 10.0.0.1:80"', { kind: 'comment', text: 'a/b:c -> 10.0.0.1:80' }],
    [
      '-m comment --comment "-j \\"ACCEPT\\" \\\\ it\\\'s"',
      { kind: 'comment', text: '-j "ACCEPT" \\ it\'s' },
    ],
    ['-m comment --comment --comment', { kind: 'comment', text: '--comment' }],
    ['-m comment --comment -j', { kind: 'comment', text: '-j' }],
    ['-m comment --comment "!"', { kind: 'comment', text: '!' }],
    ['-m comment --comment "two\nlines"', { kind: 'comment', text: 'two\nlines' }],
    [`-m comment --comment ${longText}`, { kind: 'comment', text: longText }],
    ['-m tcp', { kind: 'port', protocol: 'tcp' }],
    ['-m udp --dport 53', { kind: 'port', protocol: 'udp', destination: 53 }],
    ['-m sctp --dport 65535', { kind: 'port', protocol: 'sctp', destination: 65535 }],
    ['-m conntrack --ctstate INVALID', { kind: 'conntrack', state: { value: ['INVALID'] } }],
    [
      '-m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT',
      { kind: 'conntrack', state: { value: ['RELATED', 'ESTABLISHED', 'DNAT'], negated: true } },
    ],
    ['-m mark --mark 0x4000/0x4000', { kind: 'mark', mark: { value: 0x4000 }, mask: 0x4000 }],
    [
      '-m mark ! --mark 0x80000000/0x80000000',
      { kind: 'mark', mark: { value: 2 ** 31, negated: true }, mask: 2 ** 31 },
    ],
    ['-m mark --mark 0x5000', { kind: 'mark', mark: { value: 0x5000 }, mask: 0xffffffff }],
    ['-m addrtype --dst-type LOCAL', { kind: 'addrtype', destination: { value: 'LOCAL' } }],
    [
      '-m addrtype ! --src-type LOCAL --dst-type LOCAL',
      { kind: 'addrtype', source: { value: 'LOCAL', negated: true }, destination: { value: 'LOCAL' } },
    ],
    ['-m statistic --mode random --probability 0.33333333349', { kind: 'statistic', threshold: 715827883 }],
    ['-m statistic --mode random --probability 1.00000000000', { kind: 'statistic', threshold: 2 ** 31 }],
    ['-m statistic --mode random --probability 0.00000000000', { kind: 'statistic', threshold: 0 }],
    [
      '-m recent --set --name KUBE-SEP-A --mask 255.255.255.255 --rsource',
      { kind: 'recent', list: 'KUBE-SEP-A', action: { set: true } },
    ],
    [
      '-m recent --rcheck --seconds 10800 --reap --name A --mask ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff --rsource',
      { kind: 'recent', list: 'A', action: { seconds: 10800, reap: true } },
      'IPv6',
    ],
    [
      '-m nfacct --nfacct-name  localhost_nps_accepted_pkts',
      { kind: 'nfacct', counter: 'localhost_nps_accepted_pkts' },
    ],
    ['-m physdev ! --physdev-is-in', { kind: 'other', module: 'physdev', words: ['!', '--physdev-is-in'] }],
    [
      '-m string --string "a b" --algo bm',
      { kind: 'other', module: 'string', words: ['--string', '"a b"', '--algo', 'bm'] },
    ],
    [
      '-m set --match-set weave-;r!N dst',
      { kind: 'other', module: 'set', words: ['--match-set', 'weave-;r!N', 'dst'] },
    ],
    [
      '-m policy --dir in --pol ipsec --proto esp',
      {
        kind: 'other',
        module: 'policy',
        words: ['--dir', 'in', '--pol', 'ipsec', '--proto', 'esp'],
      },
    ],
  ];
  it.each(cases.map(([first, second, family]) => ({ first, second, family })))(
    '$first',
    ({ first: text, second: match, family }) => {
      expect(print({ matches: [match] }, family)).toBe(text);
      expect(parse(text, family)).toEqual({ matches: [match] });
    },
  );
});

describe('targets are printed as iptables-save prints them, and read back', () => {
  const cases: readonly (readonly [string, Target])[] = [
    ['-j KUBE-SVC-GONE', { kind: 'jump', chain: 'KUBE-SVC-GONE' }],
    ['-j CHAIN', { kind: 'jump', chain: 'CHAIN' }],
    ['-g CHAIN', { kind: 'goto', chain: 'CHAIN' }],
    ['-j ACCEPT', { kind: 'accept' }],
    ['-j DROP', { kind: 'drop' }],
    ['-j RETURN', { kind: 'return' }],
    ['-j REJECT --reject-with tcp-reset', { kind: 'reject', with: 'tcp-reset' }],
    ['-j MARK --set-xmark 0x4000/0x0', { kind: 'mark', value: 0x4000, mask: 0 }],
    ['-j MARK --set-xmark 0xffffffff/0xffffffff', { kind: 'mark', value: 0xffffffff, mask: 0xffffffff }],
    ['-j MASQUERADE', { kind: 'masquerade', randomFully: false }],
    ['-j MASQUERADE --random-fully', { kind: 'masquerade', randomFully: true }],
    ['-j DNAT --to-destination [fd00::1]:80', { kind: 'dnat', destination: '[fd00::1]:80' }],
    ['-j LOG', { kind: 'other', name: 'LOG', words: [] }],
    ['-j LOG --log-prefix -j', { kind: 'other', name: 'LOG', words: ['--log-prefix', '-j'] }],
    ['-j MASQUERADE --to-ports 1-9', { kind: 'other', name: 'MASQUERADE', words: ['--to-ports', '1-9'] }],
    [
      '-j SNAT --to-source 1.2.3.4 --random-fully',
      {
        kind: 'other',
        name: 'SNAT',
        words: ['--to-source', '1.2.3.4', '--random-fully'],
      },
    ],
  ];
  it.each(cases)('%s', (text, target) => {
    expect(print({ matches: [], target })).toBe(text);
    expect(parse(text)).toEqual({ matches: [], target });
  });
});

describe('other spellings of the same rule are read as the one that iptables-save prints', () => {
  const cases: readonly (readonly [string, string, IpFamily?])[] = [
    ['-j MARK --or-mark 0x4000', '-j MARK --set-xmark 0x4000/0x4000'],
    ['-j MARK --xor-mark 0x4000', '-j MARK --set-xmark 0x4000/0x0'],
    ['-j MARK --and-mark 0xffffbfff', '-j MARK --set-xmark 0x0/0x4000'],
    ['-j MARK --set-mark 0x4000', '-j MARK --set-xmark 0x4000/0xffffffff'],
    ['-j MARK --set-mark 0x100/0xff00', '-j MARK --set-xmark 0x100/0xff00'],
    ['-j MARK --set-xmark 0x00004000/0x00004000', '-j MARK --set-xmark 0x4000/0x4000'],
    ['-j MARK --set-xmark 16384', '-j MARK --set-xmark 0x4000/0xffffffff'],
    ['-m mark --mark 0x4d415351/0xffffffff', '-m mark --mark 0x4d415351'],
    ['-m mark --mark 010', '-m mark --mark 0x8'],
    ['-j REJECT', '-j REJECT --reject-with icmp-port-unreachable'],
    ['-j REJECT', '-j REJECT --reject-with icmp6-port-unreachable', 'IPv6'],
    ['-s 10.0.0.1 -d 10.1.2.3/8', '-s 10.0.0.1/32 -d 10.0.0.0/8'],
    ['-s 10.0.0.0/255.0.0.0', '-s 10.0.0.0/8'],
    ['-s 10.0.0.1/255.0.0.255', '-s 10.0.0.1/255.0.0.255'],
    ['-s FD00::0:1', '-s fd00::1/128', 'IPv6'],
    ['-s 0.0.0.0/0 -i + -p all -j DROP', '-j DROP'],
    ['! -s 0.0.0.0/0', '! -s 0.0.0.0/0'],
    ['-s ! 10.0.0.0/8 -i ! eth0 -p ! tcp', '! -s 10.0.0.0/8 ! -i eth0 ! -p tcp'],
    ['-m mark --mark ! 0x1/0x1', '-m mark ! --mark 0x1/0x1'],
    ['-m tcp --sport ! 80', '-m tcp ! --sport 80'],
    ['-m set --match-set ! x dst', '-m set ! --match-set x dst'],
    ['-p 6', '-p tcp'],
    ['-p TCP --dport 80', '-p tcp -m tcp --dport 80'],
    ['-p tcp -m comment --comment x --dport 80', '-p tcp -m comment --comment x -m tcp --dport 80'],
    ['-p icmpv6 --icmpv6-type 1', '-p ipv6-icmp -m icmp6 --icmpv6-type 1', 'IPv6'],
    [
      '-m comment --comment c -m tcp -p tcp -d 10.0.0.1/32 --dport 80',
      '-d 10.0.0.1/32 -p tcp -m comment --comment c -m tcp --dport 80',
    ],
    [
      '--source 10.0.0.1 --protocol tcp --match tcp --destination-port 80 --jump DROP',
      '-s 10.0.0.1/32 -p tcp -m tcp --dport 80 -j DROP',
    ],
    ['-p tcp -m multiport --dports 80,443', '-p tcp -m multiport --dports 80,443'],
    ['-m conntrack --ctstate ESTABLISHED,RELATED', '-m conntrack --ctstate RELATED,ESTABLISHED'],
    ['-m state --state ESTABLISHED,RELATED', '-m state --state ESTABLISHED,RELATED'],
    [
      '-m recent --name A --rcheck --reap --seconds 5',
      '-m recent --rcheck --seconds 5 --reap --name A --mask 255.255.255.255 --rsource',
    ],
    ['-m nfacct --nfacct-name a', '-m nfacct --nfacct-name  a'],
    [
      '-m statistic --mode random --probability 0.33333',
      '-m statistic --mode random --probability 0.33332999982',
    ],
    [
      '-m statistic --mode random --probability 0.0002441406',
      '-m statistic --mode random --probability 0.00024414062',
    ],
    [
      '-m statistic --mode random --probability 0.000732421875',
      '-m statistic --mode random --probability 0.00073242188',
    ],
    ['-j DROP -c 5 6', '-j DROP'],
    ['-f -j DROP', '-f -j DROP'],
    ['! -f -j DROP', '! -f -j DROP'],
    [`-m comment --comment ${longText}yz`, `-m comment --comment ${longText}`],
    [`-m comment --comment "${'é'.repeat(128)}"`, `-m comment --comment "${'é'.repeat(127)}\ufffd"`],
  ];
  it.each(cases.map(([first, second, family]) => ({ first, second, family })))(
    '$first',
    ({ first: text, second: canonical, family }) => {
      const rule = parse(text, family);
      expect(print(rule, family)).toBe(canonical);
      expect(parse(canonical, family)).toEqual(rule);
    },
  );
});

describe('options that a match or target of the model cannot hold are kept word by word', () => {
  it.each([
    '-m comment ! --comment x',
    '-m tcp --dport 80:90',
    '-m tcp ! --dport 80',
    '-m tcp --sport 1 --dport 2',
    '-m tcp --dport 70000',
    '-m conntrack --ctstate NEW,NOVEL',
    '-m conntrack --ctstate NEW --ctproto 6',
    '-m mark --mark 0x100000000',
    '-m mark --mark 1/2/3',
    '-m addrtype --dst-type LOCAL --limit-iface-in',
    '-m addrtype --src-type UNICAST',
    '-m statistic --mode nth --every 2 --packet 0',
    '-m statistic --mode random ! --probability 0.50000000000',
    '-m statistic --mode random --probability 2',
    '-m recent --update --seconds 5 --name A --mask 255.255.255.255 --rsource',
    '-m recent --rcheck --seconds 5 --name A --mask 255.255.255.255 --rsource',
    '-m recent --set --name A --mask 255.255.255.0 --rsource',
    '-m recent --set --name A --mask 255.255.255.255 --rdest',
    '-m recent --set --name "A B"',
    '-m __proto__ --constructor x',
    '-m news --dport 80',
    '-j MARK --set-xmark 0x1/0x2 --more',
    '-j MARK --zero-mark 1',
    '-j DNAT --to-destination 10.0.0.1:80 --persistent',
    '-j __proto__ --x 1',
  ])('%s', (text) => {
    const rule = parse(text);
    expect(print(rule)).toBe(text);
    expect([...rule.matches, ...(rule.target ? [rule.target] : [])].map(({ kind }) => kind)).toEqual([
      'other',
    ]);
  });
});

describe('a rule that iptables cannot have printed is refused where it goes wrong', () => {
  it.each([
    ['-m tcp -jKUBE-SEP-A', 7, '-jKUBE-SEP-A is no option: a blank is missing behind -j.'],
    ['-Z', 0, '-Z is no option that iptables prints.'],
    ['tcp', 0, 'tcp belongs to no option.'],
    ['--dport 80', 0, '--dport belongs to no match or target.'],
    ['-s', 0, '-s has no value.'],
    ['-m comment --comment', 11, '--comment has no value.'],
    ['-m comment --comment ! -o eth0 -j A', 21, '--comment has no value.'],
    ['-s <LB-IP>', 3, '<LB-IP> is no address.'],
    ['-s 10.0.0.0/33', 3, '10.0.0.0/33 is no address.'],
    ['-s 10.0.0.1,10.0.0.2', 3, '10.0.0.1,10.0.0.2 is no address.'],
    ['-d fd00::1/128', 3, 'fd00::1/128 is no IPv4 address, as others in this dump are.'],
    ['-p 300', 3, '300 is no protocol.'],
    ['-s 10.0.0.1 -s 10.0.0.2', 15, 'The rule has this option twice.'],
    ['-j A -j B', 5, 'A rule has one target only.'],
    ['! -j A', 2, '-j cannot be negated.'],
    ['-p tcp !', 7, 'This ! negates nothing.'],
    ['-j CHAIN --x', 3, 'CHAIN is a chain and takes no options.'],
    ['-j KUBE-SVC-A stray', 14, 'stray belongs to no option.'],
    ['-m comment --comment a b', 23, 'b belongs to no option.'],
    ['-p ud --dport 80', 6, '--dport belongs to no match or target.'],
    ['-c 1 x', 0, '-c needs two numbers.'],
    ['-j "A B"', 3, '"A B" cannot be the name of a match, chain or target.'],
    ['-i "a b"', 3, '"a b" cannot be the name of an interface.'],
  ])('%s', (text, offset, message) => {
    expect(failure(text)).toEqual({ offset, message });
  });
});
