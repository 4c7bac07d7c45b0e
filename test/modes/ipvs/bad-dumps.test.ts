/** Damaged outputs of the tools of mode ipvs: each gives an error that says where and what. */
import { afterAll, describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../../src/diagnostics/format.ts';
import { readIpvsDump } from '../../../src/modes/ipvs/read-dump.ts';

const SERVER = '-A -t 10.0.0.1:80 -s rr\n';
const SET = 'create KUBE-CLUSTER-IP hash:ip,port family inet\n';

/** A text and the message that it must give. */
const INPUTS: readonly (readonly [text: string, message: string])[] = [
  ['hello\n', '1:1: error: This is the output of none of iptables-save, ipset save, ipvsadm -S -n and ip addr show kube-ipvs0. [dump-syntax]'],
  [`${SERVER}hello\n`, '2:1: error: This is no line that ipvsadm -S prints: -A SERVICE ..., or -a SERVICE ... [dump-syntax]'],
  ['-A -t 10.0.0.1:80\n', '1:1: error: A virtual server has a scheduler: -s NAME. [dump-syntax]'],
  ['-A -t 10.0.0.1 -s rr\n', '1:1: error: 10.0.0.1 is no address with a port: ipvsadm prints numbers with -n. [dump-syntax]'],
  ['-A -t web.example:http -s rr\n', '1:1: error: web.example:http is no address with a port: ipvsadm prints numbers with -n. [dump-syntax]'],
  ['-A -t 10.0.0.1:99999 -s rr\n', '1:1: error: 10.0.0.1:99999 is no address with a port: ipvsadm prints numbers with -n. [dump-syntax]'],
  ['-A -t [10.0.0.1]:80 -s rr\n', '1:1: error: [10.0.0.1]:80 is no address with a port: ipvsadm prints numbers with -n. [dump-syntax]'],
  ['-A -t fd00::1:80 -s rr\n', '1:1: error: fd00::1:80 is no address with a port: ipvsadm prints numbers with -n. [dump-syntax]'],
  ['-A -f seven -s rr\n', '1:1: error: seven is no mark. [dump-syntax]'],
  ['-A -t 10.0.0.1:80 -s\n', '1:1: error: -s has no value. [dump-syntax]'],
  ['-A -t 10.0.0.1:80 -s rr -p forever\n', '1:1: error: forever is no number of seconds. [dump-syntax]'],
  ['-A -t 10.0.0.1:80 -s rr --quick\n', '1:1: error: --quick is no option that ipvsadm prints. [dump-syntax]'],
  [`${SERVER}${SERVER}`, '2:1: error: -t 10.0.0.1:80 is added a second time here. [dump-syntax]'],
  ['-a -t 10.0.0.1:80 -r 10.0.0.2:80 -m -w 1\n', '1:1: error: -t 10.0.0.1:80 is not added ahead of its real server. [dump-syntax]'],
  [`${SERVER}-a -t 10.0.0.1:80 -m -w 1\n`, '2:1: error: A real server has an address: -r ADDRESS:PORT. [dump-syntax]'],
  [`${SERVER}-a -t 10.0.0.1:80 -r 10.0.0.300:80 -m\n`, '2:1: error: 10.0.0.300:80 is no address with a port: ipvsadm prints numbers with -n. [dump-syntax]'],
  [`${SERVER}-a -t 10.0.0.1:80 -r 10.0.0.3:80 -m -w heavy\n`, '2:1: error: heavy is no weight. [dump-syntax]'],
  [`${SERVER}-a -t 10.0.0.1:80 -r 10.0.0.3:80 -m -w 65536\n`, '2:1: error: 65536 is no weight. [dump-syntax]'],
  ['add KUBE-CLUSTER-IP 10.0.0.1,tcp:80\n', '1:1: error: Set KUBE-CLUSTER-IP is not created ahead of this entry. [dump-structure]'],
  [`${SET}${SET}`, '2:1: error: Set KUBE-CLUSTER-IP is created a second time here. [dump-structure]'],
  [`${SET}add KUBE-CLUSTER-IP 10.0.0.1\n`, '2:1: error: An entry of this set has 2 parts, this one has 1. [dump-syntax]'],
  [`${SET}add KUBE-CLUSTER-IP 10.0.0.1,tcp:http\n`, '2:1: error: tcp:http is no port such as tcp:80. [dump-syntax]'],
  [`${SET}add KUBE-CLUSTER-IP fd00::1,tcp:80\n`, '2:1: error: fd00::1 is no address of the family of the set. [dump-syntax]'],
  ['create KUBE-CLUSTER-IP hash:ip,color family inet\n', '1:1: error: ipset has no type hash:ip,color. [dump-syntax]'],
  ['inet 10.0.0.300/32\n', '1:1: error: 10.0.0.300 is no address of inet. [dump-syntax]'],
  ['inet6 10.0.0.1/32\n', '1:1: error: 10.0.0.1 is no address of inet6. [dump-syntax]'],
  ['inet 10.0.0.1/32\nnothing\n', '2:1: error: This is no line that ip addr show prints: inet ADDRESS/PREFIX, or inet6 ADDRESS/PREFIX. [dump-syntax]'],
  ['[{"ifname": "kube-ipvs0", "addr_info": [{"family": "inet"}]}]\n', '1:2: error: expected [{"ifname": ..., "addr_info": [...]}], as ip -j addr show prints it [dump-syntax]'],
  ['[{"ifname": "kube-ipvs0", "addr_info": 7}]\n', '1:2: error: expected [{"ifname": ..., "addr_info": [...]}], as ip -j addr show prints it [dump-syntax]'],
  ['[7]\n', '1:1: error: This is the output of none of iptables-save, ipset save, ipvsadm -S -n and ip addr show kube-ipvs0. [dump-syntax]'],
  ['*nat\n:KUBE-SERVICES - [0:0]\n-A KUBE-SERVICES --dport\nCOMMIT\n', '3:18: error: --dport belongs to no match or target. [dump-syntax]'],
  ['*nat\n:KUBE-SERVICES - [0:0]\n-A KUBE-SERVICES -j ACCEPT\n', '4:1: error: The dump is cut off: table nat has no COMMIT. [dump-truncated]'],
]; // prettier-ignore

afterAll(() => {
  process.stdout.write(`damaged dumps of mode ipvs: ${INPUTS.length} inputs with pinned messages\n`);
});

describe('a damaged dump', () => {
  it.each(INPUTS)('%j', (text, message) => {
    const { value, problems } = readIpvsDump([{ name: 'node.dump', text }], 'IPv4');
    expect(value).toBeUndefined();
    expect(problems.map(formatDiagnostic)).toEqual([`node.dump:${message}`]);
  });

  it('without anything of the family is refused', () => {
    const { value, problems } = readIpvsDump([{ name: 'node.dump', text: '# nothing\n' }], 'IPv6');
    expect(value).toBeUndefined();
    expect(problems.map(formatDiagnostic)).toEqual([
      'svc2ipt: error: node.dump: no rules of IPv6, sets, virtual servers or addresses are in the dump [dump-structure]',
    ]);
  });

  it('tells its mistakes at the lines where they stand among the outputs of other tools', () => {
    const text = `*nat\n:KUBE-SERVICES - [0:0]\nCOMMIT\n${SET}add KUBE-CLUSTER-IP 1\n${SERVER}-a -t x\ninet 7\n`;
    const { problems } = readIpvsDump([{ name: 'node.dump', text }], 'IPv4');
    expect(problems.map(({ place, severity }) => [place?.line, severity])).toEqual([
      [5, 'error'],
      [7, 'error'],
      [8, 'error'],
    ]);
  });
});
