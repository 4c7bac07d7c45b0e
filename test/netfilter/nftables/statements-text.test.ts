/** Statements in the text of nft: what is understood, and what is kept as it stands. */
import { describe, expect, it } from 'vitest';
import { printList } from '../../../src/netfilter/nftables/list.ts';
import { type Rule } from '../../../src/netfilter/nftables/model.ts';
import { spellingOf } from '../../../src/netfilter/nftables/nft-release.ts';
import { readNft } from '../../../src/netfilter/nftables/read-nft.ts';

const listing = (rule: string): string => `table ip t {\n\tchain c {\n\t\t${rule}\n\t}\n}\n`;

function read(rule: string): { readonly rule: Rule; readonly printed: string } {
  const { value, problems } = readNft({ name: 'dump', text: listing(rule) });
  expect(problems).toEqual([]);
  return { rule: value!.tables[0]!.chains[0]!.rules[0]!, printed: printList(value!, spellingOf('1.1.3')) };
}

describe('a rule that is understood is printed as it was', () => {
  it.each([
    'ct state established,related accept',
    'ct mark set 0x00000005',
    'meta l4proto { tcp, udp } th dport 53 counter packets 1 bytes 60 drop',
    'meta mark & 0x00000001 == 0x00000001 counter',
    'meta mark != 0x00000001 continue',
    'meta mark set 0x00004000',
    'meta pkttype set host',
    'ip ttl < 5 drop',
    'ip ttl >= 64 return',
    'ip saddr . tcp dport @pairs reject with tcp reset',
    'ip saddr . tcp dport vmap @ways',
    'ip saddr { 10.0.0.1 timeout 1h expires 59s comment "one", 10.0.0.2 } return',
    'oif "eth0" oifname != "docker*" masquerade random,persistent',
    'fib saddr . iif oif 0 drop',
    'fib daddr type != local return',
    'numgen inc mod 3 offset 2 vmap { 2 : accept, 3 : jump "d" }',
    'dnat to 10.0.0.1',
    'dnat to [fd00::1]:80',
    'snat ip6 to fd00::1',
    'dnat ip to tcp dport map { 80 : 10.0.0.1 . 8080 }',
    'dnat to ip saddr map @homes',
    'reject with icmpx admin-prohibited',
    'add @seen { ip saddr . tcp dport }',
    'delete @seen { ip saddr }',
  ])('%s', (rule) => {
    const found = read(rule);
    expect(found.printed).toBe(listing(rule.replace('"d"', 'd')));
    expect(found.rule.statements.filter(({ kind }) => kind === 'unknown')).toEqual([]);
  });
});

describe('what is not understood is kept word by word', () => {
  it.each([
    'ct',
    'ct helper "ftp"',
    'ct state',
    'ct state =',
    'ct state new,',
    'ct state new,=',
    'meta',
    'meta odd 5',
    'meta mark and',
    'meta mark & = 5',
    'meta mark set',
    'meta mark set =',
    'meta mark 5 map @m',
    'ip',
    'ip odd 5',
    'ip saddr',
    'ip saddr @',
    'ip saddr { 10.0.0.1 10.0.0.2 }',
    'ip saddr { 10.0.0.1 . }',
    'ip saddr { 10.0.0.1 timeout soon }',
    'ip saddr { 10.0.0.1 timeout }',
    'ip saddr { 10.0.0.1 comment one }',
    'ip saddr . odd @s',
    'ip saddr vmap 5',
    'ip saddr vmap { 10.0.0.1 : = }',
    'fib odd type local',
    'fib saddr . odd type local',
    'fib saddr',
    'fib saddr odd 5',
    'numgen',
    'numgen odd mod 2 vmap @m',
    'numgen inc 2 vmap @m',
    'numgen inc mod x vmap @m',
    'numgen inc mod 2 offset vmap @m',
    'dnat',
    'dnat addr to 10.0.0.1',
    'dnat ip addr . to 10.0.0.1',
    'dnat to',
    'dnat to 10.0.0.1-10.0.0.2',
    'dnat to ip saddr',
    'dnat to ip saddr map 5',
    'reject with',
    'reject with odd',
    'reject with icmp type',
    'reject with icmp "x"',
    'add',
    'add seen { ip saddr }',
    'update @seen ip saddr',
    'update @seen { }',
    'update @seen { ip saddr timeout 1m }',
    'counter packets',
    'counter packets 5',
    'counter packets 5 bytes',
    'counter packets x bytes 5',
    'counter name "n"',
    'quota over 5 mbytes',
    'jump',
    'jump { drop }',
    '"accept"',
  ])('%s', (rule) => {
    const found = read(rule);
    expect(found.rule).toEqual({ statements: [{ kind: 'unknown', form: 'text', text: rule }] });
    expect(found.printed).toBe(listing(rule));
  });

  it('but for a verdict at the end and a comment', () => {
    expect(read('quota over 5 mbytes jump d comment "too much" # handle 7').rule).toEqual({
      statements: [
        { kind: 'unknown', form: 'text', text: 'quota over 5 mbytes' },
        { kind: 'jump', chain: 'd' },
      ],
      comment: 'too much',
      handle: 7,
    });
    expect(read('accept # not a handle').rule).toEqual({ statements: [{ kind: 'accept' }] });
  });
});

describe('older words for the same', () => {
  it.each([
    ['mark set mark xor 0x4000', 'meta mark set meta mark ^ 0x00004000'],
    ['meta mark and 0x4000 == 0x4000 drop', 'meta mark & 0x00004000 == 0x00004000 drop'],
    ['reject with icmp type host-unreachable', 'reject with icmp host-unreachable'],
    ['dnat ip addr . port to tcp dport map @m', 'dnat ip to tcp dport map @m'],
    ['ip saddr == 10.0.0.1 drop', 'ip saddr 10.0.0.1 drop'],
  ])('%s', (older, newer) => {
    expect(read(older).printed).toBe(listing(newer));
  });
});
