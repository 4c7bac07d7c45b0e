import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../../src/diagnostics/format.ts';
import { printSets } from '../../../src/netfilter/ipset/print.ts';
import { isSetListing, readSets } from '../../../src/netfilter/ipset/read.ts';
import { type Source } from '../../../src/text/source.ts';

/** What `ipset save` of ipset 7.17 printed on Linux 6.18, with sets of every type that kernel had. */
const SAVED = `create a hash:ip,port family inet hashsize 1024 maxelem 65536 counters comment bucketsize 12 initval 0xf5e4ec0e
add a 10.0.0.2,sctp:9 packets 0 bytes 0
add a 10.0.0.1,gre:0 packets 0 bytes 0
add a 10.0.0.1,icmp:echo-request packets 0 bytes 0
add a 10.0.0.1,tcp:80 packets 0 bytes 0 comment "hello \\ there, x"
create n hash:net family inet hashsize 1024 maxelem 65536 timeout 300 bucketsize 12 initval 0x508384b9
add n 10.0.0.0/8 timeout 299
add n 10.1.0.0/16 timeout 299 nomatch
add n 0.0.0.0/1 timeout 299
create i hash:net,iface family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0xd5403e6e
add i 10.0.0.0/8,physdev:eth1
add i 10.0.0.0/8,eth0
create s hash:ip,port,net family inet6 hashsize 1024 maxelem 65536 bucketsize 12 initval 0xd5403e6f
add s fd00::1,tcp:443,fd00:1::/32
create bp bitmap:port range 1000-2000
add bp 1100
create bi bitmap:ip range 10.0.0.0-10.0.0.255
add bi 10.0.0.4
create bm bitmap:ip,mac range 10.0.0.0-10.0.0.255
add bm 10.0.0.9,AA:BB:CC:DD:EE:FF
create k hash:ip,mark family inet markmask 0xffffffff hashsize 1024 maxelem 65536 bucketsize 12 initval 0x1
add k 10.0.0.9,0x00000010
create l list:set size 8
add l a
add l n
`;

const source = (text: string): Source => ({ name: 'node.ipset', text });

describe('ipset save', () => {
  it('is printed as it was read', () => {
    const { value, problems } = readSets(source(SAVED));
    expect(problems).toEqual([]);
    expect(printSets(value ?? [])).toBe(SAVED);
  });

  it('is read into parts', () => {
    const { value } = readSets(
      source('# remark\n\ncreate s hash:ip,port,net\nadd s 10.0.0.1,tcp:80,10.0.0.0/8 nomatch\n'),
    );
    expect(value).toEqual([
      {
        name: 's',
        type: { storage: 'hash', parts: ['ip', 'port', 'net'] },
        family: undefined,
        options: [],
        entries: [
          {
            parts: [
              { kind: 'address', address: '10.0.0.1', prefix: undefined },
              { kind: 'port', protocol: 'tcp', port: 80 },
              { kind: 'address', address: '10.0.0.0', prefix: 8 },
            ],
            options: ['nomatch'],
          },
        ],
      },
    ]);
  });

  it.each([
    [SAVED, true],
    ['# remark\n\n  create a bitmap:port', true],
    [`${'\n'.repeat(100_000)}x`, false],
    ['*nat\nCOMMIT\n', false],
    ['table ip x {\n}\n', false],
    ['create table ip x', false],
    ['', false],
  ])('is told from other texts %#', (text, expected) => {
    expect(isSetListing(source(text))).toBe(expected);
  });

  it('names each mistake with its place', () => {
    const text = [
      'create a hash:ip,port family inet',
      'create a hash:ip',
      'create b hash:ip,ip',
      'create c',
      'create d hash:ip family ipv4',
      `create ${'x'.repeat(32)} hash:ip`,
      'add a 10.0.0.1',
      'add a 10.0.0.1,tcp:80,10.0.0.2',
      'add a fd00::1,tcp:80',
      'add a 10.0.0.1/33,tcp:80',
      'add a 10.0.0.1/8/8,tcp:80',
      'add a 10.0.0.1,tcp:65536',
      '  add a ,tcp:80',
      'add e 10.0.0.1',
      'create m bitmap:ip,mac',
      'add m 10.0.0.1,AA',
      'Name: a',
    ].join('\n');
    const { value, problems } = readSets(source(text));
    expect(value).toBeUndefined();
    expect(problems.map(formatDiagnostic)).toEqual([
      'node.ipset:2:1: error: Set a is created a second time here. [dump-structure]',
      'node.ipset:3:1: error: ipset has no type hash:ip,ip. [dump-syntax]',
      'node.ipset:4:1: error: ipset has no type without a name. [dump-syntax]',
      'node.ipset:5:1: error: The family of a set is inet or inet6. [dump-syntax]',
      'node.ipset:6:1: error: Expected the name of a set, of at most 31 characters. [dump-syntax]',
      'node.ipset:7:1: error: An entry of this set has 2 parts, this one has 1. [dump-syntax]',
      'node.ipset:8:1: error: An entry of this set has 2 parts, this one has 3. [dump-syntax]',
      'node.ipset:9:1: error: fd00::1 is no address of the family of the set. [dump-syntax]',
      'node.ipset:10:1: error: 10.0.0.1/33 is no address of the family of the set. [dump-syntax]',
      'node.ipset:11:1: error: 10.0.0.1/8/8 is no address of the family of the set. [dump-syntax]',
      'node.ipset:12:1: error: tcp:65536 is no port such as tcp:80. [dump-syntax]',
      'node.ipset:13:3: error: An empty text is no address of the family of the set. [dump-syntax]',
      'node.ipset:14:1: error: Set e is not created ahead of this entry. [dump-structure]',
      'node.ipset:16:1: error: AA is no MAC address. [dump-syntax]',
      'node.ipset:17:1: error: This is no line that ipset save prints: create SET TYPE ..., or add SET ENTRY ... [dump-syntax]',
    ]);
  });

  it('stops at a text that is no list of sets', () => {
    expect(readSets(source('x\n'.repeat(1000))).problems).toHaveLength(100);
  });
});
