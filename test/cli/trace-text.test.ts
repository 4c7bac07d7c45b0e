/** How `svc2ipt trace` tells walks, and what it says of destinations and clients that there cannot be. */
import { describe, expect, it } from 'vitest';
import { run } from '../helpers/cli.ts';

const DUMP = `*mangle
:PREROUTING ACCEPT [0:0]
-A PREROUTING -p udp -j MARK --set-xmark 0x1/0x1
COMMIT
*nat
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -d 10.96.0.1/32 -p tcp -m tcp --dport 80 -m statistic --mode random --probability 0.50000000000 -j DNAT --to-destination 10.244.1.5:8080
-A PREROUTING -d 10.96.0.1/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.244.1.6:8080
-A POSTROUTING -d 10.244.1.5/32 -j MASQUERADE
COMMIT
*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -m mark --mark 0x1/0x1 -j DROP
-A FORWARD -m connmark --mark 0x2 -j DROP
-A FORWARD -m recent --rcheck --name known -j DROP
-A FORWARD -m recent ! --rcheck --name known -j LOG
-A FORWARD -m conntrack --ctstate INVALID -j DROP
-A FORWARD -p tcp -m multiport --ports 22,23 -j DROP
-A FORWARD -s 10.0.0.1/32 -j DROP
-A FORWARD -i eth9 -j DROP
-A FORWARD -p tcp -m tcp --sport 9 -j DROP
-A FORWARD -p icmp -j DROP
-A FORWARD -d 10.96.0.2/32 -m set --match-set friends src -j REJECT --reject-with icmp-port-unreachable
-A FORWARD -d 10.96.0.3/32 -o docker0 -j DROP
COMMIT
`;

const trace = (...argv: readonly string[]): ReturnType<typeof run> =>
  run(['trace', '--live', '-', '--node-address', '192.168.0.2', ...argv], { stdin: DUMP });

/** The lines of the answer; nothing may stand on standard error. */
async function told(...argv: readonly string[]): Promise<readonly string[]> {
  const { stdout, stderr } = await trace(...argv);
  expect(stderr).toBe('');
  return stdout.trimEnd().split('\n');
}

describe('svc2ipt trace -v', () => {
  it('says of each rule which condition the packet does not meet', async () => {
    const lines = await told('--to', '10.96.0.1:80', '--from', '172.30.0.9', '--in-interface', 'eth1', '-v');
    expect(lines).toEqual([
      '172.30.0.9 by eth1 -> 10.96.0.1:80/TCP',
      '  nat/PREROUTING',
      '    1: -d 10.96.0.1/32 -p tcp -m tcp --dport 80 -m statistic --mode random --probability 0.50000000000 -j DNAT --to-destination 10.244.1.5:8080   [1/2]',
      '  nat/POSTROUTING',
      '    1: -d 10.244.1.5/32 -j MASQUERADE',
      '',
      '  or, with probability 1/2:',
      '  nat/PREROUTING',
      '    2: -d 10.96.0.1/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.244.1.6:8080',
      '',
      'rules that do not match:',
      '  mangle/PREROUTING:1 does not match: the protocol: -p udp -j MARK --set-xmark 0x1/0x1',
      '  nat/PREROUTING:1 matches only in part: chance: -d 10.96.0.1/32 -p tcp -m tcp --dport 80 -m statistic --mode random --probability 0.50000000000 -j DNAT --to-destination 10.244.1.5:8080',
      '  filter/FORWARD:1 does not match: the mark of the packet: -m mark --mark 0x1/0x1 -j DROP',
      '  filter/FORWARD:2 does not match: the mark of the connection: -m connmark --mark 0x2 -j DROP',
      '  filter/FORWARD:3 does not match: the client is not on list known: -m recent --rcheck --name known -j DROP',
      '  filter/FORWARD:5 does not match: the state of the connection: -m conntrack --ctstate INVALID -j DROP',
      '  filter/FORWARD:6 does not match: none of its alternatives holds: -p tcp -m multiport --ports 22,23 -j DROP',
      '  filter/FORWARD:7 does not match: the source address: -s 10.0.0.1/32 -j DROP',
      '  filter/FORWARD:8 does not match: the interface that it comes in by: -i eth9 -j DROP',
      '  filter/FORWARD:9 does not match: the source port: -p tcp -m tcp --sport 9 -j DROP',
      '  filter/FORWARD:10 does not match: the protocol: -p icmp -j DROP',
      '  filter/FORWARD:11 does not match: the destination address: -d 10.96.0.2/32 -m set --match-set friends src -j REJECT --reject-with icmp-port-unreachable',
      '  filter/FORWARD:12 does not match: the destination address: -d 10.96.0.3/32 -o docker0 -j DROP',
      '  nat/POSTROUTING:1 does not match: the destination address: -d 10.244.1.5/32 -j MASQUERADE',
      '',
      'OUTCOME  TO               SHARE         IN THE KERNEL  SOURCE',
      'DNAT     10.244.1.5:8080  1/2 (0.5000)  1/2            rewritten',
      'DNAT     10.244.1.6:8080  1/2 (0.5000)  1/2            kept',
    ]);
  });

  it('says what the rules do not tell', async () => {
    const lines = await told('--to', '10.96.0.2:80', '--from', '172.30.0.9', '--in-interface', 'eth1', '-v');
    const unknown = '-m set --match-set friends src';
    expect(lines.filter((line) => line.includes('friends'))).toEqual([
      `    11: -d 10.96.0.2/32 ${unknown} -j REJECT --reject-with icmp-port-unreachable`,
      `  filter/FORWARD:11 matches only in part: nobody can tell from the rules: ${unknown}: -d 10.96.0.2/32 ${unknown} -j REJECT --reject-with icmp-port-unreachable`,
      `REJECT   -   1      1              kept (filter/FORWARD:11 (line 27): ${unknown}: matches)`,
      `ACCEPT   -   1      1              kept (filter/FORWARD:11 (line 27): ${unknown}: does not match)`,
    ]);
  });
});

describe('several packets have a line each', () => {
  it.each<readonly [argv: readonly string[], lines: readonly string[]]>([
    [
      ['--to', ':30080'],
      [
        'pod (10.244.255.254) -> 192.168.0.2:30080/TCP                            ACCEPT',
        'node (192.168.0.2), from a process of the node -> 192.168.0.2:30080/TCP  ACCEPT',
        'outside (203.0.113.10) -> 192.168.0.2:30080/TCP                          ACCEPT',
      ],
    ],
    [
      ['--to', '10.96.0.1:80', '--in-interface', 'eth1'],
      [
        'pod (10.244.255.254) by eth1 -> 10.96.0.1:80/TCP    DNAT 10.244.1.5:8080 1/2, DNAT 10.244.1.6:8080 1/2 [source rewritten]',
        'node (192.168.0.2) by eth1 -> 10.96.0.1:80/TCP      DNAT 10.244.1.5:8080 1/2, DNAT 10.244.1.6:8080 1/2 [source rewritten]',
        'outside (203.0.113.10) by eth1 -> 10.96.0.1:80/TCP  DNAT 10.244.1.5:8080 1/2, DNAT 10.244.1.6:8080 1/2 [source rewritten]',
      ],
    ],
    [
      ['--to', '10.96.0.3:80', '--in-interface', 'eth1'],
      [
        'pod (10.244.255.254) by eth1 -> 10.96.0.3:80/TCP    undecided: DROP or ACCEPT',
        'node (192.168.0.2) by eth1 -> 10.96.0.3:80/TCP      undecided: DROP or ACCEPT',
        'outside (203.0.113.10) by eth1 -> 10.96.0.3:80/TCP  undecided: DROP or ACCEPT',
      ],
    ],
  ])('%j', async (argv, lines) => {
    expect(await told(...argv)).toEqual(lines);
  });
});

it('sends from the node, whichever address of the other family is named', async () => {
  expect(await told('--to', '10.96.0.2:80', '--local', '--from', 'fd00::1')).toEqual([
    '192.168.0.2, from a process of the node -> 10.96.0.2:80/TCP',
    '',
    'OUTCOME  TO  SHARE  SOURCE',
    'ACCEPT   -   1      kept',
  ]);
});

describe('a destination or client that there cannot be', () => {
  const forms = 'it is IP:PORT, [IPv6]:PORT, :NODEPORT, NAMESPACE/NAME[:PORT] or a DNS name';
  const port = 'the port is a number from 1 to 65535';

  it.each([
    [':0', port],
    [':80000', port],
    ['10.96.0.1:x', port],
    ['10.96.0.1', 'the port is missing: 10.96.0.1:PORT'],
    ['[fd00::1]', 'the port is missing: [fd00::1]:PORT'],
    ['[10.96.0.1]:80', '10.96.0.1 is no address'],
    ['fd00::1', 'an IPv6 address and its port are written [fd00::1]:80'],
    ['[fd00::1]:80', 'there are no IPv6 rules here'],
    ['10.96.0.1:80/ICMP', 'the protocol is TCP, UDP or SCTP'],
    ['a/b:c', 'no Service has this name and port'],
    ['shop/tcp', 'no Service has this name and port'],
    ['web.shop.svc.cluster.local:80', 'no Service has this name and port'],
    ['...', forms],
    ['', forms],
  ])('--to %j', async (to, message) => {
    const { code, stderr } = await trace('--to', to);
    expect([code, stderr]).toEqual([2, `svc2ipt: error: ${to}: ${message} [packet-invalid]\n`]);
  });

  it.each([
    ['nobody', 'is no address, no Pod of the manifests, and none of pod, node and outside'],
    ['fd00::1', 'is no IPv4 address, as the destination is'],
  ])('--from %j', async (from, message) => {
    const { code, stderr } = await trace('--to', '10.96.0.1:80', '--from', from);
    expect([code, stderr]).toEqual([2, `svc2ipt: error: ${from} ${message} [packet-invalid]\n`]);
  });
});
