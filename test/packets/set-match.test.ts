import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../helpers/cli.ts';
import { type Asked, inWords, programOf, saveText, traceProgram } from './trace-rules.ts';

const SETS = `create vips hash:ip,port family inet
add vips 10.96.0.1,tcp:80
add vips 10.96.0.2,udp:53
add vips 10.96.0.3,gre:0
create ranges hash:ip,port,net family inet
add ranges 10.96.0.1,tcp:80,172.30.0.0/16
create ips hash:ip family inet
add ips 10.96.0.1
create nets hash:net family inet
add nets 172.30.9.0/24 nomatch
add nets 172.16.0.0/12
add nets 172.30.9.9 timeout 20
create other hash:net family inet
add other 172.30.9.0/24 nomatch
add other 172.16.0.0/12
create six hash:ip family inet6
add six fd00:96::1
create ports bitmap:port range 0-65535
add ports 80
add ports 30080
create marks hash:ip,mark family inet
add marks 172.30.9.9,0x00000000
create cards hash:net,iface family inet
add cards 172.30.0.0/16,eth0
create bridges hash:net,iface family inet
add bridges 172.30.0.0/16,physdev:eth0
create macs hash:ip,mac family inet
add macs 172.30.9.9,AA:BB:CC:DD:EE:FF
create pings hash:ip,port family inet
add pings 10.96.0.1,icmp:echo-request
create strange hash:ip,port family inet
add strange 10.96.0.1,nonsense:80
create pairs hash:net,port,net family inet
add pairs 10.0.0.0/8,tcp:80,172.30.0.0/16 nomatch
create empty hash:ip,port family inet
create all list:set size 8
add all other
add all vips
create listed list:set size 8
add listed missing
create nested list:set size 8
add nested all
`;

const UDP = { to: '10.96.0.2:53/UDP' };

/** What becomes of a packet when what matches is dropped: `DROP`, `ACCEPT`, or that nobody knows. */
function fate(match: string, asked: Asked = {}, family: 'IPv4' | 'IPv6' = 'IPv4'): string {
  const filter = [`-A FORWARD -m set ${match} -j DROP`];
  const told = inWords(traceProgram(programOf({ filter }, family, SETS), asked));
  return told.length > 1 ? 'unknown' : (told[0] ?? '').replace('1 ', '');
}

describe('-m set', () => {
  it.each<[match: string, asked: Asked, expected: string]>([
    ['--match-set vips dst,dst', {}, 'DROP'],
    ['! --match-set vips dst,dst', {}, 'ACCEPT'],
    ['--match-set vips dst,dst', UDP, 'DROP'],
    ['--match-set vips dst,dst', { to: '10.96.0.1:81' }, 'ACCEPT'],
    ['--match-set vips dst,dst', { to: '10.96.0.1:80/UDP' }, 'ACCEPT'],
    ['--match-set vips src,dst', {}, 'ACCEPT'],
    ['--match-set vips dst', {}, 'ACCEPT'],
    ['! --match-set vips dst', {}, 'DROP'],
    ['--match-set ranges dst,dst,src', {}, 'DROP'],
    ['--match-set ranges dst,dst,src', { from: '172.29.0.1' }, 'ACCEPT'],
    ['--match-set ips dst', {}, 'DROP'],
    ['--match-set ips dst,src', {}, 'DROP'],
    ['--match-set ips src', {}, 'ACCEPT'],
    ['! --match-set ips src', {}, 'DROP'],
    ['--match-set nets src', {}, 'DROP'],
    ['--match-set nets src', { from: '172.30.9.8' }, 'ACCEPT'],
    ['--match-set nets src', { from: '172.30.8.8' }, 'DROP'],
    ['--match-set other src', {}, 'ACCEPT'],
    ['--match-set six dst', {}, 'ACCEPT'],
    ['--match-set ports dst', {}, 'DROP'],
    ['--match-set ports dst', UDP, 'ACCEPT'],
    ['--match-set ports dst', { to: '10.96.0.1:30080/SCTP' }, 'ACCEPT'],
    ['--match-set ports src', {}, 'ACCEPT'],
    ['--match-set marks src,src', {}, 'DROP'],
    ['--match-set cards src,src', {}, 'DROP'],
    ['--match-set cards src,src', { inInterface: 'eth1' }, 'ACCEPT'],
    ['--match-set cards src,dst', { inInterface: 'eth1' }, 'unknown'],
    ['--match-set empty dst,dst', {}, 'ACCEPT'],
    ['--match-set all dst,dst', {}, 'DROP'],
    ['--match-set all src,dst', { from: '172.16.0.1' }, 'DROP'],
    ['--match-set bridges src,src', {}, 'unknown'],
    ['--match-set macs src,src', {}, 'unknown'],
    ['--match-set pings dst,dst', {}, 'unknown'],
    ['--match-set strange dst,dst', {}, 'unknown'],
    ['--match-set pairs dst,dst,src', {}, 'unknown'],
    ['--match-set listed src', {}, 'unknown'],
    ['--match-set nested src', {}, 'unknown'],
    ['--match-set missing src', {}, 'unknown'],
    ['--match-set ips src --return-nomatch', {}, 'unknown'],
  ])('%s %j: %s', (match, asked, expected) => {
    expect(fate(match, asked)).toBe(expected);
  });

  it('finds addresses of IPv6', () => {
    expect(fate('--match-set six dst', {}, 'IPv6')).toBe('DROP');
    expect(fate('--match-set ips dst', {}, 'IPv6')).toBe('ACCEPT');
    expect(fate('--match-set vips dst,dst', {}, 'IPv6')).toBe('ACCEPT');
  });
});

it('trace takes what ipset save prints beside the dump', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'svc2ipt-ipset-'));
  try {
    const [dump, sets] = [join(folder, 'node.save'), join(folder, 'node.ipset')];
    writeFileSync(dump, saveText({ filter: ['-A FORWARD -m set --match-set vips dst,dst -j DROP'] }));
    writeFileSync(sets, SETS);
    const words = ['trace', '--node-address', '192.168.0.2', '--to', '10.96.0.1:80', '--from', 'outside'];
    const alone = await run([...words, '--live', dump]);
    expect(alone.stdout).toContain('--match-set vips dst,dst: does not match');
    const { code, stdout } = await run([...words, '--live', sets, '--live', dump, '-o', 'json']);
    expect({ code, packets: JSON.parse(stdout) as unknown }).toMatchObject({
      code: 1,
      packets: { packets: [{ outcomes: [{ verdict: 'DROP', probability: '1' }] }] },
    });
    writeFileSync(sets, 'create vips hash:ip\nadd vips x\n');
    const damaged = await run([...words, '--live', dump, '--live', sets]);
    expect(damaged).toEqual({
      code: 2,
      stdout: '',
      stderr: `${sets}:2:1: error: x is no address of the family of the set. [dump-syntax]\n`,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
